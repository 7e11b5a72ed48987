"""When a sensor last told an impossible time, also where it told a right one after it.

Revision: 0102
"""

from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE sensor_seen ADD suspect_at timestamptz")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
