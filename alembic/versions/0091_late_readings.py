"""How old the newest that a sensor says may be when it arrives, as behind a gateway that uploads now and then, is signed of it.

Revision: 0091
"""

from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

LATE = """
ALTER TABLE sensor_interval ADD late_s integer NOT NULL DEFAULT 0
  CONSTRAINT ck_sensor_interval_late_s CHECK (late_s BETWEEN 0 AND 86400);
ALTER TABLE sensor_interval ALTER late_s DROP DEFAULT;
"""


def upgrade() -> None:
    op.execute(LATE)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
