"""Results and donor tests.

Revision: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('result');
CALL audit.watch('donor_test');
CALL audit.freeze('result');
CALL audit.freeze('donor_test');
GRANT SELECT, INSERT ON result, donor_test TO biobank_facility;
GRANT SELECT ON result, donor_test TO biobank_auditor;
"""


def upgrade() -> None:
    op.create_table(
        "donor_test",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("reactive", sa.Boolean(), nullable=False),
        sa.Column("sampled_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_donor_test_recorded_by")),
        sa.ForeignKeyConstraint(["root_id"], ["donation.id"], name=op.f("fk_donor_test_root_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donor_test")),
        sa.UniqueConstraint("root_id", "marker", "attempt", name=op.f("uq_donor_test_root_id_marker_attempt")),
    )
    op.create_table(
        "result",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("test", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(precision=16, scale=4), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(value IS NULL) <> (finding IS NULL)", name=op.f("ck_result_value_or_finding")),
        sa.ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_result_batch"),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_result_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result")),
        sa.UniqueConstraint("batch_id", "test", "attempt", name=op.f("uq_result_batch_id_test_attempt")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
