"""Proofs of the alarms: a freezer that stands for none is told to be too warm, and what became of each proof.

Revision: 0062
"""

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

KINDS = (
    "too_warm", "rising", "silent", "frozen", "disagreeing", "clock_drift", "wrong_time", "device_silent", "refused",
    "level_low", "level_falling", "not_proven",
)  # fmt: skip

PLACES = """
ALTER TABLE freezer ADD kind varchar NOT NULL DEFAULT 'freezer'
  CONSTRAINT ck_freezer_kind CHECK (kind IN ('freezer', 'incubator', 'room', 'proof'));
ALTER TABLE freezer ALTER kind DROP DEFAULT;

CREATE FUNCTION refuse_where_nothing_lies() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (SELECT kind FROM public.freezer WHERE id = NEW.freezer_id) IN ('room', 'proof') THEN
    RAISE EXCEPTION 'nothing lies in a room, or in a freezer that only proves alarms' USING ERRCODE = 'BB044';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER nothing_lies BEFORE INSERT OR UPDATE OF freezer_id ON storage_position
  FOR EACH ROW EXECUTE FUNCTION refuse_where_nothing_lies();
CREATE TRIGGER nothing_lies BEFORE INSERT OR UPDATE OF freezer_id ON excursion
  FOR EACH ROW EXECUTE FUNCTION refuse_where_nothing_lies();
"""

