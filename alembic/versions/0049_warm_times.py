"""The warm times of each probe are kept as they are worked out; a sensor has one mark that grows, and one taken to be judged.

Revision: 0049
"""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

TIMES = """
CREATE TABLE warm_threshold (threshold_c numeric(6,2) CONSTRAINT pk_warm_threshold PRIMARY KEY);
CREATE TABLE warm_interval (
  sensor_id uuid NOT NULL CONSTRAINT fk_warm_interval_sensor_id REFERENCES sensor,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  seen_at timestamptz NOT NULL,
  peak_milli integer NOT NULL,
  threshold_c numeric(6,2) NOT NULL CONSTRAINT fk_warm_interval_threshold_c REFERENCES warm_threshold,
  CONSTRAINT pk_warm_interval PRIMARY KEY (sensor_id, started_at, threshold_c),
  CONSTRAINT ck_warm_interval_span CHECK (ended_at > started_at),
  CONSTRAINT ex_warm_interval_sensor_id EXCLUDE USING gist
    (sensor_id WITH =, threshold_c WITH =, tstzrange(started_at, ended_at) WITH &&)
);
CREATE TABLE limit_interval (
  sensor_id uuid NOT NULL CONSTRAINT fk_limit_interval_sensor_id REFERENCES sensor,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  seen_at timestamptz NOT NULL,
  peak_milli integer NOT NULL,
  CONSTRAINT pk_limit_interval PRIMARY KEY (sensor_id, started_at),
  CONSTRAINT ck_limit_interval_span CHECK (ended_at > started_at),
  CONSTRAINT ex_limit_interval_sensor_id EXCLUDE USING gist (sensor_id WITH =, tstzrange(started_at, ended_at) WITH &&)
);
INSERT INTO warm_threshold VALUES (-150), (-135), (-120);
GRANT SELECT ON warm_threshold, warm_interval, limit_interval TO biobank_worker, biobank_facility;
GRANT INSERT, UPDATE, DELETE ON warm_interval, limit_interval TO biobank_worker;
"""

MARKS = """
ALTER TABLE dirty_interval ADD taken boolean;
WITH wider AS (SELECT sensor_id, min(from_time) AS from_time, max(to_time) AS to_time, max(marked_at) AS marked_at, min(id::text) AS id
                 FROM dirty_interval GROUP BY sensor_id),
     gone AS (DELETE FROM dirty_interval d USING wider w WHERE d.sensor_id = w.sensor_id AND d.id::text <> w.id)
UPDATE dirty_interval d SET taken = false, from_time = w.from_time, to_time = w.to_time FROM wider w WHERE d.id::text = w.id;
-- What was judged before has no warm times yet: everything is looked through once more, and changes no result.
INSERT INTO dirty_interval (id, sensor_id, from_time, to_time, marked_at, taken)
SELECT gen_random_uuid(), s.id, r.first, r.last, s.registered_at, true
  FROM sensor s, LATERAL (SELECT min(device_time) AS first, max(device_time) AS last
                            FROM reading WHERE sensor_id = s.id AND NOT clock_suspect) r
 WHERE r.first IS NOT NULL;
ALTER TABLE dirty_interval ALTER taken SET NOT NULL,
  ADD CONSTRAINT uq_dirty_interval_sensor_id_taken UNIQUE (sensor_id, taken);
GRANT SELECT, UPDATE (from_time, to_time) ON dirty_interval TO biobank_ingest, biobank_facility;
GRANT UPDATE (taken) ON dirty_interval TO biobank_worker;
"""


def upgrade() -> None:
    op.execute(TIMES)
    op.execute(MARKS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
