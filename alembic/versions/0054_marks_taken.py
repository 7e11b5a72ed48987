"""The worker widens a mark that it took and did not come to judge.

Revision: 0054
"""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT UPDATE (from_time, to_time) ON dirty_interval TO biobank_worker")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
