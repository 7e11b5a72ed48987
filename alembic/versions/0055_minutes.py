"""Readings rolled up by the minute as they are stored, in monthly partitions beside those of the readings.

Revision: 0055
"""

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

MINUTES = """
CREATE TABLE reading_minute (
  sensor_id uuid NOT NULL,
  at timestamptz NOT NULL CONSTRAINT ck_reading_minute_at CHECK (mod(extract(epoch FROM at), 60) = 0),
  readings integer NOT NULL CONSTRAINT ck_reading_minute_readings CHECK (readings > 0),
  min_milli integer NOT NULL,
  max_milli integer NOT NULL,
  sum_milli bigint NOT NULL,
  last_milli integer NOT NULL,
  last_at timestamptz NOT NULL,
  CONSTRAINT ck_reading_minute_last_at CHECK (last_at >= at AND last_at < at + interval '1 minute'),
  CONSTRAINT pk_reading_minute PRIMARY KEY (sensor_id, at)
) PARTITION BY RANGE (at);
CREATE TABLE reading_minute_pdefault PARTITION OF reading_minute DEFAULT;
GRANT SELECT, INSERT, UPDATE (readings, min_milli, max_milli, sum_milli, last_milli, last_at) ON reading_minute TO biobank_ingest;
GRANT SELECT (site, stored_at) ON reading_batch TO biobank_ingest;
GRANT SELECT ON reading_minute TO biobank_worker, biobank_facility, biobank_auditor;
"""

PARTITIONS = """
CREATE FUNCTION monitoring_make_partition(parent regclass, key name, month date) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  rest text := parent::text || '_pdefault';
  partition text := parent::text || '_p' || to_char(month, 'YYYY_MM');
BEGIN
  IF to_regclass('public.' || partition) IS NOT NULL THEN
    RETURN false;
  END IF;
  -- What is of this month may have arrived before its partition: it moves, with nobody writing meanwhile.
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', rest);
  EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING ALL)', partition, parent);
  EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
                 rest, key, month, key, month + interval '1 month', partition);
  EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                 parent, partition, month::timestamptz, (month + interval '1 month')::timestamptz);
  RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION monitoring_make_partition FROM PUBLIC;

CREATE OR REPLACE FUNCTION monitoring_make_partitions(from_month date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  month date;
  made integer := 0;
BEGIN
  IF months NOT BETWEEN 1 AND 120 THEN
    RAISE EXCEPTION 'between 1 and 120 months, not %', months USING ERRCODE = '22023';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('monitoring_make_partitions'));
  FOR i IN 0 .. months - 1 LOOP
    month := date_trunc('month', from_month) + make_interval(months => i);
    made := made + monitoring_make_partition('reading', 'device_time', month)::integer;
    PERFORM monitoring_make_partition('reading_minute', 'at', month);
  END LOOP;
  RETURN made;
END $$;
"""

FILL = """
SELECT monitoring_make_partitions(to_date(substr(c.relname, 10), 'YYYY_MM'), 1)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
 WHERE i.inhparent = 'reading'::regclass AND c.relname <> 'reading_pdefault';
INSERT INTO reading_minute
SELECT sensor_id, date_bin('1 minute', device_time, timestamptz 'epoch'), count(*), min(value_milli), max(value_milli),
       sum(value_milli), (array_agg(value_milli ORDER BY device_time DESC))[1], max(device_time)
  FROM reading WHERE NOT clock_suspect GROUP BY 1, 2;
"""


def upgrade() -> None:
    for part in (MINUTES, PARTITIONS, FILL):
        op.execute(part)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
