"""What the installation sets about records and their trail is in the trail, with each change; so is a clock that is moved.

Revision: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('setting_change');
CALL audit.freeze('setting_change');
GRANT SELECT, INSERT ON setting_change TO biobank_desk, biobank_worker;
GRANT SELECT ON setting_change TO biobank_auditor;
"""


def upgrade() -> None:
    op.create_table(
        "setting_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(number = 1) = (was IS NULL) AND number > 0", name=op.f("ck_setting_change_first")),
        sa.CheckConstraint("was IS DISTINCT FROM value", name=op.f("ck_setting_change_differs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_change")),
        sa.UniqueConstraint("name", "number", name=op.f("uq_setting_change_name")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
