"""Sensors of every kind; what a calibration found counts from its date on; a sensor that is taken out says so.

Revision: 0047
"""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

KINDS = ("temperature", "level", "weight", "lid", "mains", "oxygen", "carbon_dioxide", "humidity")
CALIBRATIONS = """
ALTER TABLE sensor ADD retired_at timestamptz CONSTRAINT ck_sensor_retired_at CHECK (retired_at >= registered_at);
CREATE TABLE sensor_calibration (
  id uuid CONSTRAINT pk_sensor_calibration PRIMARY KEY,
  sensor_id uuid NOT NULL CONSTRAINT fk_sensor_calibration_sensor_id REFERENCES sensor,
  offset_milli integer NOT NULL CONSTRAINT ck_sensor_calibration_offset_milli CHECK (offset_milli BETWEEN -1000000 AND 1000000),
  valid_from timestamptz NOT NULL,
  due_on date NOT NULL,
  certificate text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT ck_sensor_calibration_due_on CHECK (due_on >= (valid_from AT TIME ZONE 'UTC')::date),
  CONSTRAINT ck_sensor_calibration_valid_from CHECK (valid_from <= recorded_at),
  CONSTRAINT uq_sensor_calibration_sensor_id_valid_from UNIQUE (sensor_id, valid_from)
);
CALL audit.watch('sensor_calibration');
CALL audit.freeze('sensor_calibration');
GRANT SELECT ON sensor_calibration TO biobank_worker, biobank_facility, biobank_auditor;
GRANT INSERT ON sensor_calibration TO biobank_facility;
GRANT UPDATE (retired_at) ON sensor TO biobank_facility;
"""


def upgrade() -> None:
    op.drop_constraint(op.f("ck_sensor_kind"), "sensor", type_="check")
    op.create_check_constraint(op.f("ck_sensor_kind"), "sensor", f"kind IN {KINDS}")
    op.execute(CALIBRATIONS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
