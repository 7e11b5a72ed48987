"""A sensor that arrives and that nobody registered is noted, and waits to be approved.

Revision: 0051
"""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

WAITING = """
CREATE TABLE sensor_waiting (
  id uuid CONSTRAINT pk_sensor_waiting PRIMARY KEY,
  site text NOT NULL,
  device text NOT NULL,
  code text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  CONSTRAINT uq_sensor_waiting_site_device_code UNIQUE (site, device, code)
);
GRANT INSERT, SELECT (site, device, code, last_at), UPDATE (last_at) ON sensor_waiting TO biobank_ingest;
GRANT SELECT ON sensor_waiting TO biobank_facility;
"""


def upgrade() -> None:
    op.execute(WAITING)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
