"""How often a sensor measures at least, signed of it: a logger that is read out seldom may have recorded nothing for long.

Revision: 0106
"""

from alembic import op

revision = "0106"
down_revision = "0102"
branch_labels = None
depends_on = None

MEASURES = """
ALTER TABLE sensor_interval ADD measures_s integer
  CONSTRAINT ck_sensor_interval_measures_s CHECK (measures_s BETWEEN 1 AND every_s);
"""


def upgrade() -> None:
    op.execute(MEASURES)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
