"""Limits of single sensors, signed: nitrogen by weight, open lids, lost mains, oxygen of a room, and whatever else is measured.

Revision: 0068
"""

from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

KINDS = (
    "too_warm", "rising", "silent", "frozen", "disagreeing", "clock_drift", "wrong_time", "device_silent", "refused",
    "level_low", "level_falling", "not_proven", "weight_low", "lid_open", "mains_lost", "oxygen_low", "below_limit", "above_limit",
)  # fmt: skip

LIMITS = """
CREATE TABLE sensor_limit (
  id uuid CONSTRAINT pk_sensor_limit PRIMARY KEY,
  sensor_id uuid NOT NULL CONSTRAINT fk_sensor_limit_sensor_id REFERENCES sensor,
  number integer NOT NULL CONSTRAINT ck_sensor_limit_number CHECK (number > 0),
  low numeric(9,3),
  high numeric(9,3),
  hysteresis numeric(9,3) NOT NULL CONSTRAINT ck_sensor_limit_hysteresis CHECK (hysteresis >= 0),
  delay_s integer NOT NULL CONSTRAINT ck_sensor_limit_delay_s CHECK (delay_s BETWEEN 0 AND 86400),
  set_at timestamptz NOT NULL,
  signature_id uuid NOT NULL CONSTRAINT uq_sensor_limit_signature_id UNIQUE
    CONSTRAINT fk_sensor_limit_signature_id REFERENCES signature,
  CONSTRAINT uq_sensor_limit_sensor_id_number UNIQUE (sensor_id, number),
  CONSTRAINT ck_sensor_limit_bounds CHECK (num_nonnulls(low, high) > 0 AND low + hysteresis < high - hysteresis)
);
CALL audit.watch('sensor_limit');
CALL audit.freeze('sensor_limit');
GRANT SELECT ON sensor_limit TO biobank_facility, biobank_worker;
GRANT INSERT ON sensor_limit TO biobank_facility;
"""


def upgrade() -> None:
    for table in ("alarm", "alarm_disabling"):
        op.drop_constraint(op.f(f"ck_{table}_kind"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_kind"), table, f"kind IN {KINDS}")
    op.execute(LIMITS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
