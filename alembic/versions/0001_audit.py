"""The audit trail: coded acts, entries written by triggers, leaves of the sealed log.

Revision: 0001
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMAS = """
CREATE SCHEMA audit;
CREATE SCHEMA sealed;
ALTER DEFAULT PRIVILEGES FOR ROLE biobank_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO biobank_facility, biobank_bedside, biobank_desk, biobank_worker, biobank_ingest,
  biobank_printing, biobank_auditor;
GRANT USAGE ON SCHEMA audit TO biobank_facility, biobank_bedside, biobank_desk, biobank_worker, biobank_ingest,
  biobank_printing, biobank_auditor;
"""

TABLES = """
CREATE TABLE audit.kind (
  code text PRIMARY KEY,
  needs_reason boolean NOT NULL,
  logins text[] NOT NULL,
  UNIQUE (code, needs_reason)
);
CREATE TABLE audit.act (
  id uuid PRIMARY KEY,
  xid xid8 NOT NULL UNIQUE,
  kind text NOT NULL,
  needs_reason boolean NOT NULL,
  actor_id uuid NOT NULL,
  side text NOT NULL CHECK (side IN ('bedside', 'facility', 'desk', 'system')),
  login text NOT NULL,
  recorded_at timestamptz NOT NULL,
  occurred_at timestamptz NOT NULL,
  reason text,
  FOREIGN KEY (kind, needs_reason) REFERENCES audit.kind (code, needs_reason),
  CONSTRAINT ck_act_reason CHECK (
    NOT needs_reason OR (reason IS NOT NULL AND length(btrim(reason)) >= 5 AND reason ~ '\\w\\w'
                         AND lower(btrim(reason)) NOT IN ('n/a n/a', 'update', 'change', 'reason', 'none.')))
);
CREATE INDEX ix_act_recorded_at ON audit.act (recorded_at);

CREATE SEQUENCE audit.entry_id;
CREATE TABLE audit.entry (
  id bigint PRIMARY KEY,
  xid xid8 NOT NULL,
  act_id uuid NOT NULL REFERENCES audit.act,
  table_name text NOT NULL,
  row_id text,
  recorded_at timestamptz NOT NULL,
  body text NOT NULL
);
COMMENT ON COLUMN audit.entry.body IS
  'The exact bytes of the entry: a leaf of the log is SHA-256(0x00 || UTF-8 of this text), RFC 9162 §2.1.1';
CREATE INDEX ix_entry_xid ON audit.entry (xid, id);
CREATE INDEX ix_entry_row ON audit.entry (table_name, row_id);
CREATE TABLE audit.sealed_entry (LIKE audit.entry INCLUDING ALL);
ALTER TABLE audit.sealed_entry ADD FOREIGN KEY (act_id) REFERENCES audit.act;

CREATE TABLE audit.leaf (
  number bigint PRIMARY KEY CHECK (number >= 0),
  entry_id bigint NOT NULL UNIQUE,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  sealed_at timestamptz NOT NULL
);
CREATE TABLE audit.horizon (
  single boolean PRIMARY KEY CHECK (single),
  sealed_below xid8 NOT NULL
);
CREATE TABLE audit.refusal (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  route text NOT NULL,
  code text NOT NULL,
  facts jsonb NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE TABLE public.idempotency_key (
  login text NOT NULL,
  person_id uuid NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 8 AND 100),
  route text NOT NULL,
  body_hmac bytea NOT NULL,
  answer text,
  claimed_at timestamptz NOT NULL,
  PRIMARY KEY (login, person_id, key)
);
"""

BEGIN_ACT = """
CREATE FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamptz,
                                occurred timestamptz, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  needs boolean;
BEGIN
  SELECT k.needs_reason INTO needs FROM audit.kind k
   WHERE k.code = act_kind AND (session_user = ANY (k.logins) OR session_user NOT LIKE 'biobank\\_%');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'login % may not begin an act of kind %', session_user, act_kind USING ERRCODE = 'BB002';
  END IF;
  IF session_user LIKE 'biobank\\_%' THEN
    PERFORM FROM public.person p WHERE p.id = actor AND p.side = actor_side AND p.ended_at IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'no such person on side %', actor_side USING ERRCODE = 'BB003';
    END IF;
    IF NOT (session_user = 'biobank_' || actor_side OR act_kind IN ('sign_in', 'sign_out', 'refused')
            OR (actor_side = 'system' AND session_user IN ('biobank_worker', 'biobank_ingest', 'biobank_printing', 'biobank_desk'))) THEN
      RAISE EXCEPTION 'login % does not act for side %', session_user, actor_side USING ERRCODE = 'BB003';
    END IF;
  END IF;
  INSERT INTO audit.act (id, xid, kind, needs_reason, actor_id, side, login, recorded_at, occurred_at, reason)
  VALUES (act, pg_current_xact_id(), act_kind, needs, actor, actor_side, session_user, recorded, occurred, why);
  PERFORM set_config('biobank.act', act::text, true);
END $$;
GRANT EXECUTE ON FUNCTION audit.begin_act TO biobank_facility, biobank_bedside, biobank_desk, biobank_worker,
  biobank_ingest, biobank_printing;

CREATE FUNCTION audit.current_act() RETURNS audit.act
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_act audit.act;
  named text := current_setting('biobank.act', true);
BEGIN
  IF named IS NOT NULL AND named <> '' THEN
    SELECT * INTO found_act FROM audit.act a WHERE a.id = named::uuid AND a.xid = pg_current_xact_id();
  END IF;
  IF found_act.id IS NULL THEN
    RAISE EXCEPTION 'no act: a record changes only inside an act of a named person' USING ERRCODE = 'BB001';
  END IF;
  RETURN found_act;
