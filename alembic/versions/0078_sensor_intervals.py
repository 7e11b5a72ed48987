"""How often a single sensor speaks at least, signed: one that a logger's files tell of is not silent between them.

Revision: 0078
"""

from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

INTERVALS = """
CREATE TABLE sensor_interval (
  id uuid CONSTRAINT pk_sensor_interval PRIMARY KEY,
  sensor_id uuid NOT NULL CONSTRAINT fk_sensor_interval_sensor_id REFERENCES sensor,
  number integer NOT NULL CONSTRAINT ck_sensor_interval_number CHECK (number > 0),
  every_s integer NOT NULL CONSTRAINT ck_sensor_interval_every_s CHECK (every_s BETWEEN 10 AND 7948800),
  set_at timestamptz NOT NULL,
  signature_id uuid NOT NULL CONSTRAINT uq_sensor_interval_signature_id UNIQUE
    CONSTRAINT fk_sensor_interval_signature_id REFERENCES signature,
  CONSTRAINT uq_sensor_interval_sensor_id_number UNIQUE (sensor_id, number)
);
CALL audit.watch('sensor_interval');
CALL audit.freeze('sensor_interval');
GRANT SELECT ON sensor_interval TO biobank_facility, biobank_worker;
GRANT INSERT ON sensor_interval TO biobank_facility;
"""


def upgrade() -> None:
    op.execute(INTERVALS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
