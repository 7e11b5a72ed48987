"""Readings summed up by the hour and the day, worked out anew wherever readings arrived.

Revision: 0059
"""

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

ROLLUPS = """
CREATE TABLE reading_rollup (
  sensor_id uuid NOT NULL CONSTRAINT fk_reading_rollup_sensor_id REFERENCES sensor,
  step varchar NOT NULL CONSTRAINT ck_reading_rollup_step CHECK (step IN ('hour', 'day')),
  at timestamptz NOT NULL,
  readings integer NOT NULL CONSTRAINT ck_reading_rollup_readings CHECK (readings > 0),
  min_milli integer NOT NULL,
  max_milli integer NOT NULL,
  sum_milli bigint NOT NULL,
  last_milli integer NOT NULL,
  last_at timestamptz NOT NULL,
  CONSTRAINT pk_reading_rollup PRIMARY KEY (sensor_id, step, at)
);
CREATE TABLE rollup_due (
  sensor_id uuid CONSTRAINT pk_rollup_due PRIMARY KEY CONSTRAINT fk_rollup_due_sensor_id REFERENCES sensor,
  from_time timestamptz NOT NULL,
  to_time timestamptz NOT NULL,
  CONSTRAINT ck_rollup_due_span CHECK (from_time <= to_time)
);
INSERT INTO rollup_due
SELECT s.id, r.first, r.last
  FROM sensor s, LATERAL (SELECT min(device_time) AS first, max(device_time) AS last
                            FROM reading WHERE sensor_id = s.id AND NOT clock_suspect) r
 WHERE r.first IS NOT NULL;
GRANT SELECT ON reading_rollup TO biobank_worker, biobank_facility, biobank_auditor;
GRANT INSERT, UPDATE ON reading_rollup TO biobank_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON rollup_due TO biobank_worker;
"""


def upgrade() -> None:
    op.execute(ROLLUPS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
