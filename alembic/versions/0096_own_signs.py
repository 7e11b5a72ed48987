"""The ingest's login gives no other process's sign of life, makes no partition that no reading needs, and reads no names of people.

Revision: 0096
"""

from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None

OWN_SIGNS = """
ALTER TABLE heartbeat ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_all ON heartbeat FOR SELECT USING (true);
CREATE POLICY own_sign ON heartbeat TO biobank_ingest USING (process = 'ingest') WITH CHECK (process = 'ingest');
CREATE POLICY worker_sign ON heartbeat TO biobank_worker USING (process <> 'ingest') WITH CHECK (process <> 'ingest');
REVOKE SELECT ON person FROM biobank_ingest;
GRANT SELECT (id, username, side) ON person TO biobank_ingest;
"""

PARTITIONS = """
CREATE OR REPLACE FUNCTION monitoring_make_partitions(from_month date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  month date;
  made integer := 0;
BEGIN
  IF months NOT BETWEEN 1 AND 120 THEN
    RAISE EXCEPTION 'between 1 and 120 months, not %', months USING ERRCODE = '22023';
  END IF;
  IF from_month NOT BETWEEN date '2000-01-01' AND date '2200-01-01' THEN
    RAISE EXCEPTION 'no partitions are made from % on', from_month USING ERRCODE = '22023';
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


def upgrade() -> None:
    op.execute(OWN_SIGNS)
    op.execute(PARTITIONS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