PROOFS = """
CREATE TABLE alarm_proof_plan (
  id uuid CONSTRAINT pk_alarm_proof_plan PRIMARY KEY,
  freezer_id uuid NOT NULL CONSTRAINT fk_alarm_proof_plan_freezer_id REFERENCES freezer,
  number integer NOT NULL CONSTRAINT ck_alarm_proof_plan_number CHECK (number > 0),
  first_at timestamptz NOT NULL,
  every_days integer NOT NULL CONSTRAINT ck_alarm_proof_plan_every_days CHECK (every_days BETWEEN 1 AND 366),
  tell_s integer NOT NULL CONSTRAINT ck_alarm_proof_plan_tell_s CHECK (tell_s BETWEEN 10 AND 86400),
  acknowledge_s integer CONSTRAINT ck_alarm_proof_plan_acknowledge_s CHECK (acknowledge_s BETWEEN 10 AND 86400),
  set_at timestamptz NOT NULL,
  signature_id uuid NOT NULL CONSTRAINT uq_alarm_proof_plan_signature_id UNIQUE
    CONSTRAINT fk_alarm_proof_plan_signature_id REFERENCES signature,
  CONSTRAINT uq_alarm_proof_plan_freezer_id_number UNIQUE (freezer_id, number)
);
CREATE TABLE alarm_proof (
  id uuid CONSTRAINT pk_alarm_proof PRIMARY KEY,
  freezer_id uuid NOT NULL CONSTRAINT fk_alarm_proof_freezer_id REFERENCES freezer,
  number integer NOT NULL CONSTRAINT ck_alarm_proof_number CHECK (number > 0),
  planned_at timestamptz,
  reason text CONSTRAINT ck_alarm_proof_reason CHECK (length(btrim(reason)) >= 5),
  began_by uuid NOT NULL CONSTRAINT fk_alarm_proof_began_by REFERENCES person,
  began_at timestamptz NOT NULL,
  tell_by timestamptz NOT NULL,
  acknowledge_by timestamptz,
  state varchar NOT NULL CONSTRAINT ck_alarm_proof_state CHECK (state IN ('running', 'passed', 'failed')),
  published_at timestamptz,
  stored_at timestamptz,
  alarm_id uuid CONSTRAINT fk_alarm_proof_alarm_id REFERENCES alarm,
  raised_at timestamptz,
  told_at timestamptz,
  acknowledged_at timestamptz,
  ended_at timestamptz,
  lacking text,
  CONSTRAINT uq_alarm_proof_freezer_id_number UNIQUE (freezer_id, number),
  CONSTRAINT uq_alarm_proof_freezer_id_planned_at UNIQUE (freezer_id, planned_at),
  CONSTRAINT ck_alarm_proof_by_hand CHECK ((planned_at IS NULL) = (reason IS NOT NULL)),
  CONSTRAINT ck_alarm_proof_planned_at CHECK (planned_at <= began_at),
  CONSTRAINT ck_alarm_proof_times CHECK (began_at < tell_by AND tell_by < acknowledge_by),
  CONSTRAINT ck_alarm_proof_stages CHECK (num_nulls(alarm_id, raised_at) <> 1
    AND (raised_at IS NULL OR stored_at IS NOT NULL) AND (num_nonnulls(told_at, acknowledged_at) = 0 OR raised_at IS NOT NULL)),
  CONSTRAINT ck_alarm_proof_ended_at CHECK ((state = 'running') = (ended_at IS NULL) AND ended_at >= began_at),
  CONSTRAINT ck_alarm_proof_lacking CHECK ((state = 'failed') = (lacking IS NOT NULL)),
  CONSTRAINT ck_alarm_proof_passed CHECK (state <> 'passed' OR published_at IS NOT NULL AND stored_at IS NOT NULL
    AND raised_at IS NOT NULL AND told_at IS NOT NULL AND told_at <= tell_by
    AND (acknowledge_by IS NULL OR acknowledged_at IS NOT NULL AND acknowledged_at <= acknowledge_by))
);
CREATE UNIQUE INDEX uq_alarm_proof_running ON alarm_proof (freezer_id) WHERE state = 'running';
ALTER TABLE notice ADD proof_id uuid CONSTRAINT fk_notice_proof_id REFERENCES alarm_proof;
CREATE INDEX ix_notice_proof_id ON notice (proof_id) WHERE proof_id IS NOT NULL;

CREATE TRIGGER next_state BEFORE UPDATE OF state ON alarm_proof FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_other_state('running>failed', 'running>passed');
CALL audit.watch('alarm_proof_plan');
CALL audit.freeze('alarm_proof_plan');
CALL audit.watch('alarm_proof');

CREATE FUNCTION refuse_other_proof() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (SELECT kind FROM public.freezer WHERE id = NEW.freezer_id) <> 'proof' THEN
    RAISE EXCEPTION 'alarms are proven by a freezer that stands for none' USING ERRCODE = 'BB045';
  END IF;
  IF TG_TABLE_NAME = 'alarm_proof_plan' THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.began_by <> (audit.current_act()).actor_id OR NEW.began_at <> (audit.current_act()).recorded_at
       OR session_user = 'biobank_facility' AND NEW.planned_at IS NOT NULL OR NEW.state <> 'running'
       OR num_nonnulls(NEW.published_at, NEW.stored_at, NEW.raised_at, NEW.told_at, NEW.acknowledged_at) > 0 THEN
      RAISE EXCEPTION 'whoever begins a proof does so in person, and from its beginning' USING ERRCODE = 'BB045';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state <> 'running' OR coalesce(OLD.published_at, NEW.published_at) IS DISTINCT FROM NEW.published_at
     OR coalesce(OLD.stored_at, NEW.stored_at) IS DISTINCT FROM NEW.stored_at
     OR coalesce(OLD.raised_at, NEW.raised_at) IS DISTINCT FROM NEW.raised_at
     OR coalesce(OLD.told_at, NEW.told_at) IS DISTINCT FROM NEW.told_at
     OR coalesce(OLD.acknowledged_at, NEW.acknowledged_at) IS DISTINCT FROM NEW.acknowledged_at THEN
    RAISE EXCEPTION 'what a proof has shown stays as it was' USING ERRCODE = 'BB045';
  END IF;
  IF NEW.told_at IS NOT NULL AND OLD.told_at IS NULL AND (
       NOT EXISTS (SELECT FROM public.notice WHERE proof_id = NEW.id)
       OR EXISTS (SELECT FROM public.notice n JOIN public.contact_way w USING (contact_id)
                   WHERE n.proof_id = NEW.id AND NOT EXISTS (
                     SELECT FROM public.notice_attempt a
                      WHERE a.notice_id = n.id AND a.way = w.way AND a.trouble IS NULL))) THEN
    RAISE EXCEPTION 'a proof was told when every way of everybody on duty took its notice' USING ERRCODE = 'BB045';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER of_a_proof BEFORE INSERT OR UPDATE ON alarm_proof FOR EACH ROW EXECUTE FUNCTION refuse_other_proof();
CREATE TRIGGER of_a_proof BEFORE INSERT ON alarm_proof_plan FOR EACH ROW EXECUTE FUNCTION refuse_other_proof();

GRANT SELECT ON alarm_proof, alarm_proof_plan TO biobank_facility, biobank_worker;
GRANT INSERT ON alarm_proof_plan TO biobank_facility;
GRANT INSERT ON alarm_proof TO biobank_facility, biobank_worker;
GRANT UPDATE (state, published_at, stored_at, alarm_id, raised_at, told_at, acknowledged_at, ended_at, lacking)
  ON alarm_proof TO biobank_worker;
"""


def upgrade() -> None:
    op.execute(PLACES)
    for table in ("alarm", "alarm_disabling"):
        op.drop_constraint(op.f(f"ck_{table}_kind"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_kind"), table, f"kind IN {KINDS}")
    op.execute(PROOFS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
