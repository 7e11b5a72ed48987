"""Deviations.

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('deviation');
GRANT SELECT, INSERT ON deviation TO biobank_facility, biobank_worker;
GRANT UPDATE (state, closed_by, closed_at, conclusion) ON deviation TO biobank_facility;
GRANT SELECT ON deviation TO biobank_auditor;
"""


def upgrade() -> None:
    op.create_table(
        "deviation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_deviation_closed")),
        sa.CheckConstraint("state = 'open' OR length(btrim(conclusion)) >= 5", name=op.f("ck_deviation_conclusion")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_deviation_state")),
        sa.CheckConstraint("closed_by IS NULL OR closed_by <> opened_by", name=op.f("ck_deviation_two_people")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_deviation_closed_by")),
        sa.ForeignKeyConstraint(["material_id", "root_id"], ["material.id", "material.root_id"], name="fk_deviation_material"),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_deviation_opened_by")),
        sa.ForeignKeyConstraint(["root_id"], ["material.id"], name=op.f("fk_deviation_root_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviation")),
        sa.UniqueConstraint("code", name=op.f("uq_deviation_code")),
    )
    op.create_index("ix_deviation_open_root", "deviation", ["root_id"], unique=False, postgresql_where="state = 'open'")
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
