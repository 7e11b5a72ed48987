"""The log of a freezer: filled, read by hand, serviced, decontaminated, and how many slots are kept in reserve.

Revision: 0053
"""

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE freezer_log (
  id uuid CONSTRAINT pk_freezer_log PRIMARY KEY,
  freezer_id uuid NOT NULL CONSTRAINT fk_freezer_log_freezer_id REFERENCES freezer,
  kind varchar NOT NULL CONSTRAINT ck_freezer_log_kind CHECK (kind IN ('fill', 'reading', 'service', 'decontamination', 'reserve')),
  occurred_at timestamptz NOT NULL,
  temperature_c numeric(6,2) CONSTRAINT ck_freezer_log_temperature_c CHECK (temperature_c BETWEEN -273 AND 60),
  level_percent numeric(5,2) CONSTRAINT ck_freezer_log_level_percent CHECK (level_percent BETWEEN 0 AND 100),
  reserve_slots integer CONSTRAINT ck_freezer_log_reserve_slots CHECK (reserve_slots >= 0),
  note text,
  recorded_by uuid NOT NULL CONSTRAINT fk_freezer_log_recorded_by REFERENCES person,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT ck_freezer_log_fill_tells CHECK (kind <> 'fill' OR level_percent IS NOT NULL),
  CONSTRAINT ck_freezer_log_reading_tells CHECK (kind <> 'reading' OR temperature_c IS NOT NULL),
  CONSTRAINT ck_freezer_log_service_tells CHECK (kind <> 'service' OR note IS NOT NULL),
  CONSTRAINT ck_freezer_log_decontamination_tells CHECK (kind <> 'decontamination' OR note IS NOT NULL),
  CONSTRAINT ck_freezer_log_reserve_tells CHECK (kind <> 'reserve' OR reserve_slots IS NOT NULL),
  CONSTRAINT ck_freezer_log_reserve CHECK (kind = 'reserve' OR reserve_slots IS NULL)
);
CREATE INDEX ix_freezer_log_freezer_id ON freezer_log (freezer_id, kind, occurred_at);
CALL audit.watch('freezer_log');
CALL audit.freeze('freezer_log');
GRANT SELECT, INSERT ON freezer_log TO biobank_facility;
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
