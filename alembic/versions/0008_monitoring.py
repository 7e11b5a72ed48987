"""Freezers, sensors, readings in monthly partitions, what was refused, and excursions.

Revision: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PLACES = """
CREATE TABLE freezer (
  id uuid CONSTRAINT pk_freezer PRIMARY KEY,
  code text NOT NULL CONSTRAINT uq_freezer_code UNIQUE,
  name text NOT NULL,
  facility_code text NOT NULL,
  limit_c numeric(6,2) NOT NULL CONSTRAINT ck_freezer_limit_c CHECK (limit_c BETWEEN -273 AND 60),
  delay_s integer NOT NULL CONSTRAINT ck_freezer_delay_s CHECK (delay_s BETWEEN 0 AND 86400),
  hysteresis_c numeric(5,2) NOT NULL CONSTRAINT ck_freezer_hysteresis_c CHECK (hysteresis_c BETWEEN 0 AND 50),
  registered_at timestamptz NOT NULL,
  CONSTRAINT uq_freezer_facility_code_name UNIQUE (facility_code, name)
);
CREATE TABLE sensor (
  id uuid CONSTRAINT pk_sensor PRIMARY KEY,
  code text NOT NULL CONSTRAINT uq_sensor_code UNIQUE,
  freezer_id uuid NOT NULL CONSTRAINT fk_sensor_freezer_id REFERENCES freezer,
  kind varchar NOT NULL CONSTRAINT ck_sensor_kind CHECK (kind IN ('temperature')),
  site text NOT NULL,
  device text NOT NULL,
  probe_position text NOT NULL,
  offset_c numeric(6,3) NOT NULL CONSTRAINT ck_sensor_offset_c CHECK (offset_c BETWEEN -20 AND 20),
  state varchar NOT NULL CONSTRAINT ck_sensor_state CHECK (state IN ('waiting', 'approved')),
  registered_at timestamptz NOT NULL
);
CREATE INDEX ix_sensor_freezer_id ON sensor (freezer_id);
"""

READINGS = """
CREATE TABLE reading (
  sensor_id uuid NOT NULL,
  device_time timestamptz(3) NOT NULL,
  boot bigint NOT NULL,
  counter bigint NOT NULL,
  value_milli integer NOT NULL,
  clock_suspect boolean NOT NULL,
  received_at timestamptz NOT NULL,
  CONSTRAINT pk_reading PRIMARY KEY (sensor_id, device_time)
) PARTITION BY RANGE (device_time);
CREATE TABLE reading_pdefault PARTITION OF reading DEFAULT;
CREATE TABLE reading_batch (
  id uuid CONSTRAINT pk_reading_batch PRIMARY KEY,
  site text NOT NULL,
  stored_at timestamptz NOT NULL,
  readings integer NOT NULL CONSTRAINT ck_reading_batch_readings CHECK (readings > 0),
  from_time timestamptz NOT NULL,
  to_time timestamptz NOT NULL,
  sha256 bytea NOT NULL CONSTRAINT ck_reading_batch_sha256 CHECK (length(sha256) = 32),
  CONSTRAINT uq_reading_batch_site_stored_at UNIQUE (site, stored_at)
);
CREATE TABLE sensor_seen (
  sensor_id uuid CONSTRAINT pk_sensor_seen PRIMARY KEY CONSTRAINT fk_sensor_seen_sensor_id REFERENCES sensor,
  received_at timestamptz NOT NULL,
  device_time timestamptz NOT NULL,
  boot bigint NOT NULL,
  value_milli integer NOT NULL,
  clock_suspect boolean NOT NULL
);
CREATE TABLE sensor_counter (
  sensor_id uuid NOT NULL CONSTRAINT fk_sensor_counter_sensor_id REFERENCES sensor,
  boot bigint NOT NULL,
  highest bigint NOT NULL,
  CONSTRAINT pk_sensor_counter PRIMARY KEY (sensor_id, boot)
);
CREATE TABLE reading_gap (
  sensor_id uuid NOT NULL CONSTRAINT fk_reading_gap_sensor_id REFERENCES sensor,
  boot bigint NOT NULL,
  first_counter bigint NOT NULL,
  last_counter bigint NOT NULL,
  state varchar NOT NULL CONSTRAINT ck_reading_gap_state CHECK (state IN ('missing', 'lost')),
  found_at timestamptz NOT NULL,
  CONSTRAINT pk_reading_gap PRIMARY KEY (sensor_id, boot, first_counter),
  CONSTRAINT ck_reading_gap_span CHECK (first_counter BETWEEN 1 AND last_counter)
);
CREATE TABLE dirty_interval (
  id uuid CONSTRAINT pk_dirty_interval PRIMARY KEY,
  sensor_id uuid NOT NULL CONSTRAINT fk_dirty_interval_sensor_id REFERENCES sensor,
  from_time timestamptz NOT NULL,
  to_time timestamptz NOT NULL,
  marked_at timestamptz NOT NULL,
  CONSTRAINT ck_dirty_interval_span CHECK (from_time <= to_time)
);
CREATE TABLE refused_message (
  id uuid CONSTRAINT pk_refused_message PRIMARY KEY,
  site text NOT NULL,
  topic text NOT NULL,
  sha256 bytea NOT NULL,
  payload bytea NOT NULL,
  reason varchar NOT NULL CONSTRAINT ck_refused_message_reason CHECK (reason IN ('wrong_topic', 'wrong_payload', 'retained',
    'unknown_sensor', 'waiting_sensor', 'wrong_device', 'conflicting_value', 'conflicting_counter')),
  detail text NOT NULL,
  times bigint NOT NULL CONSTRAINT ck_refused_message_times CHECK (times > 0),
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  CONSTRAINT uq_refused_message_topic_sha256_reason UNIQUE (topic, sha256, reason)
);
CREATE INDEX ix_refused_message_last_at ON refused_message (last_at);
CREATE TABLE excursion (
  id uuid CONSTRAINT pk_excursion PRIMARY KEY,
  freezer_id uuid NOT NULL CONSTRAINT fk_excursion_freezer_id REFERENCES freezer,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  peak_c numeric(9,3) NOT NULL,
  limit_c numeric(6,2) NOT NULL,
  delay_s integer NOT NULL,
  hysteresis_c numeric(5,2) NOT NULL,
  computed_at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  superseded_by uuid CONSTRAINT fk_excursion_superseded_by REFERENCES excursion,
  first_id uuid NOT NULL CONSTRAINT fk_excursion_first_id REFERENCES excursion,
  CONSTRAINT ck_excursion_span CHECK (ended_at > started_at),
  CONSTRAINT ck_excursion_not_itself CHECK (superseded_by <> id),
  CONSTRAINT ck_excursion_superseded CHECK (superseded_by IS NULL OR withdrawn_at IS NOT NULL)
);
CREATE INDEX ix_excursion_current ON excursion (freezer_id, started_at) WHERE withdrawn_at IS NULL;
CREATE TABLE excursion_unit (
  id uuid CONSTRAINT pk_excursion_unit PRIMARY KEY,
  excursion_id uuid NOT NULL CONSTRAINT fk_excursion_unit_excursion_id REFERENCES excursion,
  unit_id uuid NOT NULL CONSTRAINT fk_excursion_unit_unit_id REFERENCES material,
  hold_id uuid NOT NULL CONSTRAINT fk_excursion_unit_hold_id REFERENCES hold,
  deviation_id uuid NOT NULL CONSTRAINT fk_excursion_unit_deviation_id REFERENCES deviation,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT uq_excursion_unit_excursion_id_unit_id UNIQUE (excursion_id, unit_id)
);
"""

PARTITIONS = """
CREATE FUNCTION monitoring_make_partitions(from_month date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  month date;
  made integer := 0;
  partition text;
BEGIN
  IF months NOT BETWEEN 1 AND 120 THEN
    RAISE EXCEPTION 'between 1 and 120 months, not %', months USING ERRCODE = '22023';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('monitoring_make_partitions'));
  FOR i IN 0 .. months - 1 LOOP
    month := date_trunc('month', from_month) + make_interval(months => i);
    partition := 'reading_p' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
    -- A reading of this month may have arrived before its partition: it moves, with nobody writing meanwhile.
    LOCK TABLE reading_pdefault IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE %I (LIKE reading INCLUDING ALL)', partition);
    EXECUTE format('WITH moved AS (DELETE FROM reading_pdefault WHERE device_time >= %L AND device_time < %L RETURNING *)'
                   ' INSERT INTO %I SELECT * FROM moved', month, month + interval '1 month', partition);
    EXECUTE format('ALTER TABLE reading ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   partition, month::timestamptz, (month + interval '1 month')::timestamptz);
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;
COMMENT ON FUNCTION monitoring_make_partitions IS 'Make the monthly partitions of readings ahead; months that exist are left alone';
"""

RIGHTS = """
CALL audit.watch('freezer');
CALL audit.watch('sensor');
CALL audit.watch('reading_batch');
CALL audit.freeze('reading_batch');
CALL audit.watch('excursion');
CALL audit.watch('excursion_unit');
CALL audit.freeze('excursion_unit');
REVOKE EXECUTE ON FUNCTION monitoring_make_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION monitoring_make_partitions TO biobank_ingest, biobank_worker;

GRANT SELECT (id, code, site, device, state) ON sensor TO biobank_ingest;
GRANT SELECT, INSERT ON reading TO biobank_ingest;
GRANT INSERT ON reading_batch, dirty_interval TO biobank_ingest;
GRANT SELECT, INSERT, UPDATE ON sensor_seen, sensor_counter TO biobank_ingest;
GRANT SELECT, INSERT, DELETE ON reading_gap TO biobank_ingest;
GRANT SELECT (id, topic, sha256, reason, times, last_at), INSERT, UPDATE (times, last_at) ON refused_message TO biobank_ingest;

GRANT SELECT ON freezer, sensor, reading, sensor_seen, reading_gap, excursion TO biobank_worker, biobank_facility;
GRANT SELECT, DELETE ON dirty_interval TO biobank_worker;
GRANT SELECT ON excursion_unit TO biobank_worker, biobank_facility;
GRANT INSERT ON excursion, excursion_unit TO biobank_worker;
GRANT UPDATE (ended_at, peak_c, computed_at, withdrawn_at, superseded_by) ON excursion TO biobank_worker;
GRANT SELECT ON reading_batch, refused_message TO biobank_facility;
GRANT INSERT ON freezer, sensor TO biobank_facility;
GRANT UPDATE (state) ON sensor TO biobank_facility;
GRANT SELECT ON reading, reading_batch, sensor TO biobank_auditor;
"""


def upgrade() -> None:
    for part in (PLACES, READINGS, PARTITIONS, RIGHTS):
        op.execute(part)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
