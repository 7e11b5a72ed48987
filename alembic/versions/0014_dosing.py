"""Dose plans.

Revision: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('dose_plan');
CALL audit.freeze('dose_plan');
GRANT SELECT, INSERT ON dose_plan TO biobank_facility;
GRANT SELECT ON dose_plan TO biobank_auditor;
"""


def upgrade() -> None:
    op.create_table(
        "dose_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kit_id", sa.Uuid(), nullable=False),
        sa.Column("weight_id", sa.Uuid(), nullable=False),
        sa.Column("weight_kg", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("cells_per_kg", sa.BigInteger(), nullable=False),
        sa.Column("cap_viable_cells", sa.BigInteger(), nullable=False),
        sa.Column("target_viable_cells", sa.BigInteger(), nullable=False),
        sa.Column("units_to_thaw", sa.Integer(), nullable=True),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("target_viable_cells <= weight_kg * cells_per_kg", name=op.f("ck_dose_plan_never_rounded_up")),
        sa.CheckConstraint(
            "target_viable_cells > 0 AND target_viable_cells <= cap_viable_cells", name=op.f("ck_dose_plan_target")
        ),
        sa.CheckConstraint("units_to_thaw IS NULL OR units_to_thaw > 0", name=op.f("ck_dose_plan_units_to_thaw")),
        sa.ForeignKeyConstraint(["kit_id"], ["kit.id"], name=op.f("fk_dose_plan_kit_id")),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_dose_plan_planned_by")),
        sa.ForeignKeyConstraint(["weight_id"], ["weight.id"], name=op.f("fk_dose_plan_weight_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose_plan")),
        sa.UniqueConstraint("kit_id", name=op.f("uq_dose_plan_kit_id")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
