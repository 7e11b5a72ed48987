"""What a sensor said last says whether its device's clock is known to be behind: it is judged by when it is heard.

Revision: 0079
"""

from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

BEHIND = """
ALTER TABLE sensor_seen ADD clock_behind boolean NOT NULL DEFAULT false;
ALTER TABLE sensor_seen ALTER clock_behind DROP DEFAULT;
"""


def upgrade() -> None:
    op.execute(BEHIND)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
