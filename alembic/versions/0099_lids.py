"""From when to when each lid was open, as its own sensor tells, is kept as it is worked out.

Revision: 0099
"""

from alembic import op

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None

LIDS = """
CREATE TABLE lid_interval (
  sensor_id uuid NOT NULL CONSTRAINT fk_lid_interval_sensor_id REFERENCES sensor,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  seen_at timestamptz NOT NULL,
  peak_milli integer NOT NULL,
  CONSTRAINT pk_lid_interval PRIMARY KEY (sensor_id, started_at),
  CONSTRAINT ck_lid_interval_span CHECK (ended_at > started_at),
  CONSTRAINT ex_lid_interval_sensor_id EXCLUDE USING gist (sensor_id WITH =, tstzrange(started_at, ended_at) WITH &&)
);
GRANT SELECT ON lid_interval TO biobank_worker, biobank_facility;
GRANT INSERT, UPDATE, DELETE ON lid_interval TO biobank_worker;
-- What was said before is looked through, part by part.
INSERT INTO threshold_due SELECT s.id, r.first FROM sensor s, LATERAL (
  SELECT min(device_time) AS first FROM reading WHERE sensor_id = s.id AND NOT clock_suspect) r
 WHERE s.kind = 'lid' AND r.first IS NOT NULL
    ON CONFLICT (sensor_id) DO UPDATE SET since = least(threshold_due.since, excluded.since);
"""


def upgrade() -> None:
    op.execute(LIDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