END $$;
"""

RECORD = """
CREATE FUNCTION audit.record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  act audit.act := audit.current_act();
  entry bigint := nextval('audit.entry_id');
  old_row jsonb;
  new_row jsonb;
  hidden text;
  the_body text;
  the_table text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
BEGIN
  IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD); END IF;
  IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW); END IF;
  FOREACH hidden IN ARRAY coalesce(TG_ARGV, '{}') LOOP
    IF old_row ? hidden THEN old_row := jsonb_set(old_row, ARRAY[hidden], '"[not recorded]"'); END IF;
    IF new_row ? hidden THEN new_row := jsonb_set(new_row, ARRAY[hidden], '"[not recorded]"'); END IF;
  END LOOP;
  the_body := jsonb_build_object(
    'entry', entry, 'act', act.id, 'kind', act.kind, 'actor', act.actor_id, 'side', act.side,
    'login', session_user, 'role', current_setting('role'), 'recorded_at', act.recorded_at,
    'occurred_at', act.occurred_at, 'reason', act.reason, 'written_at', clock_timestamp(),
    'xid', pg_current_xact_id()::text, 'table', the_table, 'operation', TG_OP, 'old', old_row, 'new', new_row)::text;
  IF TG_TABLE_SCHEMA = 'sealed' THEN
    INSERT INTO audit.sealed_entry VALUES (entry, pg_current_xact_id(), act.id, the_table,
      coalesce(new_row, old_row) ->> 'id', act.recorded_at, the_body);
  ELSE
    INSERT INTO audit.entry VALUES (entry, pg_current_xact_id(), act.id, the_table,
      coalesce(new_row, old_row) ->> 'id', act.recorded_at, the_body);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION audit.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'records are never truncated' USING ERRCODE = 'BB004';
END $$;

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'this is only ever added to' USING ERRCODE = 'BB005';
END $$;

CREATE PROCEDURE audit.watch(watched regclass, VARIADIC hidden text[] DEFAULT '{}') LANGUAGE plpgsql AS $$
DECLARE
  arguments text := (SELECT coalesce(string_agg(quote_literal(h), ', '), '') FROM unnest(hidden) h);
BEGIN
  EXECUTE format('CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.record(%s)',
                 watched, arguments);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_row', watched);
  EXECUTE format('CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate()', watched);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_truncate', watched);
END $$;

CREATE PROCEDURE audit.freeze(frozen regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()', frozen);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', frozen);
END $$;
COMMENT ON PROCEDURE audit.freeze IS 'Make a table append-only, for its owner too';
"""

SEAL = """
CREATE FUNCTION audit.seal(at timestamptz, everything boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  horizon xid8;
  mark xid8;
  next_leaf bigint;
  sealed bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('audit.seal'));
  SELECT h.sealed_below INTO mark FROM audit.horizon h;
  SELECT coalesce(max(l.number) + 1, 0) INTO next_leaf FROM audit.leaf l;
  horizon := pg_snapshot_xmin(pg_current_snapshot());
  IF everything OR mark IS NULL THEN mark := '0'; END IF;
  INSERT INTO audit.leaf (number, entry_id, hash, sealed_at)
  SELECT next_leaf + row_number() OVER (ORDER BY e.xid, e.id) - 1, e.id, sha256('\\x00'::bytea || convert_to(e.body, 'UTF8')), at
    FROM (SELECT id, xid, body FROM audit.entry WHERE xid >= mark AND (everything OR xid < horizon)
          UNION ALL
          SELECT id, xid, body FROM audit.sealed_entry WHERE xid >= mark AND (everything OR xid < horizon)) e
   WHERE NOT EXISTS (SELECT FROM audit.leaf l WHERE l.entry_id = e.id);
  GET DIAGNOSTICS sealed = ROW_COUNT;
  INSERT INTO audit.horizon VALUES (true, horizon)
  ON CONFLICT (single) DO UPDATE SET sealed_below = excluded.sealed_below;
  RETURN sealed;
END $$;
COMMENT ON FUNCTION audit.seal IS
  'Give leaf numbers to the entries of finished transactions. everything: after a restore, when transaction numbers began anew '
  'and no writer runs, take whatever has no leaf';
GRANT EXECUTE ON FUNCTION audit.seal TO biobank_worker;
GRANT SELECT ON audit.leaf TO biobank_worker, biobank_auditor;
GRANT SELECT ON audit.kind, audit.act, audit.entry, audit.refusal TO biobank_auditor, biobank_facility;
GRANT INSERT ON audit.refusal TO biobank_facility, biobank_bedside, biobank_desk, biobank_worker;
CALL audit.watch('audit.refusal');
CALL audit.freeze('audit.refusal');
CALL audit.freeze('audit.act');
CALL audit.freeze('audit.entry');
CALL audit.freeze('audit.sealed_entry');
CALL audit.freeze('audit.leaf');
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['audit.act', 'audit.entry', 'audit.sealed_entry', 'audit.leaf', 'audit.kind', 'audit.horizon'] LOOP
    EXECUTE format('CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate()', t);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_truncate', t);
  END LOOP;
END $$;

ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_keys ON idempotency_key USING (login = session_user) WITH CHECK (login = session_user);
CREATE POLICY purge ON idempotency_key FOR ALL TO biobank_worker USING (true);
GRANT SELECT, INSERT ON idempotency_key TO biobank_facility, biobank_bedside, biobank_desk;
GRANT UPDATE (answer) ON idempotency_key TO biobank_facility, biobank_bedside, biobank_desk;
GRANT SELECT (claimed_at), DELETE ON idempotency_key TO biobank_worker;
"""


def upgrade() -> None:
    for part in (SCHEMAS, TABLES, BEGIN_ACT, RECORD, SEAL):
        op.execute(part)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
