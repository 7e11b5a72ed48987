SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA audit;
ALTER SCHEMA audit OWNER TO biobank_owner;
ALTER SCHEMA public OWNER TO biobank_owner;
CREATE SCHEMA sealed;
ALTER SCHEMA sealed OWNER TO biobank_owner;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';
CREATE FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamp with time zone, occurred timestamp with time zone, why text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  needs boolean;
BEGIN
  SELECT k.needs_reason INTO needs FROM audit.kind k
   WHERE k.code = act_kind AND (session_user = ANY (k.logins) OR session_user NOT LIKE 'biobank\_%');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'login % may not begin an act of kind %', session_user, act_kind USING ERRCODE = 'BB002';
  END IF;
  IF session_user LIKE 'biobank\_%' THEN
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
ALTER FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamp with time zone, occurred timestamp with time zone, why text) OWNER TO biobank_owner;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE audit.act (
    id uuid NOT NULL,
    xid xid8 NOT NULL,
    kind text NOT NULL,
    needs_reason boolean NOT NULL,
    actor_id uuid NOT NULL,
    side text NOT NULL,
    login text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    reason text,
    CONSTRAINT act_side_check CHECK ((side = ANY (ARRAY['bedside'::text, 'facility'::text, 'desk'::text, 'system'::text]))),
    CONSTRAINT ck_act_reason CHECK (((NOT needs_reason) OR ((reason IS NOT NULL) AND (length(btrim(reason)) >= 5) AND (reason ~ '\w\w'::text) AND (lower(btrim(reason)) <> ALL (ARRAY['n/a n/a'::text, 'update'::text, 'change'::text, 'reason'::text, 'none.'::text])))))
);
ALTER TABLE audit.act OWNER TO biobank_owner;
CREATE FUNCTION audit.current_act() RETURNS audit.act
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION audit.current_act() OWNER TO biobank_owner;
CREATE PROCEDURE audit."freeze"(IN frozen regclass)
    LANGUAGE plpgsql
    AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()', frozen);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', frozen);
END $$;
ALTER PROCEDURE audit."freeze"(IN frozen regclass) OWNER TO biobank_owner;
COMMENT ON PROCEDURE audit."freeze"(IN frozen regclass) IS 'Make a table append-only, for its owner too';
CREATE FUNCTION audit.record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
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
ALTER FUNCTION audit.record() OWNER TO biobank_owner;
CREATE FUNCTION audit.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'this is only ever added to' USING ERRCODE = 'BB005';
END $$;
ALTER FUNCTION audit.refuse_change() OWNER TO biobank_owner;
CREATE FUNCTION audit.refuse_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'records are never truncated' USING ERRCODE = 'BB004';
END $$;
ALTER FUNCTION audit.refuse_truncate() OWNER TO biobank_owner;
CREATE FUNCTION audit.seal(at timestamp with time zone, everything boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
  SELECT next_leaf + row_number() OVER (ORDER BY e.xid, e.id) - 1, e.id, sha256('\x00'::bytea || convert_to(e.body, 'UTF8')), at
    FROM (SELECT id, xid, body FROM audit.entry WHERE xid >= mark AND (everything OR xid < horizon)
          UNION ALL
          SELECT id, xid, body FROM audit.sealed_entry WHERE xid >= mark AND (everything OR xid < horizon)) e
   WHERE NOT EXISTS (SELECT FROM audit.leaf l WHERE l.entry_id = e.id);
  GET DIAGNOSTICS sealed = ROW_COUNT;
  INSERT INTO audit.horizon VALUES (true, horizon)
  ON CONFLICT (single) DO UPDATE SET sealed_below = excluded.sealed_below;
  RETURN sealed;
END $$;
ALTER FUNCTION audit.seal(at timestamp with time zone, everything boolean) OWNER TO biobank_owner;
COMMENT ON FUNCTION audit.seal(at timestamp with time zone, everything boolean) IS 'Give leaf numbers to the entries of finished transactions. everything: after a restore, when transaction numbers began anew and no writer runs, take whatever has no leaf';
CREATE PROCEDURE audit.watch(IN watched regclass, VARIADIC hidden text[] DEFAULT '{}'::text[])
    LANGUAGE plpgsql
    AS $$
DECLARE
  arguments text := (SELECT coalesce(string_agg(quote_literal(h), ', '), '') FROM unnest(hidden) h);
BEGIN
  EXECUTE format('CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.record(%s)',
                 watched, arguments);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_row', watched);
  EXECUTE format('CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate()', watched);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_truncate', watched);
END $$;
ALTER PROCEDURE audit.watch(IN watched regclass, VARIADIC hidden text[]) OWNER TO biobank_owner;
CREATE FUNCTION public.monitoring_make_partitions(from_month date, months integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
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
ALTER FUNCTION public.monitoring_make_partitions(from_month date, months integer) OWNER TO biobank_owner;
COMMENT ON FUNCTION public.monitoring_make_partitions(from_month date, months integer) IS 'Make the monthly partitions of readings ahead; months that exist are left alone';
CREATE FUNCTION public.refuse_held_unit() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM public.unit u
    JOIN public.hold h ON h.root_id = u.root_id AND h.material_id IN (u.id, u.batch_id, u.root_id) AND h.lifted_at IS NULL
   WHERE u.id = NEW.unit_id
     AND CASE WHEN NEW.preparation_id IS NULL THEN 'test_thaw' ELSE 'patient_use' END = ANY (h.purposes);
  IF FOUND THEN
    RAISE EXCEPTION 'a unit on hold is not thawed' USING ERRCODE = 'BB018';
  END IF;
  IF NEW.preparation_id IS NOT NULL THEN
    PERFORM FROM public.unit u JOIN public.batch b ON b.id = u.batch_id JOIN public.donation d ON d.id = u.root_id
       JOIN public.preparation p ON p.id = NEW.preparation_id JOIN public.kit k ON k.id = p.kit_id
      WHERE u.id = NEW.unit_id AND b.purpose = 'drug' AND d.participant_id = k.participant_id
        AND EXISTS (SELECT FROM public.decision e WHERE e.batch_id = b.id AND e.stage = 'sponsor_release' AND e.verdict = 'approved');
    IF NOT FOUND THEN
      RAISE EXCEPTION 'only released cells of this very participant are thawed for a dose' USING ERRCODE = 'BB019';
    END IF;
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION public.refuse_held_unit() OWNER TO biobank_owner;
CREATE FUNCTION public.refuse_return_from_thaw() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF OLD.state IN ('thawed', 'destroyed') AND NEW.state <> OLD.state AND NEW.state <> 'destroyed' THEN
    RAISE EXCEPTION 'a thawed unit never goes back' USING ERRCODE = 'BB013';
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION public.refuse_return_from_thaw() OWNER TO biobank_owner;
CREATE FUNCTION public.refuse_too_many_cells() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  available bigint;
  spent bigint;
BEGIN
  SELECT c.viable_cells INTO available FROM public.cell_count c WHERE c.id = NEW.seeded_from AND c.root_id = NEW.root_id FOR UPDATE;
  SELECT coalesce(sum(c.cells_seeded), 0) INTO spent FROM public.culture c WHERE c.seeded_from = NEW.seeded_from;
  IF available IS NULL OR spent + NEW.cells_seeded > available THEN
    RAISE EXCEPTION 'more cells seeded than were counted' USING ERRCODE = 'BB012';
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION public.refuse_too_many_cells() OWNER TO biobank_owner;
CREATE FUNCTION public.refuse_unaccepted_donation() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM public.donation d WHERE d.id = NEW.root_id AND d.state = 'accepted';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a batch begins with an accepted donation' USING ERRCODE = 'BB011';
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION public.refuse_unaccepted_donation() OWNER TO biobank_owner;
CREATE FUNCTION public.refuse_unfit_decision() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM public.signature s WHERE s.id = NEW.signature_id AND s.person_id = NEW.decided_by;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a decision carries the signature of who decides' USING ERRCODE = 'BB014';
  END IF;
  IF NEW.verdict = 'approved' THEN
    PERFORM FROM public.deviation d WHERE d.root_id = NEW.root_id AND d.state = 'open';
    IF FOUND THEN
      RAISE EXCEPTION 'an open deviation blocks release' USING ERRCODE = 'BB015';
    END IF;
    IF NEW.stage <> 'disposition' THEN
      PERFORM FROM public.decision d WHERE d.batch_id = NEW.batch_id AND d.verdict = 'approved'
         AND d.stage = CASE NEW.stage WHEN 'certification' THEN 'disposition' ELSE 'certification' END;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'the decision before this one is missing' USING ERRCODE = 'BB016';
      END IF;
    END IF;
  END IF;
  IF NEW.stage = 'certification' THEN
    PERFORM FROM public.cell_count c WHERE c.root_id = NEW.root_id AND NEW.decided_by IN (c.counted_by, c.verified_by)
      UNION ALL SELECT FROM public.batch b WHERE b.root_id = NEW.root_id AND b.opened_by = NEW.decided_by
      UNION ALL SELECT FROM public.culture c WHERE c.root_id = NEW.root_id AND c.seeded_by = NEW.decided_by
      UNION ALL SELECT FROM public.freezing_run f WHERE f.root_id = NEW.root_id AND f.frozen_by = NEW.decided_by;
    IF FOUND THEN
      RAISE EXCEPTION 'whoever made or verified a batch does not certify it' USING ERRCODE = 'BB017';
    END IF;
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION public.refuse_unfit_decision() OWNER TO biobank_owner;
CREATE FUNCTION sealed.assign_next(participant uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  act audit.act := sealed.note('assign_next', participant);
  chosen uuid;
BEGIN
  PERFORM FROM sealed.allocation a WHERE a.participant_id = participant;
  IF FOUND THEN
    RAISE EXCEPTION 'already allocated' USING ERRCODE = 'BB024';
  END IF;
  SELECT a.id INTO chosen FROM sealed.allocation a
    JOIN public.participant p ON p.id = participant AND p.study_id = a.study_id AND p.state = 'eligible'
    JOIN public.site s ON s.id = p.site_id
   WHERE a.participant_id IS NULL AND a.stratum IN (s.code, 'all') ORDER BY a.position LIMIT 1 FOR UPDATE OF a;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no allocation left' USING ERRCODE = 'BB025';
  END IF;
  UPDATE sealed.allocation SET participant_id = participant, assigned_at = act.recorded_at WHERE id = chosen;
END $$;
ALTER FUNCTION sealed.assign_next(participant uuid) OWNER TO biobank_owner;
CREATE FUNCTION sealed.break_code(participant uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  act audit.act := sealed.note('break_code', participant);
BEGIN
  PERFORM FROM public.code_break b WHERE b.participant_id = participant AND b.person_id = act.actor_id AND b.broken_at = act.recorded_at;
  IF NOT FOUND OR act.kind <> 'break_code' THEN
    RAISE EXCEPTION 'a code is broken by its own act, with its record' USING ERRCODE = 'BB027';
  END IF;
  RETURN (SELECT a.sequence FROM sealed.allocation a WHERE a.participant_id = participant);
END $$;
ALTER FUNCTION sealed.break_code(participant uuid) OWNER TO biobank_owner;
CREATE FUNCTION sealed.fill_kit(kit uuid, preparation uuid, what text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  act audit.act := sealed.note('fill_kit', kit);
  k public.kit;
BEGIN
  SELECT * INTO STRICT k FROM public.kit x WHERE x.id = kit;
  IF (sealed.plan_of(k.participant_id, k.period)).kit_contains IS DISTINCT FROM what THEN
    RAISE EXCEPTION 'this kit is to hold something else' USING ERRCODE = 'BB026';
  END IF;
  IF (what = 'cells') IS DISTINCT FROM EXISTS (SELECT FROM public.thaw t WHERE t.preparation_id = preparation) THEN
    RAISE EXCEPTION 'cells come from thawed units, saline from none' USING ERRCODE = 'BB026';
  END IF;
  INSERT INTO sealed.kit_content VALUES (kit, preparation, what, act.recorded_at);
END $$;
ALTER FUNCTION sealed.fill_kit(kit uuid, preparation uuid, what text) OWNER TO biobank_owner;
CREATE FUNCTION sealed.kit_blocked(kit uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM sealed.note('kit_blocked', kit);
  RETURN NOT EXISTS (SELECT FROM sealed.kit_content c WHERE c.id = kit) OR EXISTS (
    SELECT FROM public.hold h
     WHERE h.lifted_at IS NULL AND h.purposes && ARRAY['patient_use', 'distribution'] AND h.material_id IN (
       SELECT kit
       UNION ALL SELECT m FROM sealed.kit_content c JOIN public.thaw t ON t.preparation_id = c.preparation_id
         JOIN public.unit u ON u.id = t.unit_id, LATERAL (VALUES (u.id), (u.batch_id), (u.root_id)) AS x (m) WHERE c.id = kit
       UNION ALL SELECT f.lot_id FROM sealed.kit_content c JOIN public.fill f ON f.preparation_id = c.preparation_id
        WHERE c.id = kit));
END $$;
ALTER FUNCTION sealed.kit_blocked(kit uuid) OWNER TO biobank_owner;
CREATE FUNCTION sealed.kit_content(kit uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  k public.kit;
BEGIN
  PERFORM sealed.note('kit_content', kit);
  SELECT * INTO STRICT k FROM public.kit x WHERE x.id = kit;
  RETURN (sealed.plan_of(k.participant_id, k.period)).kit_contains;
END $$;
ALTER FUNCTION sealed.kit_content(kit uuid) OWNER TO biobank_owner;
CREATE FUNCTION sealed.note(called text, about uuid) RETURNS audit.act
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  act audit.act := audit.current_act();
BEGIN
  INSERT INTO sealed.access VALUES (gen_random_uuid(), act.id, act.actor_id, session_user, called, about, act.recorded_at);
  RETURN act;
END $$;
ALTER FUNCTION sealed.note(called text, about uuid) OWNER TO biobank_owner;
COMMENT ON FUNCTION sealed.note(called text, about uuid) IS 'Every function below records its caller first; there is no call without an act';
CREATE TABLE public.study_plan (
    id uuid NOT NULL,
    version_id uuid NOT NULL,
    sequence text NOT NULL,
    period integer NOT NULL,
    aspirate_becomes text NOT NULL,
    kit_contains text NOT NULL,
    cells_from_period integer,
    CONSTRAINT ck_study_plan_aspirate_becomes CHECK ((aspirate_becomes = ANY (ARRAY['drug'::text, 'biobank'::text, 'none'::text]))),
    CONSTRAINT ck_study_plan_kit_contains CHECK ((kit_contains = ANY (ARRAY['cells'::text, 'saline'::text])))
);
ALTER TABLE public.study_plan OWNER TO biobank_owner;
CREATE FUNCTION sealed.plan_of(participant uuid, in_period integer) RETURNS public.study_plan
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT p.* FROM sealed.allocation a JOIN public.participant t ON t.id = a.participant_id
    JOIN public.study_plan p ON p.version_id = t.version_id AND p.sequence = a.sequence AND p.period = in_period
   WHERE a.participant_id = participant
$$;
ALTER FUNCTION sealed.plan_of(participant uuid, in_period integer) OWNER TO biobank_owner;
COMMENT ON FUNCTION sealed.plan_of(participant uuid, in_period integer) IS 'For the functions here only; nobody may execute it';
CREATE FUNCTION sealed.route_of(donation uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  d public.donation;
BEGIN
  PERFORM sealed.note('route_of', donation);
  SELECT * INTO d FROM public.donation x WHERE x.id = donation AND x.state = 'accepted';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only an accepted donation is routed' USING ERRCODE = 'BB011';
  END IF;
  RETURN (sealed.plan_of(d.participant_id, d.period)).aspirate_becomes;
END $$;
ALTER FUNCTION sealed.route_of(donation uuid) OWNER TO biobank_owner;
CREATE FUNCTION sealed.upload_list(study uuid, for_stratum text, sequences text[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  act audit.act := sealed.note('upload_list', study);
  unknown text;
BEGIN
  IF act.kind <> 'upload_allocation' THEN
    RAISE EXCEPTION 'not an upload' USING ERRCODE = 'BB021';
  END IF;
  IF EXISTS (SELECT FROM sealed.allocation a WHERE a.study_id = study AND a.stratum = for_stratum) THEN
    RAISE EXCEPTION 'this stratum has its list already' USING ERRCODE = 'BB022';
  END IF;
  SELECT s INTO unknown FROM unnest(sequences) s WHERE s NOT IN (
    SELECT p.sequence FROM public.study_plan p JOIN public.study_version v ON v.id = p.version_id WHERE v.study_id = study);
  IF FOUND THEN
    RAISE EXCEPTION 'unknown sequence %', unknown USING ERRCODE = 'BB023';
  END IF;
  INSERT INTO sealed.allocation (id, study_id, stratum, position, sequence)
  SELECT gen_random_uuid(), study, for_stratum, n, s FROM unnest(sequences) WITH ORDINALITY AS u (s, n);
  RETURN cardinality(sequences);
END $$;
ALTER FUNCTION sealed.upload_list(study uuid, for_stratum text, sequences text[]) OWNER TO biobank_owner;
CREATE FUNCTION sealed.verify_list(study uuid) RETURNS TABLE(stratum text, planned bigint, used bigint, digest text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM sealed.note('verify_list', study);
  RETURN QUERY SELECT a.stratum, count(*), count(a.participant_id),
      encode(sha256(convert_to(string_agg(a.position || a.sequence, ',' ORDER BY a.position), 'UTF8')), 'hex')
    FROM sealed.allocation a WHERE a.study_id = study GROUP BY a.stratum ORDER BY a.stratum;
END $$;
ALTER FUNCTION sealed.verify_list(study uuid) OWNER TO biobank_owner;
CREATE TABLE audit.entry (
    id bigint NOT NULL,
    xid xid8 NOT NULL,
    act_id uuid NOT NULL,
    table_name text NOT NULL,
    row_id text,
    recorded_at timestamp with time zone NOT NULL,
    body text NOT NULL
);
ALTER TABLE audit.entry OWNER TO biobank_owner;
COMMENT ON COLUMN audit.entry.body IS 'The exact bytes of the entry: a leaf of the log is SHA-256(0x00 || UTF-8 of this text), RFC 9162 §2.1.1';
CREATE SEQUENCE audit.entry_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE audit.entry_id OWNER TO biobank_owner;
CREATE TABLE audit.horizon (
    single boolean NOT NULL,
    sealed_below xid8 NOT NULL,
    CONSTRAINT horizon_single_check CHECK (single)
);
ALTER TABLE audit.horizon OWNER TO biobank_owner;
CREATE TABLE audit.kind (
    code text NOT NULL,
    needs_reason boolean NOT NULL,
    logins text[] NOT NULL
);
ALTER TABLE audit.kind OWNER TO biobank_owner;
CREATE TABLE audit.leaf (
    number bigint NOT NULL,
    entry_id bigint NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    CONSTRAINT leaf_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT leaf_number_check CHECK ((number >= 0))
);
ALTER TABLE audit.leaf OWNER TO biobank_owner;
CREATE TABLE audit.refusal (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    route text NOT NULL,
    code text NOT NULL,
    facts jsonb NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);
ALTER TABLE audit.refusal OWNER TO biobank_owner;
CREATE TABLE audit.sealed_entry (
    id bigint NOT NULL,
    xid xid8 NOT NULL,
    act_id uuid NOT NULL,
    table_name text NOT NULL,
    row_id text,
    recorded_at timestamp with time zone NOT NULL,
    body text NOT NULL
);
ALTER TABLE audit.sealed_entry OWNER TO biobank_owner;
COMMENT ON COLUMN audit.sealed_entry.body IS 'The exact bytes of the entry: a leaf of the log is SHA-256(0x00 || UTF-8 of this text), RFC 9162 §2.1.1';
CREATE TABLE public.administration (
    id uuid NOT NULL,
    kit_id uuid NOT NULL,
    given_ml numeric(6,2) NOT NULL,
    remains_ml numeric(6,2) NOT NULL,
    given_by uuid NOT NULL,
    given_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_administration_volumes CHECK (((given_ml >= (0)::numeric) AND (remains_ml >= (0)::numeric)))
);
ALTER TABLE public.administration OWNER TO biobank_owner;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
ALTER TABLE public.alembic_version OWNER TO biobank_owner;
CREATE TABLE public.batch (
    id uuid NOT NULL,
    root_id uuid NOT NULL,
    code text NOT NULL,
    purpose character varying NOT NULL,
    state character varying NOT NULL,
    facility_id uuid NOT NULL,
    process_version text NOT NULL,
    specification_version text NOT NULL,
    opened_by uuid NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_batch_purpose CHECK (((purpose)::text = ANY ((ARRAY['drug'::character varying, 'biobank'::character varying])::text[]))),
    CONSTRAINT ck_batch_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'isolated'::character varying, 'growing'::character varying, 'harvested'::character varying, 'stored'::character varying, 'failed'::character varying])::text[])))
);
ALTER TABLE public.batch OWNER TO biobank_owner;
CREATE TABLE public.cell_count (
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    root_id uuid NOT NULL,
    culture_id uuid,
    method text NOT NULL,
    total_cells bigint NOT NULL,
    viability_percent numeric(5,2) NOT NULL,
    viable_cells bigint NOT NULL,
    doublings numeric(6,3),
    cumulative_doublings numeric(6,3),
    counted_by uuid NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    verified_by uuid,
    verified_at timestamp with time zone,
    CONSTRAINT ck_cell_count_total_cells CHECK ((total_cells > 0)),
    CONSTRAINT ck_cell_count_two_people CHECK (((verified_by IS NULL) OR (verified_by <> counted_by))),
    CONSTRAINT ck_cell_count_viability_percent CHECK (((viability_percent >= (0)::numeric) AND (viability_percent <= (100)::numeric))),
    CONSTRAINT ck_cell_count_viable_cells CHECK (((viable_cells)::numeric = floor((((total_cells)::numeric * viability_percent) / (100)::numeric))))
);
ALTER TABLE public.cell_count OWNER TO biobank_owner;
CREATE TABLE public.code_break (
    id uuid NOT NULL,
    participant_id uuid NOT NULL,
    person_id uuid NOT NULL,
    category text NOT NULL,
    broken_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_code_break_category CHECK ((category = ANY (ARRAY['emergency'::text, 'safety_report'::text, 'pregnancy'::text])))
);
ALTER TABLE public.code_break OWNER TO biobank_owner;
CREATE TABLE public.code_counter (
    scope text NOT NULL,
    prefix text NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT code_counter_last_check CHECK ((last > 0)),
    CONSTRAINT code_counter_scope_check CHECK ((scope = ANY (ARRAY['bedside'::text, 'facility'::text])))
);
ALTER TABLE public.code_counter OWNER TO biobank_owner;
CREATE TABLE public.consent (
    id uuid NOT NULL,
    participant_id uuid NOT NULL,
    purpose text NOT NULL,
    given_at timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL,
    withdrawn_at timestamp with time zone
);
ALTER TABLE public.consent OWNER TO biobank_owner;
CREATE TABLE public.credential (
    id uuid NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);
ALTER TABLE public.credential OWNER TO biobank_owner;
CREATE TABLE public.culture (
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    root_id uuid NOT NULL,
    code text NOT NULL,
    passage integer NOT NULL,
    state character varying NOT NULL,
    vessel text NOT NULL,
    vessels integer NOT NULL,
    area_cm2 numeric(8,2) NOT NULL,
    cells_seeded bigint NOT NULL,
    seeded_from uuid NOT NULL,
    seeded_by uuid NOT NULL,
    seeded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_culture_passage CHECK ((passage >= 0)),
    CONSTRAINT ck_culture_seeded CHECK (((vessels > 0) AND (area_cm2 > (0)::numeric) AND (cells_seeded > 0))),
    CONSTRAINT ck_culture_state CHECK (((state)::text = ANY ((ARRAY['growing'::character varying, 'harvested'::character varying, 'discarded'::character varying])::text[])))
);
ALTER TABLE public.culture OWNER TO biobank_owner;
CREATE TABLE public.custody_event (
    id uuid NOT NULL,
    material_id uuid NOT NULL,
    material_scope character varying NOT NULL,
    scope character varying NOT NULL,
    step character varying NOT NULL,
    place text NOT NULL,
    person_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_custody_event_scope CHECK (((scope)::text = ANY ((ARRAY['bedside'::character varying, 'facility'::character varying])::text[]))),
    CONSTRAINT ck_custody_event_scope_within CHECK ((((scope)::text = 'facility'::text) OR ((material_scope)::text = 'bedside'::text))),
    CONSTRAINT ck_custody_event_step CHECK (((step)::text = ANY ((ARRAY['collect'::character varying, 'hand_over'::character varying, 'take_over'::character varying, 'receive'::character varying, 'reject'::character varying, 'route'::character varying, 'isolate'::character varying, 'seed'::character varying, 'feed'::character varying, 'harvest'::character varying, 'freeze'::character varying, 'store'::character varying, 'sample'::character varying, 'dispose'::character varying, 'certify'::character varying, 'release'::character varying, 'thaw'::character varying, 'recount'::character varying, 'fill'::character varying, 'plan'::character varying, 'ready'::character varying, 'retrieve'::character varying, 'administer'::character varying, 'account'::character varying, 'hold'::character varying, 'lift'::character varying])::text[])))
);
ALTER TABLE public.custody_event OWNER TO biobank_owner;
CREATE TABLE public.decision (
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    root_id uuid NOT NULL,
    purpose character varying NOT NULL,
    stage character varying NOT NULL,
    verdict character varying NOT NULL,
    signature_id uuid NOT NULL,
    decided_by uuid NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_decision_only_drug CHECK (((purpose)::text = 'drug'::text)),
    CONSTRAINT ck_decision_stage CHECK (((stage)::text = ANY ((ARRAY['disposition'::character varying, 'certification'::character varying, 'sponsor_release'::character varying])::text[]))),
    CONSTRAINT ck_decision_verdict CHECK (((verdict)::text = ANY ((ARRAY['approved'::character varying, 'rejected'::character varying])::text[])))
);
ALTER TABLE public.decision OWNER TO biobank_owner;
CREATE TABLE public.deviation (
    id uuid NOT NULL,
    code text NOT NULL,
    material_id uuid NOT NULL,
    root_id uuid NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    state character varying NOT NULL,
    opened_by uuid NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_by uuid,
    closed_at timestamp with time zone,
    conclusion text,
    CONSTRAINT ck_deviation_closed CHECK ((((state)::text = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT ck_deviation_conclusion CHECK ((((state)::text = 'open'::text) OR (length(btrim(conclusion)) >= 5))),
    CONSTRAINT ck_deviation_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'closed'::character varying])::text[]))),
    CONSTRAINT ck_deviation_two_people CHECK (((closed_by IS NULL) OR (closed_by <> opened_by)))
);
ALTER TABLE public.deviation OWNER TO biobank_owner;
CREATE TABLE public.dirty_interval (
    id uuid NOT NULL,
    sensor_id uuid NOT NULL,
    from_time timestamp with time zone NOT NULL,
    to_time timestamp with time zone NOT NULL,
    marked_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_dirty_interval_span CHECK ((from_time <= to_time))
);
ALTER TABLE public.dirty_interval OWNER TO biobank_owner;
CREATE TABLE public.donation (
    id uuid NOT NULL,
    din text NOT NULL,
    participant_id uuid NOT NULL,
    period integer NOT NULL,
    volume_ml numeric(7,3) NOT NULL,
    state character varying NOT NULL,
    collected_by uuid NOT NULL,
    collected_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_donation_state CHECK (((state)::text = ANY ((ARRAY['collected'::character varying, 'accepted'::character varying, 'rejected'::character varying])::text[]))),
    CONSTRAINT ck_donation_volume_ml CHECK ((volume_ml > (0)::numeric))
);
ALTER TABLE public.donation OWNER TO biobank_owner;
CREATE TABLE public.donor_test (
    id uuid NOT NULL,
    root_id uuid NOT NULL,
    marker text NOT NULL,
    attempt integer NOT NULL,
    reactive boolean NOT NULL,
    sampled_on date NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);
ALTER TABLE public.donor_test OWNER TO biobank_owner;
CREATE TABLE public.dose_plan (
    id uuid NOT NULL,
    kit_id uuid NOT NULL,
    weight_id uuid NOT NULL,
    weight_kg numeric(5,2) NOT NULL,
    cells_per_kg bigint NOT NULL,
    cap_viable_cells bigint NOT NULL,
    target_viable_cells bigint NOT NULL,
    units_to_thaw integer,
    planned_by uuid NOT NULL,
    planned_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_dose_plan_never_rounded_up CHECK (((target_viable_cells)::numeric <= (weight_kg * (cells_per_kg)::numeric))),
    CONSTRAINT ck_dose_plan_target CHECK (((target_viable_cells > 0) AND (target_viable_cells <= cap_viable_cells))),
    CONSTRAINT ck_dose_plan_units_to_thaw CHECK (((units_to_thaw IS NULL) OR (units_to_thaw > 0)))
);
ALTER TABLE public.dose_plan OWNER TO biobank_owner;
CREATE TABLE public.excursion (
    id uuid NOT NULL,
    freezer_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    peak_c numeric(9,3) NOT NULL,
    limit_c numeric(6,2) NOT NULL,
    delay_s integer NOT NULL,
    hysteresis_c numeric(5,2) NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    superseded_by uuid,
    first_id uuid NOT NULL,
    CONSTRAINT ck_excursion_not_itself CHECK ((superseded_by <> id)),
    CONSTRAINT ck_excursion_span CHECK ((ended_at > started_at)),
    CONSTRAINT ck_excursion_superseded CHECK (((superseded_by IS NULL) OR (withdrawn_at IS NOT NULL)))
);
ALTER TABLE public.excursion OWNER TO biobank_owner;
CREATE TABLE public.excursion_unit (
    id uuid NOT NULL,
    excursion_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    hold_id uuid NOT NULL,
    deviation_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);
ALTER TABLE public.excursion_unit OWNER TO biobank_owner;
CREATE TABLE public.facility (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL
);
ALTER TABLE public.facility OWNER TO biobank_owner;
CREATE TABLE public.feed (
    id uuid NOT NULL,
    culture_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    volume_ml numeric(7,3) NOT NULL,
    fed_by uuid NOT NULL,
    fed_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_feed_volume_ml CHECK ((volume_ml > (0)::numeric))
);
ALTER TABLE public.feed OWNER TO biobank_owner;
CREATE TABLE public.fill (
    id uuid NOT NULL,
    preparation_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    drawn_ml numeric(6,2) NOT NULL,
    delivered_viable_cells bigint NOT NULL,
    filled_by uuid NOT NULL,
    filled_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_fill_drawn CHECK (((drawn_ml >= (0)::numeric) AND (delivered_viable_cells >= 0)))
);
ALTER TABLE public.fill OWNER TO biobank_owner;
CREATE TABLE public.freezer (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    facility_code text NOT NULL,
    limit_c numeric(6,2) NOT NULL,
    delay_s integer NOT NULL,
    hysteresis_c numeric(5,2) NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_freezer_delay_s CHECK (((delay_s >= 0) AND (delay_s <= 86400))),
    CONSTRAINT ck_freezer_hysteresis_c CHECK (((hysteresis_c >= (0)::numeric) AND (hysteresis_c <= (50)::numeric))),
    CONSTRAINT ck_freezer_limit_c CHECK (((limit_c >= ('-273'::integer)::numeric) AND (limit_c <= (60)::numeric)))
);
ALTER TABLE public.freezer OWNER TO biobank_owner;
CREATE TABLE public.freezing_run (
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    root_id uuid NOT NULL,
    program text NOT NULL,
    frozen_by uuid NOT NULL,
    frozen_at timestamp with time zone NOT NULL
);
ALTER TABLE public.freezing_run OWNER TO biobank_owner;
CREATE TABLE public.handover (
    id uuid NOT NULL,
    material_id uuid NOT NULL,
    material_scope character varying NOT NULL,
    handed_by uuid NOT NULL,
    handed_at timestamp with time zone NOT NULL,
    to_place text NOT NULL,
    taken_by uuid,
    taken_at timestamp with time zone,
    CONSTRAINT ck_handover_taken CHECK (((taken_by IS NULL) = (taken_at IS NULL))),
    CONSTRAINT ck_handover_two_people CHECK (((taken_by IS NULL) OR (taken_by <> handed_by)))
);
ALTER TABLE public.handover OWNER TO biobank_owner;
CREATE TABLE public.hold (
    id uuid NOT NULL,
    number integer NOT NULL,
    material_id uuid NOT NULL,
    root_id uuid NOT NULL,
    kind character varying NOT NULL,
    purposes text[] NOT NULL,
    reason text NOT NULL,
    placed_by uuid NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    lifted_by uuid,
    lifted_at timestamp with time zone,
    lift_reason text,
    CONSTRAINT ck_hold_biobank_only_stays CHECK (((lifted_at IS NULL) OR ((kind)::text <> 'biobank_only'::text))),
    CONSTRAINT ck_hold_kind CHECK (((kind)::text = ANY ((ARRAY['not_released'::character varying, 'biobank_only'::character varying, 'excursion'::character varying, 'donor_test'::character varying, 'deviation'::character varying, 'manual'::character varying])::text[]))),
    CONSTRAINT ck_hold_lifted CHECK (((lifted_at IS NULL) = (lifted_by IS NULL))),
    CONSTRAINT ck_hold_purposes CHECK (((cardinality(purposes) > 0) AND (purposes <@ ARRAY['patient_use'::text, 'test_thaw'::text, 'distribution'::text, 'movement'::text]))),
    CONSTRAINT ck_hold_reason CHECK ((length(btrim(reason)) >= 5))
);
ALTER TABLE public.hold OWNER TO biobank_owner;
CREATE TABLE public.idempotency_key (
    login text NOT NULL,
    person_id uuid NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    body_hmac bytea NOT NULL,
    answer text,
    claimed_at timestamp with time zone NOT NULL,
    CONSTRAINT idempotency_key_key_check CHECK (((length(key) >= 8) AND (length(key) <= 100)))
);
ALTER TABLE public.idempotency_key OWNER TO biobank_owner;
CREATE TABLE public.instance (
    id boolean NOT NULL,
    demonstration boolean NOT NULL,
    prepared_at timestamp with time zone NOT NULL,
    CONSTRAINT instance_id_check CHECK (id)
);
ALTER TABLE public.instance OWNER TO biobank_owner;
CREATE TABLE public.kit (
    id uuid NOT NULL,
    number text NOT NULL,
    participant_id uuid NOT NULL,
    period integer NOT NULL,
    state character varying NOT NULL,
    window_at timestamp with time zone NOT NULL,
    available_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    fill_volume_ml numeric(6,2) NOT NULL,
    CONSTRAINT ck_kit_clocks CHECK (((window_at < available_at) AND (available_at < expires_at))),
    CONSTRAINT ck_kit_fill_volume_ml CHECK ((fill_volume_ml > (0)::numeric)),
    CONSTRAINT ck_kit_state CHECK (((state)::text = ANY ((ARRAY['planned'::character varying, 'ready'::character varying, 'retrieved'::character varying, 'administered'::character varying, 'accounted'::character varying, 'void'::character varying])::text[])))
);
ALTER TABLE public.kit OWNER TO biobank_owner;
CREATE TABLE public.label_print (
    id uuid NOT NULL,
    scope character varying NOT NULL,
    number integer NOT NULL,
    material_id uuid NOT NULL,
    layout text NOT NULL,
    fields json NOT NULL,
    payload text NOT NULL,
    content_sha256 bytea NOT NULL,
    copy_number integer NOT NULL,
    reason text,
    state character varying NOT NULL,
    printed_by uuid NOT NULL,
    printed_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_label_print_reprint_reason CHECK (((copy_number = 1) OR (length(btrim(reason)) >= 5))),
    CONSTRAINT ck_label_print_state CHECK (((state)::text = ANY ((ARRAY['printed'::character varying, 'applied'::character varying, 'void'::character varying, 'destroyed'::character varying])::text[])))
);
ALTER TABLE public.label_print OWNER TO biobank_owner;
CREATE TABLE public.login_session (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    token_sha256 bytea NOT NULL,
    started_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);
ALTER TABLE public.login_session OWNER TO biobank_owner;
CREATE TABLE public.lot (
    id uuid NOT NULL,
    code text NOT NULL,
    kind character varying NOT NULL,
    name text NOT NULL,
    supplier text NOT NULL,
    supplier_lot text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    received_by uuid NOT NULL,
    CONSTRAINT ck_lot_kind CHECK (((kind)::text = ANY ((ARRAY['saline'::character varying, 'medium'::character varying, 'cryoprotectant'::character varying, 'reagent'::character varying])::text[])))
);
ALTER TABLE public.lot OWNER TO biobank_owner;
CREATE TABLE public.material (
    id uuid NOT NULL,
    scope character varying NOT NULL,
    kind character varying NOT NULL,
    code text NOT NULL,
    root_id uuid NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_material_kind CHECK (((kind)::text = ANY ((ARRAY['donation'::character varying, 'kit'::character varying, 'batch'::character varying, 'culture'::character varying, 'unit'::character varying, 'sample'::character varying, 'lot'::character varying])::text[]))),
    CONSTRAINT ck_material_own_root CHECK ((((kind)::text <> ALL ((ARRAY['donation'::character varying, 'kit'::character varying, 'lot'::character varying])::text[])) OR (root_id = id))),
    CONSTRAINT ck_material_scope CHECK (((scope)::text = ANY ((ARRAY['bedside'::character varying, 'facility'::character varying])::text[]))),
    CONSTRAINT ck_material_scope_of_kind CHECK ((((scope)::text = 'bedside'::text) = ((kind)::text = ANY ((ARRAY['donation'::character varying, 'kit'::character varying])::text[]))))
);
ALTER TABLE public.material OWNER TO biobank_owner;
COMMENT ON COLUMN public.material.registered_at IS 'UPDATE is granted on it only so that roots can be locked; a trigger refuses every change';
CREATE TABLE public.material_parent (
    id uuid NOT NULL,
    child_id uuid NOT NULL,
    parent_id uuid NOT NULL,
    root_id uuid NOT NULL,
    CONSTRAINT ck_material_parent_not_itself CHECK ((child_id <> parent_id))
);
ALTER TABLE public.material_parent OWNER TO biobank_owner;
CREATE TABLE public.participant (
    id uuid NOT NULL,
    code text NOT NULL,
    study_id uuid NOT NULL,
    version_id uuid NOT NULL,
    site_id uuid NOT NULL,
    state character varying NOT NULL,
    consented_at timestamp with time zone NOT NULL,
    allocated_at timestamp with time zone,
    baseline_at timestamp with time zone,
    CONSTRAINT ck_participant_baseline CHECK (((allocated_at IS NULL) = (baseline_at IS NULL))),
    CONSTRAINT ck_participant_state CHECK (((state)::text = ANY ((ARRAY['consented'::character varying, 'eligible'::character varying, 'not_eligible'::character varying, 'allocated'::character varying, 'withdrawn'::character varying, 'completed'::character varying])::text[])))
);
ALTER TABLE public.participant OWNER TO biobank_owner;
CREATE TABLE public.person (
    id uuid NOT NULL,
    username text NOT NULL,
    name text NOT NULL,
    side character varying NOT NULL,
    enrolled_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT ck_person_side CHECK (((side)::text = ANY ((ARRAY['bedside'::character varying, 'facility'::character varying, 'desk'::character varying, 'system'::character varying])::text[]))),
    CONSTRAINT ck_person_username CHECK ((username ~ '^[a-z][a-z0-9._-]{1,39}$'::text))
);
ALTER TABLE public.person OWNER TO biobank_owner;
CREATE TABLE public.placement (
    id uuid NOT NULL,
    unit_id uuid NOT NULL,
    position_id uuid NOT NULL,
    placed_by uuid NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT ck_placement_interval CHECK (((removed_at IS NULL) OR (removed_at >= placed_at)))
);
ALTER TABLE public.placement OWNER TO biobank_owner;
CREATE TABLE public.preparation (
    id uuid NOT NULL,
    kit_id uuid NOT NULL,
    state character varying NOT NULL,
    opened_by uuid NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    low_dose_reason text,
    ready_signature_id uuid,
    CONSTRAINT ck_preparation_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'filled'::character varying, 'ready'::character varying])::text[])))
);
ALTER TABLE public.preparation OWNER TO biobank_owner;
CREATE TABLE public.print_job (
    id uuid NOT NULL,
    label_print_id uuid NOT NULL,
    printer text NOT NULL,
    state character varying NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_print_job_state CHECK (((state)::text = ANY ((ARRAY['queued'::character varying, 'sending'::character varying, 'sent'::character varying, 'unknown'::character varying])::text[])))
);
ALTER TABLE public.print_job OWNER TO biobank_owner;
CREATE TABLE public.reading (
    sensor_id uuid NOT NULL,
    device_time timestamp(3) with time zone NOT NULL,
    boot bigint NOT NULL,
    counter bigint NOT NULL,
    value_milli integer NOT NULL,
    clock_suspect boolean NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (device_time);
ALTER TABLE public.reading OWNER TO biobank_owner;
CREATE TABLE public.reading_batch (
    id uuid NOT NULL,
    site text NOT NULL,
    stored_at timestamp with time zone NOT NULL,
    readings integer NOT NULL,
    from_time timestamp with time zone NOT NULL,
    to_time timestamp with time zone NOT NULL,
    sha256 bytea NOT NULL,
    CONSTRAINT ck_reading_batch_readings CHECK ((readings > 0)),
    CONSTRAINT ck_reading_batch_sha256 CHECK ((length(sha256) = 32))
);
ALTER TABLE public.reading_batch OWNER TO biobank_owner;
CREATE TABLE public.reading_gap (
    sensor_id uuid NOT NULL,
    boot bigint NOT NULL,
    first_counter bigint NOT NULL,
    last_counter bigint NOT NULL,
    state character varying NOT NULL,
    found_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_reading_gap_span CHECK (((first_counter >= 1) AND (first_counter <= last_counter))),
    CONSTRAINT ck_reading_gap_state CHECK (((state)::text = ANY ((ARRAY['missing'::character varying, 'lost'::character varying])::text[])))
);
ALTER TABLE public.reading_gap OWNER TO biobank_owner;
CREATE TABLE public.reading_p2026_05 (
    sensor_id uuid NOT NULL,
    device_time timestamp(3) with time zone NOT NULL,
    boot bigint NOT NULL,
    counter bigint NOT NULL,
    value_milli integer NOT NULL,
    clock_suspect boolean NOT NULL,
    received_at timestamp with time zone NOT NULL
);
ALTER TABLE public.reading_p2026_05 OWNER TO biobank_owner;
CREATE TABLE public.reading_pdefault (
    sensor_id uuid NOT NULL,
    device_time timestamp(3) with time zone NOT NULL,
    boot bigint NOT NULL,
    counter bigint NOT NULL,
    value_milli integer NOT NULL,
    clock_suspect boolean NOT NULL,
    received_at timestamp with time zone NOT NULL
);
ALTER TABLE public.reading_pdefault OWNER TO biobank_owner;
CREATE TABLE public.receipt (
    id uuid NOT NULL,
    donation_id uuid NOT NULL,
    accepted boolean NOT NULL,
    temperature_c numeric(6,2) NOT NULL,
    volume_ml numeric(7,3) NOT NULL,
    container_intact boolean NOT NULL,
    remark text,
    received_by uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_receipt_rejection_reason CHECK ((accepted OR (length(btrim(remark)) >= 5)))
);
ALTER TABLE public.receipt OWNER TO biobank_owner;
CREATE TABLE public.recount (
    id uuid NOT NULL,
    preparation_id uuid NOT NULL,
    viable_cells_per_ml bigint NOT NULL,
    viability_percent numeric(5,2) NOT NULL,
    volume_ml numeric(7,3) NOT NULL,
    method text NOT NULL,
    counted_by uuid NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_recount_counted CHECK (((viable_cells_per_ml > 0) AND (volume_ml > (0)::numeric)))
);
ALTER TABLE public.recount OWNER TO biobank_owner;
CREATE TABLE public.refused_message (
    id uuid NOT NULL,
    site text NOT NULL,
    topic text NOT NULL,
    sha256 bytea NOT NULL,
    payload bytea NOT NULL,
    reason character varying NOT NULL,
    detail text NOT NULL,
    times bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_refused_message_reason CHECK (((reason)::text = ANY ((ARRAY['wrong_topic'::character varying, 'wrong_payload'::character varying, 'retained'::character varying, 'unknown_sensor'::character varying, 'waiting_sensor'::character varying, 'wrong_device'::character varying, 'conflicting_value'::character varying, 'conflicting_counter'::character varying])::text[]))),
    CONSTRAINT ck_refused_message_times CHECK ((times > 0))
);
ALTER TABLE public.refused_message OWNER TO biobank_owner;
CREATE TABLE public.remains_account (
    id uuid NOT NULL,
    kit_id uuid NOT NULL,
    destroyed_ml numeric(6,2) NOT NULL,
    accounted_by uuid NOT NULL,
    accounted_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_remains_account_destroyed_ml CHECK ((destroyed_ml >= (0)::numeric))
);
ALTER TABLE public.remains_account OWNER TO biobank_owner;
CREATE TABLE public.result (
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    root_id uuid NOT NULL,
    test text NOT NULL,
    attempt integer NOT NULL,
    value numeric(16,4),
    finding text,
    method text NOT NULL,
    passed boolean NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_result_value_or_finding CHECK (((value IS NULL) <> (finding IS NULL)))
);
ALTER TABLE public.result OWNER TO biobank_owner;
CREATE TABLE public.role_grant (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    role character varying NOT NULL,
    place text,
    granted_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT ck_role_grant_role CHECK (((role)::text = ANY ((ARRAY['treating'::character varying, 'assessor'::character varying, 'pharmacist'::character varying, 'courier'::character varying, 'monitor'::character varying, 'sponsor_reader'::character varying, 'technician'::character varying, 'biobank_manager'::character varying, 'preparer'::character varying, 'qa'::character varying, 'qp'::character varying, 'sponsor_releaser'::character varying, 'safety_physician'::character varying, 'statistician'::character varying, 'unblinded_monitor'::character varying, 'inspector'::character varying, 'administrator'::character varying, 'study_author'::character varying])::text[])))
);
ALTER TABLE public.role_grant OWNER TO biobank_owner;
CREATE TABLE public.screening (
    id uuid NOT NULL,
    participant_id uuid NOT NULL,
    recorded jsonb NOT NULL,
    attested jsonb NOT NULL,
    eligible boolean NOT NULL,
    failures jsonb NOT NULL,
    judged_by uuid NOT NULL,
    judged_at timestamp with time zone NOT NULL
);
ALTER TABLE public.screening OWNER TO biobank_owner;
CREATE TABLE public.sensor (
    id uuid NOT NULL,
    code text NOT NULL,
    freezer_id uuid NOT NULL,
    kind character varying NOT NULL,
    site text NOT NULL,
    device text NOT NULL,
    probe_position text NOT NULL,
    offset_c numeric(6,3) NOT NULL,
    state character varying NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_sensor_kind CHECK (((kind)::text = 'temperature'::text)),
    CONSTRAINT ck_sensor_offset_c CHECK (((offset_c >= ('-20'::integer)::numeric) AND (offset_c <= (20)::numeric))),
    CONSTRAINT ck_sensor_state CHECK (((state)::text = ANY ((ARRAY['waiting'::character varying, 'approved'::character varying])::text[])))
);
ALTER TABLE public.sensor OWNER TO biobank_owner;
CREATE TABLE public.sensor_counter (
    sensor_id uuid NOT NULL,
    boot bigint NOT NULL,
    highest bigint NOT NULL
);
ALTER TABLE public.sensor_counter OWNER TO biobank_owner;
CREATE TABLE public.sensor_seen (
    sensor_id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    device_time timestamp with time zone NOT NULL,
    boot bigint NOT NULL,
    value_milli integer NOT NULL,
    clock_suspect boolean NOT NULL
);
ALTER TABLE public.sensor_seen OWNER TO biobank_owner;
CREATE TABLE public.signature (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    printed_name text NOT NULL,
    meaning text NOT NULL,
    record text NOT NULL,
    content_sha256 bytea NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_signature_content_sha256 CHECK ((length(content_sha256) = 32)),
    CONSTRAINT ck_signature_meaning CHECK ((length(btrim(meaning)) > 0))
);
ALTER TABLE public.signature OWNER TO biobank_owner;
CREATE TABLE public.site (
    id uuid NOT NULL,
    study_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    facility_id uuid NOT NULL
);
ALTER TABLE public.site OWNER TO biobank_owner;
CREATE TABLE public.storage_position (
    id uuid NOT NULL,
    code text NOT NULL,
    freezer_id uuid NOT NULL,
    rack text NOT NULL,
    box text NOT NULL,
    slot text NOT NULL
);
ALTER TABLE public.storage_position OWNER TO biobank_owner;
COMMENT ON COLUMN public.storage_position.rack IS 'UPDATE is granted on it only so that a slot can be locked; a trigger refuses every change';
CREATE TABLE public.study (
    id uuid NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    loaded_at timestamp with time zone NOT NULL
);
ALTER TABLE public.study OWNER TO biobank_owner;
CREATE TABLE public.study_version (
    id uuid NOT NULL,
    study_id uuid NOT NULL,
    label text NOT NULL,
    definition jsonb NOT NULL,
    definition_sha256 bytea NOT NULL,
    loaded_at timestamp with time zone NOT NULL
);
ALTER TABLE public.study_version OWNER TO biobank_owner;
CREATE TABLE public.thaw (
    id uuid NOT NULL,
    unit_id uuid NOT NULL,
    preparation_id uuid,
    thawed_by uuid NOT NULL,
    thawed_at timestamp with time zone NOT NULL
);
ALTER TABLE public.thaw OWNER TO biobank_owner;
CREATE TABLE public.unit (
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    root_id uuid NOT NULL,
    run_id uuid NOT NULL,
    code text NOT NULL,
    state character varying NOT NULL,
    viable_cells bigint NOT NULL,
    volume_ml numeric(7,3) NOT NULL,
    CONSTRAINT ck_unit_contents CHECK (((viable_cells > 0) AND (volume_ml > (0)::numeric))),
    CONSTRAINT ck_unit_state CHECK (((state)::text = ANY ((ARRAY['frozen'::character varying, 'stored'::character varying, 'thawed'::character varying, 'destroyed'::character varying])::text[])))
);
ALTER TABLE public.unit OWNER TO biobank_owner;
CREATE TABLE public.weight (
    id uuid NOT NULL,
    participant_id uuid NOT NULL,
    period integer NOT NULL,
    weight_kg numeric(5,2) NOT NULL,
    measured_at timestamp with time zone NOT NULL,
    measured_by uuid NOT NULL,
    CONSTRAINT ck_weight_weight_kg CHECK (((weight_kg >= (20)::numeric) AND (weight_kg <= (300)::numeric)))
);
ALTER TABLE public.weight OWNER TO biobank_owner;
CREATE TABLE sealed.access (
    id uuid NOT NULL,
    act_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    login text NOT NULL,
    function text NOT NULL,
    about uuid NOT NULL,
    at timestamp with time zone NOT NULL
);
ALTER TABLE sealed.access OWNER TO biobank_owner;
CREATE TABLE sealed.allocation (
    id uuid NOT NULL,
    study_id uuid NOT NULL,
    stratum text NOT NULL,
    "position" integer NOT NULL,
    sequence text NOT NULL,
    participant_id uuid,
    assigned_at timestamp with time zone,
    CONSTRAINT allocation_check CHECK (((participant_id IS NULL) = (assigned_at IS NULL))),
    CONSTRAINT allocation_position_check CHECK (("position" > 0))
);
ALTER TABLE sealed.allocation OWNER TO biobank_owner;
CREATE TABLE sealed.kit_content (
    id uuid NOT NULL,
    preparation_id uuid NOT NULL,
    contains text NOT NULL,
    filled_at timestamp with time zone NOT NULL,
    CONSTRAINT kit_content_contains_check CHECK ((contains = ANY (ARRAY['cells'::text, 'saline'::text])))
);
ALTER TABLE sealed.kit_content OWNER TO biobank_owner;
ALTER TABLE ONLY public.reading ATTACH PARTITION public.reading_p2026_05 FOR VALUES FROM ('2026-05-01 00:00:00+00') TO ('2026-06-01 00:00:00+00');
ALTER TABLE ONLY public.reading ATTACH PARTITION public.reading_pdefault DEFAULT;
INSERT INTO audit.act VALUES ('091bcd4c-272e-457f-a1b1-132287f5e00b', '758', 'prepare_database', false, '2a33e9d5-4292-5d75-b27b-68662802a582', 'system', 'postgres', '2026-03-01 08:00:00+00', '2026-03-01 08:00:00+00', NULL);
INSERT INTO audit.act VALUES ('00000000-0000-4000-8000-0000000000f1', '759', 'enrol_person', false, '2a33e9d5-4292-5d75-b27b-68662802a582', 'system', 'postgres', '2026-03-02 08:00:00+00', '2026-03-02 08:00:00+00', NULL);
INSERT INTO audit.act VALUES ('00000000-0000-4000-8000-0000000000f2', '760', 'load_study', false, '00000000-0000-4000-8000-0000000000a1', 'desk', 'postgres', '2026-03-03 08:00:00+00', '2026-03-03 08:00:00+00', NULL);
INSERT INTO audit.act VALUES ('00000000-0000-4000-8000-0000000000f3', '761', 'upload_allocation', false, '00000000-0000-4000-8000-0000000000a4', 'facility', 'postgres', '2026-03-03 09:00:00+00', '2026-03-03 09:00:00+00', NULL);
INSERT INTO audit.act VALUES ('00000000-0000-4000-8000-0000000000f4', '762', 'consent', false, '00000000-0000-4000-8000-0000000000a2', 'bedside', 'postgres', '2026-03-04 09:00:00+00', '2026-03-04 09:00:00+00', NULL);
INSERT INTO audit.act VALUES ('00000000-0000-4000-8000-0000000000f5', '763', 'receive_lot', false, '00000000-0000-4000-8000-0000000000a4', 'facility', 'postgres', '2026-05-11 09:00:00+00', '2026-05-11 09:00:00+00', NULL);
INSERT INTO audit.act VALUES ('00000000-0000-4000-8000-0000000000f6', '764', 'administer', false, '00000000-0000-4000-8000-0000000000a2', 'bedside', 'postgres', '2026-06-01 11:00:00+00', '2026-06-01 11:00:00+00', NULL);
INSERT INTO audit.act VALUES ('00000000-0000-4000-8000-0000000000f7', '765', 'evaluate_readings', false, 'aea43e1f-e269-5f39-a628-d9f0218953e0', 'system', 'postgres', '2026-05-01 09:00:00+00', '2026-05-01 09:00:00+00', NULL);
INSERT INTO audit.entry VALUES (1, '758', '091bcd4c-272e-457f-a1b1-132287f5e00b', 'public.person', '2a33e9d5-4292-5d75-b27b-68662802a582', '2026-03-01 08:00:00+00', '{"act": "091bcd4c-272e-457f-a1b1-132287f5e00b", "new": {"id": "2a33e9d5-4292-5d75-b27b-68662802a582", "name": "Database preparation", "side": "system", "ended_at": null, "username": "prepare", "enrolled_at": "2026-03-01T08:00:00+00:00"}, "old": null, "xid": "758", "kind": "prepare_database", "role": "biobank_owner", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 1, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.856491+00:00", "occurred_at": "2026-03-01T08:00:00+00:00", "recorded_at": "2026-03-01T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (2, '758', '091bcd4c-272e-457f-a1b1-132287f5e00b', 'public.person', 'aea43e1f-e269-5f39-a628-d9f0218953e0', '2026-03-01 08:00:00+00', '{"act": "091bcd4c-272e-457f-a1b1-132287f5e00b", "new": {"id": "aea43e1f-e269-5f39-a628-d9f0218953e0", "name": "Background worker", "side": "system", "ended_at": null, "username": "worker", "enrolled_at": "2026-03-01T08:00:00+00:00"}, "old": null, "xid": "758", "kind": "prepare_database", "role": "biobank_owner", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 2, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.857125+00:00", "occurred_at": "2026-03-01T08:00:00+00:00", "recorded_at": "2026-03-01T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (3, '758', '091bcd4c-272e-457f-a1b1-132287f5e00b', 'public.person', 'c8964b79-9eaf-5537-b2a4-9693f0309095', '2026-03-01 08:00:00+00', '{"act": "091bcd4c-272e-457f-a1b1-132287f5e00b", "new": {"id": "c8964b79-9eaf-5537-b2a4-9693f0309095", "name": "Telemetry ingest", "side": "system", "ended_at": null, "username": "ingest", "enrolled_at": "2026-03-01T08:00:00+00:00"}, "old": null, "xid": "758", "kind": "prepare_database", "role": "biobank_owner", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 3, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.857396+00:00", "occurred_at": "2026-03-01T08:00:00+00:00", "recorded_at": "2026-03-01T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (4, '758', '091bcd4c-272e-457f-a1b1-132287f5e00b', 'public.person', 'ac8ca2cb-8867-5444-a4d1-967a81557431', '2026-03-01 08:00:00+00', '{"act": "091bcd4c-272e-457f-a1b1-132287f5e00b", "new": {"id": "ac8ca2cb-8867-5444-a4d1-967a81557431", "name": "Label printing", "side": "system", "ended_at": null, "username": "printing", "enrolled_at": "2026-03-01T08:00:00+00:00"}, "old": null, "xid": "758", "kind": "prepare_database", "role": "biobank_owner", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 4, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.857572+00:00", "occurred_at": "2026-03-01T08:00:00+00:00", "recorded_at": "2026-03-01T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (5, '758', '091bcd4c-272e-457f-a1b1-132287f5e00b', 'public.instance', 'true', '2026-03-01 08:00:00+00', '{"act": "091bcd4c-272e-457f-a1b1-132287f5e00b", "new": {"id": true, "prepared_at": "2026-03-01T08:00:00+00:00", "demonstration": false}, "old": null, "xid": "758", "kind": "prepare_database", "role": "biobank_owner", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 5, "login": "postgres", "table": "public.instance", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.857951+00:00", "occurred_at": "2026-03-01T08:00:00+00:00", "recorded_at": "2026-03-01T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (6, '759', '00000000-0000-4000-8000-0000000000f1', 'public.person', '00000000-0000-4000-8000-0000000000a1', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-0000000000a1", "name": "Ada Administrator", "side": "desk", "ended_at": null, "username": "ada", "enrolled_at": "2026-03-02T08:00:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 6, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.879051+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (7, '759', '00000000-0000-4000-8000-0000000000f1', 'public.person', '00000000-0000-4000-8000-0000000000a2', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-0000000000a2", "name": "Tess Treating", "side": "bedside", "ended_at": null, "username": "tess", "enrolled_at": "2026-03-02T08:00:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 7, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.879396+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (8, '759', '00000000-0000-4000-8000-0000000000f1', 'public.person', '00000000-0000-4000-8000-0000000000a3', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-0000000000a3", "name": "Phil Pharmacist", "side": "bedside", "ended_at": null, "username": "phil", "enrolled_at": "2026-03-02T08:00:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 8, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.879467+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (9, '759', '00000000-0000-4000-8000-0000000000f1', 'public.person', '00000000-0000-4000-8000-0000000000a4', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-0000000000a4", "name": "Tom Technician", "side": "facility", "ended_at": null, "username": "tom", "enrolled_at": "2026-03-02T08:00:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 9, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.879535+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (10, '759', '00000000-0000-4000-8000-0000000000f1', 'public.person', '00000000-0000-4000-8000-0000000000a5', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-0000000000a5", "name": "Pia Preparer", "side": "facility", "ended_at": null, "username": "pia", "enrolled_at": "2026-03-02T08:00:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 10, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.879582+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (11, '759', '00000000-0000-4000-8000-0000000000f1', 'public.person', '00000000-0000-4000-8000-0000000000a6', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-0000000000a6", "name": "Quinn Quality", "side": "facility", "ended_at": null, "username": "quinn", "enrolled_at": "2026-03-02T08:00:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 11, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.879633+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (12, '759', '00000000-0000-4000-8000-0000000000f1', 'public.person', '00000000-0000-4000-8000-0000000000a7', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-0000000000a7", "name": "Quentin Qualified", "side": "facility", "ended_at": null, "username": "quentin", "enrolled_at": "2026-03-02T08:00:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 12, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.879676+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (13, '759', '00000000-0000-4000-8000-0000000000f1', 'public.person', '00000000-0000-4000-8000-0000000000a8', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-0000000000a8", "name": "Sam Sponsor", "side": "facility", "ended_at": null, "username": "sam", "enrolled_at": "2026-03-02T08:00:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 13, "login": "postgres", "table": "public.person", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.880394+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (14, '759', '00000000-0000-4000-8000-0000000000f1', 'public.credential', '00000000-0000-4000-8000-0000000000a1', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-0000000000a1", "changed_at": "2026-03-02T08:00:00+00:00", "password_hash": "[not recorded]"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 14, "login": "postgres", "table": "public.credential", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.880978+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (15, '759', '00000000-0000-4000-8000-0000000000f1', 'public.role_grant', '00000000-0000-4000-8000-000000000101', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-000000000101", "role": "administrator", "place": null, "ended_at": null, "person_id": "00000000-0000-4000-8000-0000000000a1", "granted_at": "2026-03-02T08:00:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 15, "login": "postgres", "table": "public.role_grant", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.881604+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (16, '759', '00000000-0000-4000-8000-0000000000f1', 'public.role_grant', '00000000-0000-4000-8000-000000000102', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-000000000102", "role": "treating", "place": "smart-ms/01", "ended_at": null, "person_id": "00000000-0000-4000-8000-0000000000a2", "granted_at": "2026-03-02T08:00:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 16, "login": "postgres", "table": "public.role_grant", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.881728+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (17, '759', '00000000-0000-4000-8000-0000000000f1', 'public.login_session', '00000000-0000-4000-8000-000000000103', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-000000000103", "ended_at": "2026-03-02T09:00:00+00:00", "person_id": "00000000-0000-4000-8000-0000000000a1", "expires_at": "2026-03-02T16:00:00+00:00", "started_at": "2026-03-02T08:00:00+00:00", "token_sha256": "[not recorded]"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 17, "login": "postgres", "table": "public.login_session", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.882289+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (18, '759', '00000000-0000-4000-8000-0000000000f1', 'audit.refusal', '00000000-0000-4000-8000-000000000104', '2026-03-02 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f1", "new": {"id": "00000000-0000-4000-8000-000000000104", "code": "not_your_role", "facts": {}, "route": "GET /api/people", "person_id": "00000000-0000-4000-8000-0000000000a2", "recorded_at": "2026-03-02T08:30:00+00:00"}, "old": null, "xid": "759", "kind": "enrol_person", "role": "none", "side": "system", "actor": "2a33e9d5-4292-5d75-b27b-68662802a582", "entry": 18, "login": "postgres", "table": "audit.refusal", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.882703+00:00", "occurred_at": "2026-03-02T08:00:00+00:00", "recorded_at": "2026-03-02T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (19, '760', '00000000-0000-4000-8000-0000000000f2', 'public.facility', '00000000-0000-4000-8000-000000000201', '2026-03-03 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f2", "new": {"id": "00000000-0000-4000-8000-000000000201", "code": "gmp-1", "name": "Clean room one"}, "old": null, "xid": "760", "kind": "load_study", "role": "none", "side": "desk", "actor": "00000000-0000-4000-8000-0000000000a1", "entry": 19, "login": "postgres", "table": "public.facility", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.88375+00:00", "occurred_at": "2026-03-03T08:00:00+00:00", "recorded_at": "2026-03-03T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (20, '760', '00000000-0000-4000-8000-0000000000f2', 'public.study', '00000000-0000-4000-8000-000000000202', '2026-03-03 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f2", "new": {"id": "00000000-0000-4000-8000-000000000202", "code": "smart-ms", "title": "SMART-MS", "loaded_at": "2026-03-03T08:00:00+00:00"}, "old": null, "xid": "760", "kind": "load_study", "role": "none", "side": "desk", "actor": "00000000-0000-4000-8000-0000000000a1", "entry": 20, "login": "postgres", "table": "public.study", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.884178+00:00", "occurred_at": "2026-03-03T08:00:00+00:00", "recorded_at": "2026-03-03T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (21, '760', '00000000-0000-4000-8000-0000000000f2', 'public.site', '00000000-0000-4000-8000-000000000203', '2026-03-03 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f2", "new": {"id": "00000000-0000-4000-8000-000000000203", "code": "01", "name": "Site one", "country": "NO", "study_id": "00000000-0000-4000-8000-000000000202", "facility_id": "00000000-0000-4000-8000-000000000201"}, "old": null, "xid": "760", "kind": "load_study", "role": "none", "side": "desk", "actor": "00000000-0000-4000-8000-0000000000a1", "entry": 21, "login": "postgres", "table": "public.site", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.884739+00:00", "occurred_at": "2026-03-03T08:00:00+00:00", "recorded_at": "2026-03-03T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (36, '762', '00000000-0000-4000-8000-0000000000f4', 'public.material', '00000000-0000-4000-8000-000000000401', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000401", "code": "D-1", "kind": "donation", "scope": "bedside", "root_id": "00000000-0000-4000-8000-000000000401", "registered_at": "2026-03-10T09:00:00+00:00"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 36, "login": "postgres", "table": "public.material", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.893696+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (22, '760', '00000000-0000-4000-8000-0000000000f2', 'public.study_version', '00000000-0000-4000-8000-000000000204', '2026-03-03 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f2", "new": {"id": "00000000-0000-4000-8000-000000000204", "label": "1", "study_id": "00000000-0000-4000-8000-000000000202", "loaded_at": "2026-03-03T08:00:00+00:00", "definition": {}, "definition_sha256": "\\x44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}, "old": null, "xid": "760", "kind": "load_study", "role": "none", "side": "desk", "actor": "00000000-0000-4000-8000-0000000000a1", "entry": 22, "login": "postgres", "table": "public.study_version", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.885225+00:00", "occurred_at": "2026-03-03T08:00:00+00:00", "recorded_at": "2026-03-03T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (23, '760', '00000000-0000-4000-8000-0000000000f2', 'public.study_plan', '00000000-0000-4000-8000-000000000205', '2026-03-03 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f2", "new": {"id": "00000000-0000-4000-8000-000000000205", "period": 1, "sequence": "A", "version_id": "00000000-0000-4000-8000-000000000204", "kit_contains": "cells", "aspirate_becomes": "drug", "cells_from_period": 1}, "old": null, "xid": "760", "kind": "load_study", "role": "none", "side": "desk", "actor": "00000000-0000-4000-8000-0000000000a1", "entry": 23, "login": "postgres", "table": "public.study_plan", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.885808+00:00", "occurred_at": "2026-03-03T08:00:00+00:00", "recorded_at": "2026-03-03T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (24, '760', '00000000-0000-4000-8000-0000000000f2', 'public.study_plan', '00000000-0000-4000-8000-000000000206', '2026-03-03 08:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f2", "new": {"id": "00000000-0000-4000-8000-000000000206", "period": 2, "sequence": "A", "version_id": "00000000-0000-4000-8000-000000000204", "kit_contains": "saline", "aspirate_becomes": "biobank", "cells_from_period": null}, "old": null, "xid": "760", "kind": "load_study", "role": "none", "side": "desk", "actor": "00000000-0000-4000-8000-0000000000a1", "entry": 24, "login": "postgres", "table": "public.study_plan", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.885915+00:00", "occurred_at": "2026-03-03T08:00:00+00:00", "recorded_at": "2026-03-03T08:00:00+00:00"}');
INSERT INTO audit.entry VALUES (28, '762', '00000000-0000-4000-8000-0000000000f4', 'public.participant', '00000000-0000-4000-8000-000000000301', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000301", "code": "SM-01-001", "state": "eligible", "site_id": "00000000-0000-4000-8000-000000000203", "study_id": "00000000-0000-4000-8000-000000000202", "version_id": "00000000-0000-4000-8000-000000000204", "baseline_at": null, "allocated_at": null, "consented_at": "2026-03-04T09:00:00+00:00"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 28, "login": "postgres", "table": "public.participant", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.889159+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (29, '762', '00000000-0000-4000-8000-0000000000f4', 'public.consent', '00000000-0000-4000-8000-000000000302', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000302", "purpose": "trial", "given_at": "2026-03-04T09:00:00+00:00", "recorded_by": "00000000-0000-4000-8000-0000000000a2", "withdrawn_at": null, "participant_id": "00000000-0000-4000-8000-000000000301"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 29, "login": "postgres", "table": "public.consent", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.889724+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (30, '762', '00000000-0000-4000-8000-0000000000f4', 'public.screening', '00000000-0000-4000-8000-000000000303', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000303", "attested": {"informed": "yes"}, "eligible": true, "failures": [], "recorded": {"age": "41"}, "judged_at": "2026-03-04T09:30:00+00:00", "judged_by": "00000000-0000-4000-8000-0000000000a2", "participant_id": "00000000-0000-4000-8000-000000000301"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 30, "login": "postgres", "table": "public.screening", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.890207+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (33, '762', '00000000-0000-4000-8000-0000000000f4', 'public.participant', '00000000-0000-4000-8000-000000000301', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000301", "code": "SM-01-001", "state": "allocated", "site_id": "00000000-0000-4000-8000-000000000203", "study_id": "00000000-0000-4000-8000-000000000202", "version_id": "00000000-0000-4000-8000-000000000204", "baseline_at": "2026-06-01T00:00:00+00:00", "allocated_at": "2026-03-04T10:00:00+00:00", "consented_at": "2026-03-04T09:00:00+00:00"}, "old": {"id": "00000000-0000-4000-8000-000000000301", "code": "SM-01-001", "state": "eligible", "site_id": "00000000-0000-4000-8000-000000000203", "study_id": "00000000-0000-4000-8000-000000000202", "version_id": "00000000-0000-4000-8000-000000000204", "baseline_at": null, "allocated_at": null, "consented_at": "2026-03-04T09:00:00+00:00"}, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 33, "login": "postgres", "table": "public.participant", "reason": null, "operation": "UPDATE", "written_at": "2026-11-21T07:24:15.891996+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (34, '762', '00000000-0000-4000-8000-0000000000f4', 'public.weight', '00000000-0000-4000-8000-000000000304', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000304", "period": 1, "weight_kg": 72.40, "measured_at": "2026-05-30T08:00:00+00:00", "measured_by": "00000000-0000-4000-8000-0000000000a2", "participant_id": "00000000-0000-4000-8000-000000000301"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 34, "login": "postgres", "table": "public.weight", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.892496+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (35, '762', '00000000-0000-4000-8000-0000000000f4', 'public.code_break', '00000000-0000-4000-8000-000000000305', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000305", "category": "emergency", "broken_at": "2026-07-01T08:00:00+00:00", "person_id": "00000000-0000-4000-8000-0000000000a2", "participant_id": "00000000-0000-4000-8000-000000000301"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 35, "login": "postgres", "table": "public.code_break", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.89301+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (37, '762', '00000000-0000-4000-8000-0000000000f4', 'public.donation', '00000000-0000-4000-8000-000000000401', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000401", "din": "D-1", "state": "accepted", "period": 1, "volume_ml": 31.500, "collected_at": "2026-03-10T09:00:00+00:00", "collected_by": "00000000-0000-4000-8000-0000000000a2", "participant_id": "00000000-0000-4000-8000-000000000301"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 37, "login": "postgres", "table": "public.donation", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.894296+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (38, '762', '00000000-0000-4000-8000-0000000000f4', 'public.custody_event', '00000000-0000-4000-8000-000000000402', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000402", "step": "collect", "place": "smart-ms/01", "scope": "bedside", "person_id": "00000000-0000-4000-8000-0000000000a2", "material_id": "00000000-0000-4000-8000-000000000401", "occurred_at": "2026-03-10T09:00:00+00:00", "recorded_at": "2026-03-10T09:00:00+00:00", "material_scope": "bedside"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 38, "login": "postgres", "table": "public.custody_event", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.894987+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (39, '762', '00000000-0000-4000-8000-0000000000f4', 'public.handover', '00000000-0000-4000-8000-000000000403', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000403", "taken_at": "2026-03-10T14:00:00+00:00", "taken_by": "00000000-0000-4000-8000-0000000000a4", "to_place": "gmp-1", "handed_at": "2026-03-10T10:00:00+00:00", "handed_by": "00000000-0000-4000-8000-0000000000a2", "material_id": "00000000-0000-4000-8000-000000000401", "material_scope": "bedside"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 39, "login": "postgres", "table": "public.handover", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.895569+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (40, '762', '00000000-0000-4000-8000-0000000000f4', 'public.label_print', '00000000-0000-4000-8000-000000000404', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "00000000-0000-4000-8000-000000000404", "scope": "bedside", "state": "applied", "fields": {"code": "D-1"}, "layout": "donation", "number": 1, "reason": null, "payload": "D-1", "printed_at": "2026-03-10T09:00:00+00:00", "printed_by": "00000000-0000-4000-8000-0000000000a2", "copy_number": 1, "material_id": "00000000-0000-4000-8000-000000000401", "content_sha256": "\\x76fbdb37586f6865fc2e177ebf1594d01f16dee7d986c727c0e6f04163c15cad"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 40, "login": "postgres", "table": "public.label_print", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.896236+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (41, '763', '00000000-0000-4000-8000-0000000000f5', 'public.material', '00000000-0000-4000-8000-000000000501', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000501", "code": "L-1", "kind": "lot", "scope": "facility", "root_id": "00000000-0000-4000-8000-000000000501", "registered_at": "2026-03-01T09:00:00+00:00"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 41, "login": "postgres", "table": "public.material", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.897349+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (42, '763', '00000000-0000-4000-8000-0000000000f5', 'public.material', '00000000-0000-4000-8000-000000000502', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000502", "code": "L-2", "kind": "lot", "scope": "facility", "root_id": "00000000-0000-4000-8000-000000000502", "registered_at": "2026-03-01T09:00:00+00:00"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 42, "login": "postgres", "table": "public.material", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.897424+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (43, '763', '00000000-0000-4000-8000-0000000000f5', 'public.material', '00000000-0000-4000-8000-000000000503', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000503", "code": "B-1", "kind": "batch", "scope": "facility", "root_id": "00000000-0000-4000-8000-000000000401", "registered_at": "2026-03-11T09:00:00+00:00"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 43, "login": "postgres", "table": "public.material", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.89747+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (44, '763', '00000000-0000-4000-8000-0000000000f5', 'public.material', '00000000-0000-4000-8000-000000000504', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000504", "code": "C-1", "kind": "culture", "scope": "facility", "root_id": "00000000-0000-4000-8000-000000000401", "registered_at": "2026-03-12T09:00:00+00:00"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 44, "login": "postgres", "table": "public.material", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.897513+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (45, '763', '00000000-0000-4000-8000-0000000000f5', 'public.material', '00000000-0000-4000-8000-000000000505', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000505", "code": "U-1", "kind": "unit", "scope": "facility", "root_id": "00000000-0000-4000-8000-000000000401", "registered_at": "2026-04-12T09:00:00+00:00"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 45, "login": "postgres", "table": "public.material", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.897575+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (46, '763', '00000000-0000-4000-8000-0000000000f5', 'public.material', '00000000-0000-4000-8000-000000000506', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000506", "code": "U-2", "kind": "unit", "scope": "facility", "root_id": "00000000-0000-4000-8000-000000000401", "registered_at": "2026-04-12T09:00:00+00:00"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 46, "login": "postgres", "table": "public.material", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.897612+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (47, '763', '00000000-0000-4000-8000-0000000000f5', 'public.material', '00000000-0000-4000-8000-000000000507', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000507", "code": "K-1", "kind": "kit", "scope": "bedside", "root_id": "00000000-0000-4000-8000-000000000507", "registered_at": "2026-05-31T09:00:00+00:00"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 47, "login": "postgres", "table": "public.material", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.897641+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (48, '763', '00000000-0000-4000-8000-0000000000f5', 'public.material_parent', '00000000-0000-4000-8000-000000000508', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000508", "root_id": "00000000-0000-4000-8000-000000000401", "child_id": "00000000-0000-4000-8000-000000000504", "parent_id": "00000000-0000-4000-8000-000000000503"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 48, "login": "postgres", "table": "public.material_parent", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.898146+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (49, '763', '00000000-0000-4000-8000-0000000000f5', 'public.lot', '00000000-0000-4000-8000-000000000501', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000501", "code": "L-1", "kind": "medium", "name": "Medium", "supplier": "Supplier", "expires_at": "2027-01-01T00:00:00+00:00", "received_at": "2026-03-01T09:00:00+00:00", "received_by": "00000000-0000-4000-8000-0000000000a4", "supplier_lot": "M1"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 49, "login": "postgres", "table": "public.lot", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.898742+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (50, '763', '00000000-0000-4000-8000-0000000000f5', 'public.lot', '00000000-0000-4000-8000-000000000502', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000502", "code": "L-2", "kind": "saline", "name": "Saline", "supplier": "Supplier", "expires_at": "2027-01-01T00:00:00+00:00", "received_at": "2026-03-01T09:00:00+00:00", "received_by": "00000000-0000-4000-8000-0000000000a4", "supplier_lot": "S1"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 50, "login": "postgres", "table": "public.lot", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.898886+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (51, '763', '00000000-0000-4000-8000-0000000000f5', 'public.receipt', '00000000-0000-4000-8000-000000000509', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000509", "remark": null, "accepted": true, "volume_ml": 31.500, "donation_id": "00000000-0000-4000-8000-000000000401", "received_at": "2026-03-10T15:00:00+00:00", "received_by": "00000000-0000-4000-8000-0000000000a4", "temperature_c": 5.20, "container_intact": true}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 51, "login": "postgres", "table": "public.receipt", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.899453+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (52, '763', '00000000-0000-4000-8000-0000000000f5', 'public.batch', '00000000-0000-4000-8000-000000000503', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000503", "code": "B-1", "state": "stored", "purpose": "drug", "root_id": "00000000-0000-4000-8000-000000000401", "opened_at": "2026-03-11T09:00:00+00:00", "opened_by": "00000000-0000-4000-8000-0000000000a4", "facility_id": "00000000-0000-4000-8000-000000000201", "process_version": "1", "specification_version": "1"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 52, "login": "postgres", "table": "public.batch", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.900298+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (53, '763', '00000000-0000-4000-8000-0000000000f5', 'public.cell_count', '00000000-0000-4000-8000-000000000510', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000510", "method": "nucleocounter", "root_id": "00000000-0000-4000-8000-000000000401", "batch_id": "00000000-0000-4000-8000-000000000503", "doublings": null, "counted_at": "2026-03-11T10:00:00+00:00", "counted_by": "00000000-0000-4000-8000-0000000000a4", "culture_id": null, "total_cells": 60000000, "verified_at": null, "verified_by": null, "viable_cells": 54000000, "viability_percent": 90.00, "cumulative_doublings": null}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 53, "login": "postgres", "table": "public.cell_count", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.900963+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (54, '763', '00000000-0000-4000-8000-0000000000f5', 'public.culture', '00000000-0000-4000-8000-000000000504', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000504", "code": "C-1", "state": "harvested", "vessel": "T175", "passage": 0, "root_id": "00000000-0000-4000-8000-000000000401", "vessels": 4, "area_cm2": 700.00, "batch_id": "00000000-0000-4000-8000-000000000503", "seeded_at": "2026-03-11T11:00:00+00:00", "seeded_by": "00000000-0000-4000-8000-0000000000a4", "seeded_from": "00000000-0000-4000-8000-000000000510", "cells_seeded": 50000000}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 54, "login": "postgres", "table": "public.culture", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.901946+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (55, '763', '00000000-0000-4000-8000-0000000000f5', 'public.feed', '00000000-0000-4000-8000-000000000511', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000511", "fed_at": "2026-03-14T11:00:00+00:00", "fed_by": "00000000-0000-4000-8000-0000000000a4", "lot_id": "00000000-0000-4000-8000-000000000501", "volume_ml": 100.000, "culture_id": "00000000-0000-4000-8000-000000000504"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 55, "login": "postgres", "table": "public.feed", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.902475+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (56, '763', '00000000-0000-4000-8000-0000000000f5', 'public.cell_count', '00000000-0000-4000-8000-000000000512', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000512", "method": "nucleocounter", "root_id": "00000000-0000-4000-8000-000000000401", "batch_id": "00000000-0000-4000-8000-000000000503", "doublings": 1.926, "counted_at": "2026-04-11T10:00:00+00:00", "counted_by": "00000000-0000-4000-8000-0000000000a4", "culture_id": "00000000-0000-4000-8000-000000000504", "total_cells": 200000000, "verified_at": "2026-04-11T10:05:00+00:00", "verified_by": "00000000-0000-4000-8000-0000000000a5", "viable_cells": 190000000, "viability_percent": 95.00, "cumulative_doublings": 1.926}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 56, "login": "postgres", "table": "public.cell_count", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.902749+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (57, '763', '00000000-0000-4000-8000-0000000000f5', 'public.freezer', '00000000-0000-4000-8000-000000000513', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000513", "code": "F-1", "name": "Tank one", "delay_s": 300, "limit_c": -150.00, "hysteresis_c": 1.00, "facility_code": "gmp-1", "registered_at": "2026-03-01T09:00:00+00:00"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 57, "login": "postgres", "table": "public.freezer", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.904961+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (58, '763', '00000000-0000-4000-8000-0000000000f5', 'public.sensor', '00000000-0000-4000-8000-000000000514', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000514", "code": "S-1", "kind": "temperature", "site": "gmp-1", "state": "approved", "device": "probe-1", "offset_c": 0.000, "freezer_id": "00000000-0000-4000-8000-000000000513", "registered_at": "2026-03-01T09:00:00+00:00", "probe_position": "top"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 58, "login": "postgres", "table": "public.sensor", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.905581+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (59, '763', '00000000-0000-4000-8000-0000000000f5', 'public.storage_position', '00000000-0000-4000-8000-000000000515', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000515", "box": "1", "code": "P-1", "rack": "A", "slot": "A1", "freezer_id": "00000000-0000-4000-8000-000000000513"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 59, "login": "postgres", "table": "public.storage_position", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.90609+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (60, '763', '00000000-0000-4000-8000-0000000000f5', 'public.storage_position', '00000000-0000-4000-8000-000000000516', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000516", "box": "1", "code": "P-2", "rack": "A", "slot": "A2", "freezer_id": "00000000-0000-4000-8000-000000000513"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 60, "login": "postgres", "table": "public.storage_position", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.906199+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (61, '763', '00000000-0000-4000-8000-0000000000f5', 'public.freezing_run', '00000000-0000-4000-8000-000000000517', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000517", "program": "slow", "root_id": "00000000-0000-4000-8000-000000000401", "batch_id": "00000000-0000-4000-8000-000000000503", "frozen_at": "2026-04-12T09:00:00+00:00", "frozen_by": "00000000-0000-4000-8000-0000000000a4"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 61, "login": "postgres", "table": "public.freezing_run", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.906639+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (62, '763', '00000000-0000-4000-8000-0000000000f5', 'public.unit', '00000000-0000-4000-8000-000000000505', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000505", "code": "U-1", "state": "stored", "run_id": "00000000-0000-4000-8000-000000000517", "root_id": "00000000-0000-4000-8000-000000000401", "batch_id": "00000000-0000-4000-8000-000000000503", "volume_ml": 10.000, "viable_cells": 95000000}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 62, "login": "postgres", "table": "public.unit", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.90735+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (63, '763', '00000000-0000-4000-8000-0000000000f5', 'public.unit', '00000000-0000-4000-8000-000000000506', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000506", "code": "U-2", "state": "stored", "run_id": "00000000-0000-4000-8000-000000000517", "root_id": "00000000-0000-4000-8000-000000000401", "batch_id": "00000000-0000-4000-8000-000000000503", "volume_ml": 10.000, "viable_cells": 95000000}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 63, "login": "postgres", "table": "public.unit", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.907514+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (64, '763', '00000000-0000-4000-8000-0000000000f5', 'public.placement', '00000000-0000-4000-8000-000000000518', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000518", "unit_id": "00000000-0000-4000-8000-000000000505", "placed_at": "2026-04-12T12:00:00+00:00", "placed_by": "00000000-0000-4000-8000-0000000000a4", "removed_at": "2026-06-01T07:00:00+00:00", "position_id": "00000000-0000-4000-8000-000000000515"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 64, "login": "postgres", "table": "public.placement", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.908637+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (65, '763', '00000000-0000-4000-8000-0000000000f5', 'public.placement', '00000000-0000-4000-8000-000000000519', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000519", "unit_id": "00000000-0000-4000-8000-000000000506", "placed_at": "2026-04-12T12:00:00+00:00", "placed_by": "00000000-0000-4000-8000-0000000000a4", "removed_at": null, "position_id": "00000000-0000-4000-8000-000000000516"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 65, "login": "postgres", "table": "public.placement", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.908782+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (66, '763', '00000000-0000-4000-8000-0000000000f5', 'public.donor_test', '00000000-0000-4000-8000-000000000520', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000520", "marker": "hiv-1-2", "attempt": 1, "root_id": "00000000-0000-4000-8000-000000000401", "reactive": false, "sampled_on": "2026-03-10", "recorded_at": "2026-03-12T09:00:00+00:00", "recorded_by": "00000000-0000-4000-8000-0000000000a6"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 66, "login": "postgres", "table": "public.donor_test", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.909294+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (67, '763', '00000000-0000-4000-8000-0000000000f5', 'public.result', '00000000-0000-4000-8000-000000000521', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000521", "test": "sterility", "value": null, "method": "culture", "passed": true, "attempt": 1, "finding": "no growth", "root_id": "00000000-0000-4000-8000-000000000401", "batch_id": "00000000-0000-4000-8000-000000000503", "recorded_at": "2026-04-26T09:00:00+00:00", "recorded_by": "00000000-0000-4000-8000-0000000000a6"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 67, "login": "postgres", "table": "public.result", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.909902+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (68, '763', '00000000-0000-4000-8000-0000000000f5', 'public.deviation', '00000000-0000-4000-8000-000000000522', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000522", "code": "V-1", "state": "closed", "title": "Late feed", "root_id": "00000000-0000-4000-8000-000000000401", "closed_at": "2026-03-20T09:00:00+00:00", "closed_by": "00000000-0000-4000-8000-0000000000a6", "opened_at": "2026-03-15T09:00:00+00:00", "opened_by": "00000000-0000-4000-8000-0000000000a4", "conclusion": "No effect on growth", "description": "Fed a day late", "material_id": "00000000-0000-4000-8000-000000000503"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 68, "login": "postgres", "table": "public.deviation", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.910559+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (69, '763', '00000000-0000-4000-8000-0000000000f5', 'public.hold', '00000000-0000-4000-8000-000000000523', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000523", "kind": "excursion", "number": 1, "reason": "Above its limit", "root_id": "00000000-0000-4000-8000-000000000401", "purposes": ["patient_use", "distribution"], "lifted_at": null, "lifted_by": null, "placed_at": "2026-05-01T09:00:00+00:00", "placed_by": "00000000-0000-4000-8000-0000000000a6", "lift_reason": null, "material_id": "00000000-0000-4000-8000-000000000506"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 69, "login": "postgres", "table": "public.hold", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.911254+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (70, '763', '00000000-0000-4000-8000-0000000000f5', 'public.signature', '00000000-0000-4000-8000-000000000601', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000601", "record": "B-1", "meaning": "approved", "person_id": "00000000-0000-4000-8000-0000000000a6", "signed_at": "2026-05-10T09:00:00+00:00", "printed_name": "Printed Name", "content_sha256": "\\xed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 70, "login": "postgres", "table": "public.signature", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.911897+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (71, '763', '00000000-0000-4000-8000-0000000000f5', 'public.signature', '00000000-0000-4000-8000-000000000602', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000602", "record": "B-1", "meaning": "approved", "person_id": "00000000-0000-4000-8000-0000000000a7", "signed_at": "2026-05-10T09:00:00+00:00", "printed_name": "Printed Name", "content_sha256": "\\xed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 71, "login": "postgres", "table": "public.signature", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.912+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (72, '763', '00000000-0000-4000-8000-0000000000f5', 'public.signature', '00000000-0000-4000-8000-000000000603', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000603", "record": "B-1", "meaning": "approved", "person_id": "00000000-0000-4000-8000-0000000000a8", "signed_at": "2026-05-10T09:00:00+00:00", "printed_name": "Printed Name", "content_sha256": "\\xed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 72, "login": "postgres", "table": "public.signature", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.912047+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (73, '763', '00000000-0000-4000-8000-0000000000f5', 'public.signature', '00000000-0000-4000-8000-000000000604', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000604", "record": "K-1", "meaning": "approved", "person_id": "00000000-0000-4000-8000-0000000000a4", "signed_at": "2026-05-10T09:00:00+00:00", "printed_name": "Printed Name", "content_sha256": "\\xed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 73, "login": "postgres", "table": "public.signature", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.912089+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (74, '763', '00000000-0000-4000-8000-0000000000f5', 'public.decision', '00000000-0000-4000-8000-000000000701', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000701", "stage": "disposition", "purpose": "drug", "root_id": "00000000-0000-4000-8000-000000000401", "verdict": "approved", "batch_id": "00000000-0000-4000-8000-000000000503", "decided_at": "2026-05-10T09:00:00+00:00", "decided_by": "00000000-0000-4000-8000-0000000000a6", "signature_id": "00000000-0000-4000-8000-000000000601"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 74, "login": "postgres", "table": "public.decision", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.913406+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (75, '763', '00000000-0000-4000-8000-0000000000f5', 'public.decision', '00000000-0000-4000-8000-000000000702', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000702", "stage": "certification", "purpose": "drug", "root_id": "00000000-0000-4000-8000-000000000401", "verdict": "approved", "batch_id": "00000000-0000-4000-8000-000000000503", "decided_at": "2026-05-10T09:00:00+00:00", "decided_by": "00000000-0000-4000-8000-0000000000a7", "signature_id": "00000000-0000-4000-8000-000000000602"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 75, "login": "postgres", "table": "public.decision", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.913604+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (76, '763', '00000000-0000-4000-8000-0000000000f5', 'public.decision', '00000000-0000-4000-8000-000000000703', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000703", "stage": "sponsor_release", "purpose": "drug", "root_id": "00000000-0000-4000-8000-000000000401", "verdict": "approved", "batch_id": "00000000-0000-4000-8000-000000000503", "decided_at": "2026-05-10T09:00:00+00:00", "decided_by": "00000000-0000-4000-8000-0000000000a8", "signature_id": "00000000-0000-4000-8000-000000000603"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 76, "login": "postgres", "table": "public.decision", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.913694+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (77, '763', '00000000-0000-4000-8000-0000000000f5', 'public.kit', '00000000-0000-4000-8000-000000000507', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000507", "state": "ready", "number": "K-1", "period": 1, "window_at": "2026-06-01T08:00:00+00:00", "expires_at": "2026-06-01T14:00:00+00:00", "available_at": "2026-06-01T10:00:00+00:00", "fill_volume_ml": 5.00, "participant_id": "00000000-0000-4000-8000-000000000301"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 77, "login": "postgres", "table": "public.kit", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.914302+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (78, '763', '00000000-0000-4000-8000-0000000000f5', 'public.dose_plan', '00000000-0000-4000-8000-000000000524', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000524", "kit_id": "00000000-0000-4000-8000-000000000507", "weight_id": "00000000-0000-4000-8000-000000000304", "weight_kg": 72.40, "planned_at": "2026-05-31T09:00:00+00:00", "planned_by": "00000000-0000-4000-8000-0000000000a5", "cells_per_kg": 1000000, "units_to_thaw": 1, "cap_viable_cells": 100000000, "target_viable_cells": 72400000}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 78, "login": "postgres", "table": "public.dose_plan", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.914951+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (79, '763', '00000000-0000-4000-8000-0000000000f5', 'public.preparation', '00000000-0000-4000-8000-000000000525', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000525", "state": "ready", "kit_id": "00000000-0000-4000-8000-000000000507", "opened_at": "2026-06-01T07:00:00+00:00", "opened_by": "00000000-0000-4000-8000-0000000000a5", "low_dose_reason": null, "ready_signature_id": "00000000-0000-4000-8000-000000000604"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 79, "login": "postgres", "table": "public.preparation", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.915493+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (80, '763', '00000000-0000-4000-8000-0000000000f5', 'public.thaw', '00000000-0000-4000-8000-000000000526', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000526", "unit_id": "00000000-0000-4000-8000-000000000505", "thawed_at": "2026-06-01T07:00:00+00:00", "thawed_by": "00000000-0000-4000-8000-0000000000a5", "preparation_id": "00000000-0000-4000-8000-000000000525"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 80, "login": "postgres", "table": "public.thaw", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.916979+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (81, '763', '00000000-0000-4000-8000-0000000000f5', 'public.unit', '00000000-0000-4000-8000-000000000505', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000505", "code": "U-1", "state": "thawed", "run_id": "00000000-0000-4000-8000-000000000517", "root_id": "00000000-0000-4000-8000-000000000401", "batch_id": "00000000-0000-4000-8000-000000000503", "volume_ml": 10.000, "viable_cells": 95000000}, "old": {"id": "00000000-0000-4000-8000-000000000505", "code": "U-1", "state": "stored", "run_id": "00000000-0000-4000-8000-000000000517", "root_id": "00000000-0000-4000-8000-000000000401", "batch_id": "00000000-0000-4000-8000-000000000503", "volume_ml": 10.000, "viable_cells": 95000000}, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 81, "login": "postgres", "table": "public.unit", "reason": null, "operation": "UPDATE", "written_at": "2026-11-21T07:24:15.917458+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (82, '763', '00000000-0000-4000-8000-0000000000f5', 'public.recount', '00000000-0000-4000-8000-000000000527', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000527", "method": "nucleocounter", "volume_ml": 10.000, "counted_at": "2026-06-01T07:30:00+00:00", "counted_by": "00000000-0000-4000-8000-0000000000a5", "preparation_id": "00000000-0000-4000-8000-000000000525", "viability_percent": 85.00, "viable_cells_per_ml": 16000000}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 82, "login": "postgres", "table": "public.recount", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.917952+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (83, '763', '00000000-0000-4000-8000-0000000000f5', 'public.fill', '00000000-0000-4000-8000-000000000528', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000528", "lot_id": "00000000-0000-4000-8000-000000000502", "drawn_ml": 4.50, "filled_at": "2026-06-01T08:00:00+00:00", "filled_by": "00000000-0000-4000-8000-0000000000a5", "preparation_id": "00000000-0000-4000-8000-000000000525", "delivered_viable_cells": 72000000}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 83, "login": "postgres", "table": "public.fill", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.918529+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (86, '764', '00000000-0000-4000-8000-0000000000f6', 'public.administration', '00000000-0000-4000-8000-000000000801', '2026-06-01 11:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f6", "new": {"id": "00000000-0000-4000-8000-000000000801", "kit_id": "00000000-0000-4000-8000-000000000507", "given_at": "2026-06-01T11:00:00+00:00", "given_by": "00000000-0000-4000-8000-0000000000a2", "given_ml": 5.00, "remains_ml": 0.00}, "old": null, "xid": "764", "kind": "administer", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 86, "login": "postgres", "table": "public.administration", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.920994+00:00", "occurred_at": "2026-06-01T11:00:00+00:00", "recorded_at": "2026-06-01T11:00:00+00:00"}');
INSERT INTO audit.entry VALUES (87, '764', '00000000-0000-4000-8000-0000000000f6', 'public.remains_account', '00000000-0000-4000-8000-000000000802', '2026-06-01 11:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f6", "new": {"id": "00000000-0000-4000-8000-000000000802", "kit_id": "00000000-0000-4000-8000-000000000507", "accounted_at": "2026-06-01T11:30:00+00:00", "accounted_by": "00000000-0000-4000-8000-0000000000a3", "destroyed_ml": 0.00}, "old": null, "xid": "764", "kind": "administer", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 87, "login": "postgres", "table": "public.remains_account", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.921489+00:00", "occurred_at": "2026-06-01T11:00:00+00:00", "recorded_at": "2026-06-01T11:00:00+00:00"}');
INSERT INTO audit.entry VALUES (88, '764', '00000000-0000-4000-8000-0000000000f6', 'public.kit', '00000000-0000-4000-8000-000000000507', '2026-06-01 11:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f6", "new": {"id": "00000000-0000-4000-8000-000000000507", "state": "accounted", "number": "K-1", "period": 1, "window_at": "2026-06-01T08:00:00+00:00", "expires_at": "2026-06-01T14:00:00+00:00", "available_at": "2026-06-01T10:00:00+00:00", "fill_volume_ml": 5.00, "participant_id": "00000000-0000-4000-8000-000000000301"}, "old": {"id": "00000000-0000-4000-8000-000000000507", "state": "ready", "number": "K-1", "period": 1, "window_at": "2026-06-01T08:00:00+00:00", "expires_at": "2026-06-01T14:00:00+00:00", "available_at": "2026-06-01T10:00:00+00:00", "fill_volume_ml": 5.00, "participant_id": "00000000-0000-4000-8000-000000000301"}, "xid": "764", "kind": "administer", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 88, "login": "postgres", "table": "public.kit", "reason": null, "operation": "UPDATE", "written_at": "2026-11-21T07:24:15.921779+00:00", "occurred_at": "2026-06-01T11:00:00+00:00", "recorded_at": "2026-06-01T11:00:00+00:00"}');
INSERT INTO audit.entry VALUES (89, '765', '00000000-0000-4000-8000-0000000000f7', 'public.reading_batch', '00000000-0000-4000-8000-000000000901', '2026-05-01 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f7", "new": {"id": "00000000-0000-4000-8000-000000000901", "site": "gmp-1", "sha256": "\\x303d03f701f0908231d07f2adba99525d62792316f5d4feba788f7a14431427c", "to_time": "2026-05-01T08:00:00+00:00", "readings": 1, "from_time": "2026-05-01T08:00:00+00:00", "stored_at": "2026-05-01T08:00:00+00:00"}, "old": null, "xid": "765", "kind": "evaluate_readings", "role": "none", "side": "system", "actor": "aea43e1f-e269-5f39-a628-d9f0218953e0", "entry": 89, "login": "postgres", "table": "public.reading_batch", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.92687+00:00", "occurred_at": "2026-05-01T09:00:00+00:00", "recorded_at": "2026-05-01T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (90, '765', '00000000-0000-4000-8000-0000000000f7', 'public.excursion', '00000000-0000-4000-8000-000000000904', '2026-05-01 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f7", "new": {"id": "00000000-0000-4000-8000-000000000904", "peak_c": -140.000, "delay_s": 300, "limit_c": -150.00, "ended_at": "2026-05-01T08:30:00+00:00", "first_id": "00000000-0000-4000-8000-000000000904", "freezer_id": "00000000-0000-4000-8000-000000000513", "started_at": "2026-05-01T08:00:00+00:00", "computed_at": "2026-05-01T09:00:00+00:00", "hysteresis_c": 1.00, "withdrawn_at": null, "superseded_by": null}, "old": null, "xid": "765", "kind": "evaluate_readings", "role": "none", "side": "system", "actor": "aea43e1f-e269-5f39-a628-d9f0218953e0", "entry": 90, "login": "postgres", "table": "public.excursion", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.928607+00:00", "occurred_at": "2026-05-01T09:00:00+00:00", "recorded_at": "2026-05-01T09:00:00+00:00"}');
INSERT INTO audit.entry VALUES (91, '765', '00000000-0000-4000-8000-0000000000f7', 'public.excursion_unit', '00000000-0000-4000-8000-000000000905', '2026-05-01 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f7", "new": {"id": "00000000-0000-4000-8000-000000000905", "hold_id": "00000000-0000-4000-8000-000000000523", "unit_id": "00000000-0000-4000-8000-000000000506", "recorded_at": "2026-05-01T09:00:00+00:00", "deviation_id": "00000000-0000-4000-8000-000000000522", "excursion_id": "00000000-0000-4000-8000-000000000904"}, "old": null, "xid": "765", "kind": "evaluate_readings", "role": "none", "side": "system", "actor": "aea43e1f-e269-5f39-a628-d9f0218953e0", "entry": 91, "login": "postgres", "table": "public.excursion_unit", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.929223+00:00", "occurred_at": "2026-05-01T09:00:00+00:00", "recorded_at": "2026-05-01T09:00:00+00:00"}');
INSERT INTO audit.horizon VALUES (true, '766');
INSERT INTO audit.kind VALUES ('refused', false, '{biobank_bedside,biobank_desk,biobank_facility,biobank_worker}');
INSERT INTO audit.kind VALUES ('sign_in', false, '{biobank_desk}');
INSERT INTO audit.kind VALUES ('sign_out', false, '{biobank_desk}');
INSERT INTO audit.kind VALUES ('hand_over', false, '{biobank_bedside,biobank_facility}');
INSERT INTO audit.kind VALUES ('take_over', false, '{biobank_bedside,biobank_facility}');
INSERT INTO audit.kind VALUES ('reprint_label', true, '{biobank_bedside,biobank_facility}');
INSERT INTO audit.kind VALUES ('consent', false, '{biobank_bedside}');
INSERT INTO audit.kind VALUES ('screen', false, '{biobank_bedside}');
INSERT INTO audit.kind VALUES ('allocate', false, '{biobank_bedside}');
INSERT INTO audit.kind VALUES ('weigh', false, '{biobank_bedside}');
INSERT INTO audit.kind VALUES ('collect', false, '{biobank_bedside}');
INSERT INTO audit.kind VALUES ('retrieve_kit', false, '{biobank_bedside}');
INSERT INTO audit.kind VALUES ('administer', false, '{biobank_bedside}');
INSERT INTO audit.kind VALUES ('account_remains', false, '{biobank_bedside}');
INSERT INTO audit.kind VALUES ('break_code', true, '{biobank_bedside}');
INSERT INTO audit.kind VALUES ('withdraw', true, '{biobank_bedside}');
INSERT INTO audit.kind VALUES ('receive', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('route', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('isolate', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('seed', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('feed', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('harvest', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('verify_harvest', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('record_donor_test', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('freeze', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('store_unit', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('take_sample', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('record_result', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('dispose', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('certify', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('release', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('plan_dose', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('open_preparation', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('thaw_unit', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('recount', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('fill_kit', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('decide_low_dose', true, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('declare_ready', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('place_hold', true, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('lift_hold', true, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('open_deviation', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('close_deviation', true, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('receive_lot', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('register_freezer', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('register_sensor', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('register_positions', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('upload_allocation', false, '{biobank_facility}');
INSERT INTO audit.kind VALUES ('enrol_person', false, '{biobank_desk}');
INSERT INTO audit.kind VALUES ('grant_role', false, '{biobank_desk}');
INSERT INTO audit.kind VALUES ('load_study', false, '{biobank_desk}');
INSERT INTO audit.kind VALUES ('set_clock', false, '{biobank_desk}');
INSERT INTO audit.kind VALUES ('prepare_database', false, '{}');
INSERT INTO audit.kind VALUES ('evaluate_readings', false, '{biobank_worker}');
INSERT INTO audit.kind VALUES ('store_readings', false, '{biobank_ingest}');
INSERT INTO audit.kind VALUES ('print_job', false, '{biobank_printing}');
INSERT INTO audit.leaf VALUES (0, 1, '\x49384d77c9030b5b5c00f090f4ae4f15976802735919e667240a761a1f883f54', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (1, 2, '\x7ab41673f768615f47306014bd50ecb4ec909b67101a2d544b43285fb822f22a', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (2, 3, '\xa6bb219d7683f14f51bcb35da74f8e355e86a4760cf5fef8eb8f021a16fa3186', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (3, 4, '\x478aa932b202e239876de92b1f1b3a438a5db4deeace3f42ee4910c267604d84', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (4, 5, '\x98e594b34cbaa823313eb930772c2b972404e47abfc70009c2b8c77d421fbe07', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (5, 6, '\x2b9ef40c304955267f14d0f46ebe9f8992c94b33c76111e6fa16d3bf16f8fdb6', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (6, 7, '\x5836b201f985e7bcf77159bf5538f41f99b2cbf18e088b23c2259268e2b9cf7c', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (7, 8, '\xb2d2d9293106afab76119fe4376a0cf962f08e35351be930c4283b4d9bbad328', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (8, 9, '\xaede765d57db6b1d6c8dd948bf2660b6d23fd5d6070fc53a12ffbfe03c32669a', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (9, 10, '\xf6179b37d1304cb5ba70c0251cdadcfe53099eccd372fd7f921e46a7bd494948', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (10, 11, '\x136d9e7932105a23b7637a657e85a0ef9d3850d75106a6af8577335020ce0792', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (11, 12, '\x0269a5e6eb0b499da8edba1497fd654ca562db6f317eabafdc935b10f8dc6b43', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (12, 13, '\x6b00b29ed4279d6a9c61af6c8f70686c93dc7bf5b11d2ae53dd5c0fcbee7fc25', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (13, 14, '\x2ce8e50265bf87e5f3ff20af41335c70b19c6519a687d9e6a17bfe4c173b4c4c', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (14, 15, '\xd5fe301d77f2fa8ab77cbab62c8768fd00d49a1113cff972c2235506d3861339', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (15, 16, '\xac17a79eaa3a7213e17a489e022af665113d6fc0d775f2a207dc86ce97bc0741', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (16, 17, '\xb0d96bf758ab7243835fa40fba6358797c6f7b6c9054fe75a4ef6c4788c1a782', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (17, 18, '\xf9cb9253f759d2a2a86eb03d6e4e4377f8084820ac8ade02487d24ae134ecdf5', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (18, 19, '\x8624a8e8a189398c9294ce5a9aad868896d516a1f6041062d84fca7720480974', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (19, 20, '\x80633d7bca3b2a50e179c7254ad3e6539859dbf7de3bb4d98d993aa1b631cc1b', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (20, 21, '\xecff2e6db2fdf63275534a7e432a222e4c9743c912a37c1810a83b3b32794866', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (21, 22, '\xc1b2901cf0ec10f0db8b3f5931f2b98f99080c43b08f604c5ce1c024a44bd35d', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (22, 23, '\x803860bbc9cf2393032816f8f31e722841b2d4b92d90925fbfa8f160e7bfe38e', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (23, 24, '\x157afa31c0a62535444179946bcecf93589ee204308b1295dce22765c1540e4e', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (24, 25, '\xd2f098b682e911d9426766ca49be013fb9775d7f57a09f7a73b1d955cfcacf35', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (25, 26, '\xc28c0b75e2d7df7b81d741135830a47839f737d7612d94578ec1a429477b5e31', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (26, 27, '\x61c27be86632a78cb0e5ed69ad563923cc4a76fe267a064a5edb861aafd121a5', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (27, 28, '\x11127434435932b9b0f5a46190f194d63e9ad5d84d24ba33b58eb54a5bf43ac4', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (28, 29, '\x26b7a2e3a395bb81e2f975add93e85fe572c37cded79601244c71bec31b2050a', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (29, 30, '\x8e108e7d18de439e7aed6301d083fa6fc53b52fe4194e6ccae8ff91428ec20de', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (30, 31, '\xb6d396c436db76d01d852f1990e2f0ee7f74510710d510909a2c403d389e359c', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (31, 32, '\x3e5c5a8a4cff90d36f2fb09aaa88e6a14b952336b865a4306d2908004f1ae7d5', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (32, 33, '\x403e4bb2122a979951e90c9ccdbf59b5b7aca992aa7332fe91c36f4fd308702b', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (33, 34, '\x5ad24b7f343e386630a4e2dcc1107003c3860207e55182c1dab9a89ffd240ea8', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (34, 35, '\xf664a94c0d786c13f25a4b957647aef3357f8a04f99f202bae34a2cca359746c', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (35, 36, '\x83c034740bfa74fcf2a4fd050c743e7c93fdbf1c43aced2e2013ed5fe6030d56', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (36, 37, '\x7989411fc2518ac10e864c76681c58d24cf2976e676bbdcdcefdf57514594793', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (37, 38, '\x780772f70a69446157d65f7ee16f4d8cb937e7850b7dd942a14b199edf1ac715', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (38, 39, '\xe69a958c8a1fdd117a0b15c06f88c6a74d2fec175b18c65c0ab7d792d38c0bcf', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (39, 40, '\xd0514ff7570482f9c2731a5da4db3a37a9ec5124949763d9d425f0b0fe441529', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (40, 41, '\x72cd09d59cabfbb3bd15756f1aa391e22096b129468f0094a12142083dff7cfa', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (41, 42, '\x9035d4c8e75b2e50d6909781d50268d2af51fe37d8f5b36f97388015b14247a3', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (42, 43, '\xee00f81072ba01a7c20186b5fbe2ee8f62bc80096a2c3a8cd2dc8d6d666cfc81', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (43, 44, '\xe36fde02ed81deb5aa912097e6b0ec414074a453206cc8cf48059a4cbf35f738', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (44, 45, '\x4ffbf0000871a5d012546881f38c838d14b3301e9d45cd9688e99a996cac391e', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (45, 46, '\x4ba789c685ff3e0c8461a80722a54456851a79e818c07b208f1c839f9d897844', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (46, 47, '\xcc81578b99ecf08bcf27c47f48d51d09dffbe412d39959f7dd0c84800a8870db', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (47, 48, '\xfd64f28555e0e467177f66b7ca2527d49fdfd11b95dbaab13c85985c3dd50977', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (48, 49, '\x0b5b0c8e629704ce4b02c37e138cb16fe6e018ac33fa2221a43e01e1ff753c92', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (49, 50, '\xcff968f9e73356f3c7975476ad6983927dfd605b5423acd5fcc1296b02510aec', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (50, 51, '\x17386d99fb83cdd13eceaddaf5ae2a198e72c942c787d88f6a4204708dac991d', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (51, 52, '\x924c7e86b1f48f2ef3f0ea4c9b020f824a5b8f260a39278195aa5720db6c8ac4', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (52, 53, '\xc202e765e0c6a4df3338e4dd70765895c7961b2d08e2d9ec84723baf52b17f37', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (53, 54, '\x8134b2bd0ea05468d51304532777d4a68b80adecb3c2cadbe87bd6ba98a4ec21', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (54, 55, '\x8ceb35455aa6008683fe6c1cdd340ae2ff3a2ff80794a62d9bcb6a1576d2f1c6', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (55, 56, '\x537a15c001da638486cf0ea9b1ee261a7619ce75c92841976763b299258e5c0e', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (56, 57, '\x8eff3463fb9123b818880c82c3c9d804e723833cd8be5ebc0b95189bfd2970ea', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (57, 58, '\x51c4881408b17ba2ea09012dd629207b428f8e122a96642346439301b7ae4040', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (58, 59, '\xada78aa712706a51ea62d7194bb15d19d1ed578001e6644bd333dc572fd4f8cf', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (59, 60, '\xaa0e01db7e562022910844adafe8b23f6b0728d53d56c953e4953aa6e30f6a99', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (60, 61, '\x5165822c14fa8a2760e7446a66949f4afdadf14f5b05626feadb1c750ac9c125', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (61, 62, '\xc4d48114257cb898f2354bbf353c77fd74e72521094e951f134ab8cd2f76afda', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (62, 63, '\x3935b8d780ab64f9df9a646f56041fcd5809dd2e6fb87677ba9c69587526fedb', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (63, 64, '\xfe366ca6c0a1cd31b89b764b94e2f87c8a2b601439608c68e93d87622d1a27f4', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (64, 65, '\x877acf66c994b7bdf077420791db129d123cdb35ac98f6a2c57ce9af86155a7a', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (65, 66, '\xb0822193ede06454ec7ac559ddf27259cea8cccf7b4ffda9ddff6f7cb3fba581', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (66, 67, '\x0984faecf8694d661863d349d4abceffbb5510881ce93c6edfb2fac5f9a9e659', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (67, 68, '\xc384d9f34fe3ce518840236f857b4cec64fcc8ad9806b4b2d65538b54d4b45dc', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (68, 69, '\xc473da34bdefdb9eb139ba09bbfcd2fd9e0a3736c7cca4537eca32f423b44c27', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (69, 70, '\x8385e8cb615dec58dfeae1a973fe100c3350106708735e1ec7622437b336aa7d', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (70, 71, '\x3f442aed04a2ea1efb5ec83d25221dc06711049f4565e1f8d23b960a69a09afa', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (71, 72, '\xb417c4593c887ac1740797851c7dc25b170dc43e3dc9fd00c12aaa44704d75f0', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (72, 73, '\x4653cef46562ba46d494ab474a8b55ba2bd7e7cbc4e66995efefa3a626c3264e', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (73, 74, '\x51af9439fe68fa2410b60dd1291f8629351d4f9172b4ba02794299aad6dda63c', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (74, 75, '\xe90a76c0ec589b86727c97b8a3f55f6d0f78a6c0fd17db0f921da993a86bde47', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (75, 76, '\x86e8405b49377b9dc1961cb7e20839ef818be154ed9107d84453504dcd6f2d27', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (76, 77, '\x58e8f15f99538a29185fc95708b66813e2376d4b855312002f5014aa2decef30', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (77, 78, '\x6d095f734a057c942cf155541bf9f51bc94ccc101384bacd28be12c665f23ce5', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (78, 79, '\xc04a84f5a4c1b29fc255a0f2d844c7cfdb3b20a72db823dd42c92ad0d7c92462', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (79, 80, '\xf998cb12f4fa8d8f5967cfe3edc11e00c67db963c619c3c3d0eba2fd9f3530ab', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (80, 81, '\xcfb7c0421766446b8c19636355ce5a006b6320694ee61cdf9f50146b397241e4', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (81, 82, '\x6a415e9e57233265d82e82e9a0f4acc6e56947eea1ffcc70b5263d5cb2aab29f', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (82, 83, '\x40377b007e68d36b234331fa5309f8a45272059bddf16b30c61c118f5b0dce47', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (83, 84, '\xa13c9d168fd3369d84b06322736a6ab52e28f904af645dc55df92580baf76525', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (84, 85, '\x7daa925d310ab9e88e59e7f63c303b88a7c234e870169c8ac2abea4c38a73409', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (85, 86, '\xedcfab70804e6752651f1f7513c8e65c51f18c935afab51fb34418d064926cb0', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (86, 87, '\x60ce07bf2980ed7b209b1774ab518733bc0960e49e41175f60b16ce30611407d', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (87, 88, '\x865d8d37b9e738d88e7143a4cdf05bedca9b602784f9ffc3dceb3c0fc8702dc4', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (88, 89, '\x05c3c6ecd653fd3701bbe7986302c37927287a2a59c641157e9a70ea9d194818', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (89, 90, '\xd2d960998c596b29323480fc4e7866efa96f7c136ae766afb567ee9d50fce6cf', '2026-07-01 09:00:00+00');
INSERT INTO audit.leaf VALUES (90, 91, '\x429c79809a2ff950de72485f43d1a275e2c6feb087438fb86bab1731fd58b30f', '2026-07-01 09:00:00+00');
INSERT INTO audit.refusal VALUES ('00000000-0000-4000-8000-000000000104', '00000000-0000-4000-8000-0000000000a2', 'GET /api/people', 'not_your_role', '{}', '2026-03-02 08:30:00+00');
INSERT INTO audit.sealed_entry VALUES (25, '761', '00000000-0000-4000-8000-0000000000f3', 'sealed.access', '1d9f6b1c-c12b-4c2d-ad8e-b5fdcca003f0', '2026-03-03 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f3", "new": {"at": "2026-03-03T09:00:00+00:00", "id": "1d9f6b1c-c12b-4c2d-ad8e-b5fdcca003f0", "about": "00000000-0000-4000-8000-000000000202", "login": "postgres", "act_id": "00000000-0000-4000-8000-0000000000f3", "actor_id": "00000000-0000-4000-8000-0000000000a4", "function": "upload_list"}, "old": null, "xid": "761", "kind": "upload_allocation", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 25, "login": "postgres", "table": "sealed.access", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.886878+00:00", "occurred_at": "2026-03-03T09:00:00+00:00", "recorded_at": "2026-03-03T09:00:00+00:00"}');
INSERT INTO audit.sealed_entry VALUES (26, '761', '00000000-0000-4000-8000-0000000000f3', 'sealed.allocation', 'b6a3b0ea-dc31-40a5-8a50-c0bc137c2c79', '2026-03-03 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f3", "new": {"id": "b6a3b0ea-dc31-40a5-8a50-c0bc137c2c79", "stratum": "all", "position": 1, "sequence": "A", "study_id": "00000000-0000-4000-8000-000000000202", "assigned_at": null, "participant_id": null}, "old": null, "xid": "761", "kind": "upload_allocation", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 26, "login": "postgres", "table": "sealed.allocation", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.888201+00:00", "occurred_at": "2026-03-03T09:00:00+00:00", "recorded_at": "2026-03-03T09:00:00+00:00"}');
INSERT INTO audit.sealed_entry VALUES (27, '761', '00000000-0000-4000-8000-0000000000f3', 'sealed.allocation', '365a5e58-856f-4157-849d-b3d23746d9c5', '2026-03-03 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f3", "new": {"id": "365a5e58-856f-4157-849d-b3d23746d9c5", "stratum": "all", "position": 2, "sequence": "A", "study_id": "00000000-0000-4000-8000-000000000202", "assigned_at": null, "participant_id": null}, "old": null, "xid": "761", "kind": "upload_allocation", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 27, "login": "postgres", "table": "sealed.allocation", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.888364+00:00", "occurred_at": "2026-03-03T09:00:00+00:00", "recorded_at": "2026-03-03T09:00:00+00:00"}');
INSERT INTO audit.sealed_entry VALUES (31, '762', '00000000-0000-4000-8000-0000000000f4', 'sealed.access', '986e06b6-1778-4884-8361-319a4e3d06c8', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"at": "2026-03-04T09:00:00+00:00", "id": "986e06b6-1778-4884-8361-319a4e3d06c8", "about": "00000000-0000-4000-8000-000000000301", "login": "postgres", "act_id": "00000000-0000-4000-8000-0000000000f4", "actor_id": "00000000-0000-4000-8000-0000000000a2", "function": "assign_next"}, "old": null, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 31, "login": "postgres", "table": "sealed.access", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.890509+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.sealed_entry VALUES (32, '762', '00000000-0000-4000-8000-0000000000f4', 'sealed.allocation', 'b6a3b0ea-dc31-40a5-8a50-c0bc137c2c79', '2026-03-04 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f4", "new": {"id": "b6a3b0ea-dc31-40a5-8a50-c0bc137c2c79", "stratum": "all", "position": 1, "sequence": "A", "study_id": "00000000-0000-4000-8000-000000000202", "assigned_at": "2026-03-04T09:00:00+00:00", "participant_id": "00000000-0000-4000-8000-000000000301"}, "old": {"id": "b6a3b0ea-dc31-40a5-8a50-c0bc137c2c79", "stratum": "all", "position": 1, "sequence": "A", "study_id": "00000000-0000-4000-8000-000000000202", "assigned_at": null, "participant_id": null}, "xid": "762", "kind": "consent", "role": "none", "side": "bedside", "actor": "00000000-0000-4000-8000-0000000000a2", "entry": 32, "login": "postgres", "table": "sealed.allocation", "reason": null, "operation": "UPDATE", "written_at": "2026-11-21T07:24:15.891503+00:00", "occurred_at": "2026-03-04T09:00:00+00:00", "recorded_at": "2026-03-04T09:00:00+00:00"}');
INSERT INTO audit.sealed_entry VALUES (84, '763', '00000000-0000-4000-8000-0000000000f5', 'sealed.access', '18bd62f7-e8f8-4a97-b302-499e56535f33', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"at": "2026-05-11T09:00:00+00:00", "id": "18bd62f7-e8f8-4a97-b302-499e56535f33", "about": "00000000-0000-4000-8000-000000000507", "login": "postgres", "act_id": "00000000-0000-4000-8000-0000000000f5", "actor_id": "00000000-0000-4000-8000-0000000000a4", "function": "fill_kit"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 84, "login": "postgres", "table": "sealed.access", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.918928+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO audit.sealed_entry VALUES (85, '763', '00000000-0000-4000-8000-0000000000f5', 'sealed.kit_content', '00000000-0000-4000-8000-000000000507', '2026-05-11 09:00:00+00', '{"act": "00000000-0000-4000-8000-0000000000f5", "new": {"id": "00000000-0000-4000-8000-000000000507", "contains": "cells", "filled_at": "2026-05-11T09:00:00+00:00", "preparation_id": "00000000-0000-4000-8000-000000000525"}, "old": null, "xid": "763", "kind": "receive_lot", "role": "none", "side": "facility", "actor": "00000000-0000-4000-8000-0000000000a4", "entry": 85, "login": "postgres", "table": "sealed.kit_content", "reason": null, "operation": "INSERT", "written_at": "2026-11-21T07:24:15.919871+00:00", "occurred_at": "2026-05-11T09:00:00+00:00", "recorded_at": "2026-05-11T09:00:00+00:00"}');
INSERT INTO public.administration VALUES ('00000000-0000-4000-8000-000000000801', '00000000-0000-4000-8000-000000000507', 5.00, 0.00, '00000000-0000-4000-8000-0000000000a2', '2026-06-01 11:00:00+00');
INSERT INTO public.alembic_version VALUES ('0018');
INSERT INTO public.batch VALUES ('00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', 'B-1', 'drug', 'stored', '00000000-0000-4000-8000-000000000201', '1', '1', '00000000-0000-4000-8000-0000000000a4', '2026-03-11 09:00:00+00');
INSERT INTO public.cell_count VALUES ('00000000-0000-4000-8000-000000000510', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', NULL, 'nucleocounter', 60000000, 90.00, 54000000, NULL, NULL, '00000000-0000-4000-8000-0000000000a4', '2026-03-11 10:00:00+00', NULL, NULL);
INSERT INTO public.cell_count VALUES ('00000000-0000-4000-8000-000000000512', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', '00000000-0000-4000-8000-000000000504', 'nucleocounter', 200000000, 95.00, 190000000, 1.926, 1.926, '00000000-0000-4000-8000-0000000000a4', '2026-04-11 10:00:00+00', '00000000-0000-4000-8000-0000000000a5', '2026-04-11 10:05:00+00');
INSERT INTO public.code_break VALUES ('00000000-0000-4000-8000-000000000305', '00000000-0000-4000-8000-000000000301', '00000000-0000-4000-8000-0000000000a2', 'emergency', '2026-07-01 08:00:00+00');
INSERT INTO public.code_counter VALUES ('bedside', 'D2026', 1);
INSERT INTO public.code_counter VALUES ('facility', 'B2026', 1);
INSERT INTO public.consent VALUES ('00000000-0000-4000-8000-000000000302', '00000000-0000-4000-8000-000000000301', 'trial', '2026-03-04 09:00:00+00', '00000000-0000-4000-8000-0000000000a2', NULL);
INSERT INTO public.credential VALUES ('00000000-0000-4000-8000-0000000000a1', 'no password opens this', '2026-03-02 08:00:00+00');
INSERT INTO public.culture VALUES ('00000000-0000-4000-8000-000000000504', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', 'C-1', 0, 'harvested', 'T175', 4, 700.00, 50000000, '00000000-0000-4000-8000-000000000510', '00000000-0000-4000-8000-0000000000a4', '2026-03-11 11:00:00+00');
INSERT INTO public.custody_event VALUES ('00000000-0000-4000-8000-000000000402', '00000000-0000-4000-8000-000000000401', 'bedside', 'bedside', 'collect', 'smart-ms/01', '00000000-0000-4000-8000-0000000000a2', '2026-03-10 09:00:00+00', '2026-03-10 09:00:00+00');
INSERT INTO public.decision VALUES ('00000000-0000-4000-8000-000000000701', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', 'drug', 'disposition', 'approved', '00000000-0000-4000-8000-000000000601', '00000000-0000-4000-8000-0000000000a6', '2026-05-10 09:00:00+00');
INSERT INTO public.decision VALUES ('00000000-0000-4000-8000-000000000702', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', 'drug', 'certification', 'approved', '00000000-0000-4000-8000-000000000602', '00000000-0000-4000-8000-0000000000a7', '2026-05-10 09:00:00+00');
INSERT INTO public.decision VALUES ('00000000-0000-4000-8000-000000000703', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', 'drug', 'sponsor_release', 'approved', '00000000-0000-4000-8000-000000000603', '00000000-0000-4000-8000-0000000000a8', '2026-05-10 09:00:00+00');
INSERT INTO public.deviation VALUES ('00000000-0000-4000-8000-000000000522', 'V-1', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', 'Late feed', 'Fed a day late', 'closed', '00000000-0000-4000-8000-0000000000a4', '2026-03-15 09:00:00+00', '00000000-0000-4000-8000-0000000000a6', '2026-03-20 09:00:00+00', 'No effect on growth');
INSERT INTO public.dirty_interval VALUES ('00000000-0000-4000-8000-000000000902', '00000000-0000-4000-8000-000000000514', '2026-07-01 08:00:00+00', '2026-07-01 08:00:00+00', '2026-07-01 08:00:00+00');
INSERT INTO public.donation VALUES ('00000000-0000-4000-8000-000000000401', 'D-1', '00000000-0000-4000-8000-000000000301', 1, 31.500, 'accepted', '00000000-0000-4000-8000-0000000000a2', '2026-03-10 09:00:00+00');
INSERT INTO public.donor_test VALUES ('00000000-0000-4000-8000-000000000520', '00000000-0000-4000-8000-000000000401', 'hiv-1-2', 1, false, '2026-03-10', '00000000-0000-4000-8000-0000000000a6', '2026-03-12 09:00:00+00');
INSERT INTO public.dose_plan VALUES ('00000000-0000-4000-8000-000000000524', '00000000-0000-4000-8000-000000000507', '00000000-0000-4000-8000-000000000304', 72.40, 1000000, 100000000, 72400000, 1, '00000000-0000-4000-8000-0000000000a5', '2026-05-31 09:00:00+00');
INSERT INTO public.excursion VALUES ('00000000-0000-4000-8000-000000000904', '00000000-0000-4000-8000-000000000513', '2026-05-01 08:00:00+00', '2026-05-01 08:30:00+00', -140.000, -150.00, 300, 1.00, '2026-05-01 09:00:00+00', NULL, NULL, '00000000-0000-4000-8000-000000000904');
INSERT INTO public.excursion_unit VALUES ('00000000-0000-4000-8000-000000000905', '00000000-0000-4000-8000-000000000904', '00000000-0000-4000-8000-000000000506', '00000000-0000-4000-8000-000000000523', '00000000-0000-4000-8000-000000000522', '2026-05-01 09:00:00+00');
INSERT INTO public.facility VALUES ('00000000-0000-4000-8000-000000000201', 'gmp-1', 'Clean room one');
INSERT INTO public.feed VALUES ('00000000-0000-4000-8000-000000000511', '00000000-0000-4000-8000-000000000504', '00000000-0000-4000-8000-000000000501', 100.000, '00000000-0000-4000-8000-0000000000a4', '2026-03-14 11:00:00+00');
INSERT INTO public.fill VALUES ('00000000-0000-4000-8000-000000000528', '00000000-0000-4000-8000-000000000525', '00000000-0000-4000-8000-000000000502', 4.50, 72000000, '00000000-0000-4000-8000-0000000000a5', '2026-06-01 08:00:00+00');
INSERT INTO public.freezer VALUES ('00000000-0000-4000-8000-000000000513', 'F-1', 'Tank one', 'gmp-1', -150.00, 300, 1.00, '2026-03-01 09:00:00+00');
INSERT INTO public.freezing_run VALUES ('00000000-0000-4000-8000-000000000517', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', 'slow', '00000000-0000-4000-8000-0000000000a4', '2026-04-12 09:00:00+00');
INSERT INTO public.handover VALUES ('00000000-0000-4000-8000-000000000403', '00000000-0000-4000-8000-000000000401', 'bedside', '00000000-0000-4000-8000-0000000000a2', '2026-03-10 10:00:00+00', 'gmp-1', '00000000-0000-4000-8000-0000000000a4', '2026-03-10 14:00:00+00');
INSERT INTO public.hold VALUES ('00000000-0000-4000-8000-000000000523', 1, '00000000-0000-4000-8000-000000000506', '00000000-0000-4000-8000-000000000401', 'excursion', '{patient_use,distribution}', 'Above its limit', '00000000-0000-4000-8000-0000000000a6', '2026-05-01 09:00:00+00', NULL, NULL, NULL);
INSERT INTO public.idempotency_key VALUES ('biobank_facility', '00000000-0000-4000-8000-0000000000a4', 'key-of-tom', 'POST /api/lots', '\x230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5', '{}', '2026-03-02 08:30:00+00');
INSERT INTO public.instance VALUES (true, false, '2026-03-01 08:00:00+00');
INSERT INTO public.kit VALUES ('00000000-0000-4000-8000-000000000507', 'K-1', '00000000-0000-4000-8000-000000000301', 1, 'accounted', '2026-06-01 08:00:00+00', '2026-06-01 10:00:00+00', '2026-06-01 14:00:00+00', 5.00);
INSERT INTO public.label_print VALUES ('00000000-0000-4000-8000-000000000404', 'bedside', 1, '00000000-0000-4000-8000-000000000401', 'donation', '{"code": "D-1"}', 'D-1', '\x76fbdb37586f6865fc2e177ebf1594d01f16dee7d986c727c0e6f04163c15cad', 1, NULL, 'applied', '00000000-0000-4000-8000-0000000000a2', '2026-03-10 09:00:00+00');
INSERT INTO public.login_session VALUES ('00000000-0000-4000-8000-000000000103', '00000000-0000-4000-8000-0000000000a1', '\xe87ba7a0b779d8b797f86d19604504496f23b4d1e31ed4721d9dc8634172b723', '2026-03-02 08:00:00+00', '2026-03-02 16:00:00+00', '2026-03-02 09:00:00+00');
INSERT INTO public.lot VALUES ('00000000-0000-4000-8000-000000000501', 'L-1', 'medium', 'Medium', 'Supplier', 'M1', '2027-01-01 00:00:00+00', '2026-03-01 09:00:00+00', '00000000-0000-4000-8000-0000000000a4');
INSERT INTO public.lot VALUES ('00000000-0000-4000-8000-000000000502', 'L-2', 'saline', 'Saline', 'Supplier', 'S1', '2027-01-01 00:00:00+00', '2026-03-01 09:00:00+00', '00000000-0000-4000-8000-0000000000a4');
INSERT INTO public.material VALUES ('00000000-0000-4000-8000-000000000401', 'bedside', 'donation', 'D-1', '00000000-0000-4000-8000-000000000401', '2026-03-10 09:00:00+00');
INSERT INTO public.material VALUES ('00000000-0000-4000-8000-000000000501', 'facility', 'lot', 'L-1', '00000000-0000-4000-8000-000000000501', '2026-03-01 09:00:00+00');
INSERT INTO public.material VALUES ('00000000-0000-4000-8000-000000000502', 'facility', 'lot', 'L-2', '00000000-0000-4000-8000-000000000502', '2026-03-01 09:00:00+00');
INSERT INTO public.material VALUES ('00000000-0000-4000-8000-000000000503', 'facility', 'batch', 'B-1', '00000000-0000-4000-8000-000000000401', '2026-03-11 09:00:00+00');
INSERT INTO public.material VALUES ('00000000-0000-4000-8000-000000000504', 'facility', 'culture', 'C-1', '00000000-0000-4000-8000-000000000401', '2026-03-12 09:00:00+00');
INSERT INTO public.material VALUES ('00000000-0000-4000-8000-000000000505', 'facility', 'unit', 'U-1', '00000000-0000-4000-8000-000000000401', '2026-04-12 09:00:00+00');
INSERT INTO public.material VALUES ('00000000-0000-4000-8000-000000000506', 'facility', 'unit', 'U-2', '00000000-0000-4000-8000-000000000401', '2026-04-12 09:00:00+00');
INSERT INTO public.material VALUES ('00000000-0000-4000-8000-000000000507', 'bedside', 'kit', 'K-1', '00000000-0000-4000-8000-000000000507', '2026-05-31 09:00:00+00');
INSERT INTO public.material_parent VALUES ('00000000-0000-4000-8000-000000000508', '00000000-0000-4000-8000-000000000504', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401');
INSERT INTO public.participant VALUES ('00000000-0000-4000-8000-000000000301', 'SM-01-001', '00000000-0000-4000-8000-000000000202', '00000000-0000-4000-8000-000000000204', '00000000-0000-4000-8000-000000000203', 'allocated', '2026-03-04 09:00:00+00', '2026-03-04 10:00:00+00', '2026-06-01 00:00:00+00');
INSERT INTO public.person VALUES ('2a33e9d5-4292-5d75-b27b-68662802a582', 'prepare', 'Database preparation', 'system', '2026-03-01 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('aea43e1f-e269-5f39-a628-d9f0218953e0', 'worker', 'Background worker', 'system', '2026-03-01 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('c8964b79-9eaf-5537-b2a4-9693f0309095', 'ingest', 'Telemetry ingest', 'system', '2026-03-01 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('ac8ca2cb-8867-5444-a4d1-967a81557431', 'printing', 'Label printing', 'system', '2026-03-01 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('00000000-0000-4000-8000-0000000000a1', 'ada', 'Ada Administrator', 'desk', '2026-03-02 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('00000000-0000-4000-8000-0000000000a2', 'tess', 'Tess Treating', 'bedside', '2026-03-02 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('00000000-0000-4000-8000-0000000000a3', 'phil', 'Phil Pharmacist', 'bedside', '2026-03-02 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('00000000-0000-4000-8000-0000000000a4', 'tom', 'Tom Technician', 'facility', '2026-03-02 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('00000000-0000-4000-8000-0000000000a5', 'pia', 'Pia Preparer', 'facility', '2026-03-02 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('00000000-0000-4000-8000-0000000000a6', 'quinn', 'Quinn Quality', 'facility', '2026-03-02 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('00000000-0000-4000-8000-0000000000a7', 'quentin', 'Quentin Qualified', 'facility', '2026-03-02 08:00:00+00', NULL);
INSERT INTO public.person VALUES ('00000000-0000-4000-8000-0000000000a8', 'sam', 'Sam Sponsor', 'facility', '2026-03-02 08:00:00+00', NULL);
INSERT INTO public.placement VALUES ('00000000-0000-4000-8000-000000000518', '00000000-0000-4000-8000-000000000505', '00000000-0000-4000-8000-000000000515', '00000000-0000-4000-8000-0000000000a4', '2026-04-12 12:00:00+00', '2026-06-01 07:00:00+00');
INSERT INTO public.placement VALUES ('00000000-0000-4000-8000-000000000519', '00000000-0000-4000-8000-000000000506', '00000000-0000-4000-8000-000000000516', '00000000-0000-4000-8000-0000000000a4', '2026-04-12 12:00:00+00', NULL);
INSERT INTO public.preparation VALUES ('00000000-0000-4000-8000-000000000525', '00000000-0000-4000-8000-000000000507', 'ready', '00000000-0000-4000-8000-0000000000a5', '2026-06-01 07:00:00+00', NULL, '00000000-0000-4000-8000-000000000604');
INSERT INTO public.print_job VALUES ('00000000-0000-4000-8000-000000000405', '00000000-0000-4000-8000-000000000404', 'bedside', 'sent', '2026-03-10 09:00:00+00', '2026-03-10 09:00:00+00');
INSERT INTO public.reading_batch VALUES ('00000000-0000-4000-8000-000000000901', 'gmp-1', '2026-05-01 08:00:00+00', 1, '2026-05-01 08:00:00+00', '2026-05-01 08:00:00+00', '\x303d03f701f0908231d07f2adba99525d62792316f5d4feba788f7a14431427c');
INSERT INTO public.reading_gap VALUES ('00000000-0000-4000-8000-000000000514', 1, 2, 3, 'missing', '2026-07-01 08:00:00+00');
INSERT INTO public.reading_p2026_05 VALUES ('00000000-0000-4000-8000-000000000514', '2026-05-01 08:00:00+00', 1, 1, -140000, false, '2026-05-01 08:00:00+00');
INSERT INTO public.reading_pdefault VALUES ('00000000-0000-4000-8000-000000000514', '2026-07-01 08:00:00+00', 1, 4, -190000, false, '2026-07-01 08:00:00+00');
INSERT INTO public.receipt VALUES ('00000000-0000-4000-8000-000000000509', '00000000-0000-4000-8000-000000000401', true, 5.20, 31.500, true, NULL, '00000000-0000-4000-8000-0000000000a4', '2026-03-10 15:00:00+00');
INSERT INTO public.recount VALUES ('00000000-0000-4000-8000-000000000527', '00000000-0000-4000-8000-000000000525', 16000000, 85.00, 10.000, 'nucleocounter', '00000000-0000-4000-8000-0000000000a5', '2026-06-01 07:30:00+00');
INSERT INTO public.refused_message VALUES ('00000000-0000-4000-8000-000000000903', 'gmp-1', 'gmp-1/probe-9', '\x2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', '\x78', 'unknown_sensor', 'S-9', 1, '2026-05-01 08:00:00+00', '2026-05-01 08:00:00+00');
INSERT INTO public.remains_account VALUES ('00000000-0000-4000-8000-000000000802', '00000000-0000-4000-8000-000000000507', 0.00, '00000000-0000-4000-8000-0000000000a3', '2026-06-01 11:30:00+00');
INSERT INTO public.result VALUES ('00000000-0000-4000-8000-000000000521', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', 'sterility', 1, NULL, 'no growth', 'culture', true, '00000000-0000-4000-8000-0000000000a6', '2026-04-26 09:00:00+00');
INSERT INTO public.role_grant VALUES ('00000000-0000-4000-8000-000000000101', '00000000-0000-4000-8000-0000000000a1', 'administrator', NULL, '2026-03-02 08:00:00+00', NULL);
INSERT INTO public.role_grant VALUES ('00000000-0000-4000-8000-000000000102', '00000000-0000-4000-8000-0000000000a2', 'treating', 'smart-ms/01', '2026-03-02 08:00:00+00', NULL);
INSERT INTO public.screening VALUES ('00000000-0000-4000-8000-000000000303', '00000000-0000-4000-8000-000000000301', '{"age": "41"}', '{"informed": "yes"}', true, '[]', '00000000-0000-4000-8000-0000000000a2', '2026-03-04 09:30:00+00');
INSERT INTO public.sensor VALUES ('00000000-0000-4000-8000-000000000514', 'S-1', '00000000-0000-4000-8000-000000000513', 'temperature', 'gmp-1', 'probe-1', 'top', 0.000, 'approved', '2026-03-01 09:00:00+00');
INSERT INTO public.sensor_counter VALUES ('00000000-0000-4000-8000-000000000514', 1, 4);
INSERT INTO public.sensor_seen VALUES ('00000000-0000-4000-8000-000000000514', '2026-07-01 08:00:00+00', '2026-07-01 08:00:00+00', 1, -190000, false);
INSERT INTO public.signature VALUES ('00000000-0000-4000-8000-000000000601', '00000000-0000-4000-8000-0000000000a6', 'Printed Name', 'approved', 'B-1', '\xed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73', '2026-05-10 09:00:00+00');
INSERT INTO public.signature VALUES ('00000000-0000-4000-8000-000000000602', '00000000-0000-4000-8000-0000000000a7', 'Printed Name', 'approved', 'B-1', '\xed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73', '2026-05-10 09:00:00+00');
INSERT INTO public.signature VALUES ('00000000-0000-4000-8000-000000000603', '00000000-0000-4000-8000-0000000000a8', 'Printed Name', 'approved', 'B-1', '\xed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73', '2026-05-10 09:00:00+00');
INSERT INTO public.signature VALUES ('00000000-0000-4000-8000-000000000604', '00000000-0000-4000-8000-0000000000a4', 'Printed Name', 'approved', 'K-1', '\xed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73', '2026-05-10 09:00:00+00');
INSERT INTO public.site VALUES ('00000000-0000-4000-8000-000000000203', '00000000-0000-4000-8000-000000000202', '01', 'Site one', 'NO', '00000000-0000-4000-8000-000000000201');
INSERT INTO public.storage_position VALUES ('00000000-0000-4000-8000-000000000515', 'P-1', '00000000-0000-4000-8000-000000000513', 'A', '1', 'A1');
INSERT INTO public.storage_position VALUES ('00000000-0000-4000-8000-000000000516', 'P-2', '00000000-0000-4000-8000-000000000513', 'A', '1', 'A2');
INSERT INTO public.study VALUES ('00000000-0000-4000-8000-000000000202', 'smart-ms', 'SMART-MS', '2026-03-03 08:00:00+00');
INSERT INTO public.study_plan VALUES ('00000000-0000-4000-8000-000000000205', '00000000-0000-4000-8000-000000000204', 'A', 1, 'drug', 'cells', 1);
INSERT INTO public.study_plan VALUES ('00000000-0000-4000-8000-000000000206', '00000000-0000-4000-8000-000000000204', 'A', 2, 'biobank', 'saline', NULL);
INSERT INTO public.study_version VALUES ('00000000-0000-4000-8000-000000000204', '00000000-0000-4000-8000-000000000202', '1', '{}', '\x44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', '2026-03-03 08:00:00+00');
INSERT INTO public.thaw VALUES ('00000000-0000-4000-8000-000000000526', '00000000-0000-4000-8000-000000000505', '00000000-0000-4000-8000-000000000525', '00000000-0000-4000-8000-0000000000a5', '2026-06-01 07:00:00+00');
INSERT INTO public.unit VALUES ('00000000-0000-4000-8000-000000000506', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', '00000000-0000-4000-8000-000000000517', 'U-2', 'stored', 95000000, 10.000);
INSERT INTO public.unit VALUES ('00000000-0000-4000-8000-000000000505', '00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000401', '00000000-0000-4000-8000-000000000517', 'U-1', 'thawed', 95000000, 10.000);
INSERT INTO public.weight VALUES ('00000000-0000-4000-8000-000000000304', '00000000-0000-4000-8000-000000000301', 1, 72.40, '2026-05-30 08:00:00+00', '00000000-0000-4000-8000-0000000000a2');
INSERT INTO sealed.access VALUES ('1d9f6b1c-c12b-4c2d-ad8e-b5fdcca003f0', '00000000-0000-4000-8000-0000000000f3', '00000000-0000-4000-8000-0000000000a4', 'postgres', 'upload_list', '00000000-0000-4000-8000-000000000202', '2026-03-03 09:00:00+00');
INSERT INTO sealed.access VALUES ('986e06b6-1778-4884-8361-319a4e3d06c8', '00000000-0000-4000-8000-0000000000f4', '00000000-0000-4000-8000-0000000000a2', 'postgres', 'assign_next', '00000000-0000-4000-8000-000000000301', '2026-03-04 09:00:00+00');
INSERT INTO sealed.access VALUES ('18bd62f7-e8f8-4a97-b302-499e56535f33', '00000000-0000-4000-8000-0000000000f5', '00000000-0000-4000-8000-0000000000a4', 'postgres', 'fill_kit', '00000000-0000-4000-8000-000000000507', '2026-05-11 09:00:00+00');
INSERT INTO sealed.allocation VALUES ('365a5e58-856f-4157-849d-b3d23746d9c5', '00000000-0000-4000-8000-000000000202', 'all', 2, 'A', NULL, NULL);
INSERT INTO sealed.allocation VALUES ('b6a3b0ea-dc31-40a5-8a50-c0bc137c2c79', '00000000-0000-4000-8000-000000000202', 'all', 1, 'A', '00000000-0000-4000-8000-000000000301', '2026-03-04 09:00:00+00');
INSERT INTO sealed.kit_content VALUES ('00000000-0000-4000-8000-000000000507', '00000000-0000-4000-8000-000000000525', 'cells', '2026-05-11 09:00:00+00');
SELECT pg_catalog.setval('audit.entry_id', 91, true);
ALTER TABLE ONLY audit.act
    ADD CONSTRAINT act_pkey PRIMARY KEY (id);
ALTER TABLE ONLY audit.act
    ADD CONSTRAINT act_xid_key UNIQUE (xid);
ALTER TABLE ONLY audit.entry
    ADD CONSTRAINT entry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY audit.horizon
    ADD CONSTRAINT horizon_pkey PRIMARY KEY (single);
ALTER TABLE ONLY audit.kind
    ADD CONSTRAINT kind_code_needs_reason_key UNIQUE (code, needs_reason);
ALTER TABLE ONLY audit.kind
    ADD CONSTRAINT kind_pkey PRIMARY KEY (code);
ALTER TABLE ONLY audit.leaf
    ADD CONSTRAINT leaf_entry_id_key UNIQUE (entry_id);
ALTER TABLE ONLY audit.leaf
    ADD CONSTRAINT leaf_pkey PRIMARY KEY (number);
ALTER TABLE ONLY audit.refusal
    ADD CONSTRAINT refusal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY audit.sealed_entry
    ADD CONSTRAINT sealed_entry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.code_counter
    ADD CONSTRAINT code_counter_pkey PRIMARY KEY (scope, prefix);
ALTER TABLE ONLY public.placement
    ADD CONSTRAINT ex_placement_position EXCLUDE USING gist (position_id WITH =, tstzrange(placed_at, removed_at) WITH &&);
ALTER TABLE ONLY public.placement
    ADD CONSTRAINT ex_placement_unit EXCLUDE USING gist (unit_id WITH =, tstzrange(placed_at, removed_at) WITH &&);
ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (login, person_id, key);
ALTER TABLE ONLY public.instance
    ADD CONSTRAINT instance_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.administration
    ADD CONSTRAINT pk_administration PRIMARY KEY (id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT pk_batch PRIMARY KEY (id);
ALTER TABLE ONLY public.cell_count
    ADD CONSTRAINT pk_cell_count PRIMARY KEY (id);
ALTER TABLE ONLY public.code_break
    ADD CONSTRAINT pk_code_break PRIMARY KEY (id);
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT pk_consent PRIMARY KEY (id);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT pk_credential PRIMARY KEY (id);
ALTER TABLE ONLY public.culture
    ADD CONSTRAINT pk_culture PRIMARY KEY (id);
ALTER TABLE ONLY public.custody_event
    ADD CONSTRAINT pk_custody_event PRIMARY KEY (id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT pk_decision PRIMARY KEY (id);
ALTER TABLE ONLY public.deviation
    ADD CONSTRAINT pk_deviation PRIMARY KEY (id);
ALTER TABLE ONLY public.dirty_interval
    ADD CONSTRAINT pk_dirty_interval PRIMARY KEY (id);
ALTER TABLE ONLY public.donation
    ADD CONSTRAINT pk_donation PRIMARY KEY (id);
ALTER TABLE ONLY public.donor_test
    ADD CONSTRAINT pk_donor_test PRIMARY KEY (id);
ALTER TABLE ONLY public.dose_plan
    ADD CONSTRAINT pk_dose_plan PRIMARY KEY (id);
ALTER TABLE ONLY public.excursion
    ADD CONSTRAINT pk_excursion PRIMARY KEY (id);
ALTER TABLE ONLY public.excursion_unit
    ADD CONSTRAINT pk_excursion_unit PRIMARY KEY (id);
ALTER TABLE ONLY public.facility
    ADD CONSTRAINT pk_facility PRIMARY KEY (id);
ALTER TABLE ONLY public.feed
    ADD CONSTRAINT pk_feed PRIMARY KEY (id);
ALTER TABLE ONLY public.fill
    ADD CONSTRAINT pk_fill PRIMARY KEY (id);
ALTER TABLE ONLY public.freezer
    ADD CONSTRAINT pk_freezer PRIMARY KEY (id);
ALTER TABLE ONLY public.freezing_run
    ADD CONSTRAINT pk_freezing_run PRIMARY KEY (id);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT pk_handover PRIMARY KEY (id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT pk_hold PRIMARY KEY (id);
ALTER TABLE ONLY public.kit
    ADD CONSTRAINT pk_kit PRIMARY KEY (id);
ALTER TABLE ONLY public.label_print
    ADD CONSTRAINT pk_label_print PRIMARY KEY (id);
ALTER TABLE ONLY public.login_session
    ADD CONSTRAINT pk_login_session PRIMARY KEY (id);
ALTER TABLE ONLY public.lot
    ADD CONSTRAINT pk_lot PRIMARY KEY (id);
ALTER TABLE ONLY public.material
    ADD CONSTRAINT pk_material PRIMARY KEY (id);
ALTER TABLE ONLY public.material_parent
    ADD CONSTRAINT pk_material_parent PRIMARY KEY (id);
ALTER TABLE ONLY public.participant
    ADD CONSTRAINT pk_participant PRIMARY KEY (id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT pk_person PRIMARY KEY (id);
ALTER TABLE ONLY public.placement
    ADD CONSTRAINT pk_placement PRIMARY KEY (id);
ALTER TABLE ONLY public.preparation
    ADD CONSTRAINT pk_preparation PRIMARY KEY (id);
ALTER TABLE ONLY public.print_job
    ADD CONSTRAINT pk_print_job PRIMARY KEY (id);
ALTER TABLE ONLY public.reading
    ADD CONSTRAINT pk_reading PRIMARY KEY (sensor_id, device_time);
ALTER TABLE ONLY public.reading_batch
    ADD CONSTRAINT pk_reading_batch PRIMARY KEY (id);
ALTER TABLE ONLY public.reading_gap
    ADD CONSTRAINT pk_reading_gap PRIMARY KEY (sensor_id, boot, first_counter);
ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT pk_receipt PRIMARY KEY (id);
ALTER TABLE ONLY public.recount
    ADD CONSTRAINT pk_recount PRIMARY KEY (id);
ALTER TABLE ONLY public.refused_message
    ADD CONSTRAINT pk_refused_message PRIMARY KEY (id);
ALTER TABLE ONLY public.remains_account
    ADD CONSTRAINT pk_remains_account PRIMARY KEY (id);
ALTER TABLE ONLY public.result
    ADD CONSTRAINT pk_result PRIMARY KEY (id);
ALTER TABLE ONLY public.role_grant
    ADD CONSTRAINT pk_role_grant PRIMARY KEY (id);
ALTER TABLE ONLY public.screening
    ADD CONSTRAINT pk_screening PRIMARY KEY (id);
ALTER TABLE ONLY public.sensor
    ADD CONSTRAINT pk_sensor PRIMARY KEY (id);
ALTER TABLE ONLY public.sensor_counter
    ADD CONSTRAINT pk_sensor_counter PRIMARY KEY (sensor_id, boot);
ALTER TABLE ONLY public.sensor_seen
    ADD CONSTRAINT pk_sensor_seen PRIMARY KEY (sensor_id);
ALTER TABLE ONLY public.signature
    ADD CONSTRAINT pk_signature PRIMARY KEY (id);
ALTER TABLE ONLY public.site
    ADD CONSTRAINT pk_site PRIMARY KEY (id);
ALTER TABLE ONLY public.storage_position
    ADD CONSTRAINT pk_storage_position PRIMARY KEY (id);
ALTER TABLE ONLY public.study
    ADD CONSTRAINT pk_study PRIMARY KEY (id);
ALTER TABLE ONLY public.study_plan
    ADD CONSTRAINT pk_study_plan PRIMARY KEY (id);
ALTER TABLE ONLY public.study_version
    ADD CONSTRAINT pk_study_version PRIMARY KEY (id);
ALTER TABLE ONLY public.thaw
    ADD CONSTRAINT pk_thaw PRIMARY KEY (id);
ALTER TABLE ONLY public.unit
    ADD CONSTRAINT pk_unit PRIMARY KEY (id);
ALTER TABLE ONLY public.weight
    ADD CONSTRAINT pk_weight PRIMARY KEY (id);
ALTER TABLE ONLY public.reading_p2026_05
    ADD CONSTRAINT reading_p2026_05_pkey PRIMARY KEY (sensor_id, device_time);
ALTER TABLE ONLY public.reading_pdefault
    ADD CONSTRAINT reading_pdefault_pkey PRIMARY KEY (sensor_id, device_time);
ALTER TABLE ONLY public.administration
    ADD CONSTRAINT uq_administration_kit_id UNIQUE (kit_id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT uq_batch_code UNIQUE (code);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT uq_batch_id_purpose UNIQUE (id, purpose);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT uq_batch_id_root_id UNIQUE (id, root_id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT uq_batch_root_id UNIQUE (root_id);
ALTER TABLE ONLY public.cell_count
    ADD CONSTRAINT uq_cell_count_culture_id UNIQUE (culture_id);
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT uq_consent_participant_id_purpose_given_at UNIQUE (participant_id, purpose, given_at);
ALTER TABLE ONLY public.culture
    ADD CONSTRAINT uq_culture_code UNIQUE (code);
ALTER TABLE ONLY public.culture
    ADD CONSTRAINT uq_culture_id_root_id UNIQUE (id, root_id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT uq_decision_batch_id_stage UNIQUE (batch_id, stage);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT uq_decision_signature_id UNIQUE (signature_id);
ALTER TABLE ONLY public.deviation
    ADD CONSTRAINT uq_deviation_code UNIQUE (code);
ALTER TABLE ONLY public.donation
    ADD CONSTRAINT uq_donation_din UNIQUE (din);
ALTER TABLE ONLY public.donor_test
    ADD CONSTRAINT uq_donor_test_root_id_marker_attempt UNIQUE (root_id, marker, attempt);
ALTER TABLE ONLY public.dose_plan
    ADD CONSTRAINT uq_dose_plan_kit_id UNIQUE (kit_id);
ALTER TABLE ONLY public.excursion_unit
    ADD CONSTRAINT uq_excursion_unit_excursion_id_unit_id UNIQUE (excursion_id, unit_id);
ALTER TABLE ONLY public.facility
    ADD CONSTRAINT uq_facility_code UNIQUE (code);
ALTER TABLE ONLY public.fill
    ADD CONSTRAINT uq_fill_preparation_id UNIQUE (preparation_id);
ALTER TABLE ONLY public.freezer
    ADD CONSTRAINT uq_freezer_code UNIQUE (code);
ALTER TABLE ONLY public.freezer
    ADD CONSTRAINT uq_freezer_facility_code_name UNIQUE (facility_code, name);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT uq_hold_number UNIQUE (number);
ALTER TABLE ONLY public.kit
    ADD CONSTRAINT uq_kit_number UNIQUE (number);
ALTER TABLE ONLY public.label_print
    ADD CONSTRAINT uq_label_print_material_id_layout_copy_number UNIQUE (material_id, layout, copy_number);
ALTER TABLE ONLY public.label_print
    ADD CONSTRAINT uq_label_print_scope_number UNIQUE (scope, number);
ALTER TABLE ONLY public.login_session
    ADD CONSTRAINT uq_login_session_token_sha256 UNIQUE (token_sha256);
ALTER TABLE ONLY public.lot
    ADD CONSTRAINT uq_lot_code UNIQUE (code);
ALTER TABLE ONLY public.lot
    ADD CONSTRAINT uq_lot_kind_supplier_supplier_lot UNIQUE (kind, supplier, supplier_lot);
ALTER TABLE ONLY public.material
    ADD CONSTRAINT uq_material_id_root_id UNIQUE (id, root_id);
ALTER TABLE ONLY public.material
    ADD CONSTRAINT uq_material_id_scope UNIQUE (id, scope);
ALTER TABLE ONLY public.material_parent
    ADD CONSTRAINT uq_material_parent_child_id_parent_id UNIQUE (child_id, parent_id);
ALTER TABLE ONLY public.material
    ADD CONSTRAINT uq_material_scope_code UNIQUE (scope, code);
ALTER TABLE ONLY public.participant
    ADD CONSTRAINT uq_participant_code UNIQUE (code);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT uq_person_username UNIQUE (username);
ALTER TABLE ONLY public.preparation
    ADD CONSTRAINT uq_preparation_kit_id UNIQUE (kit_id);
ALTER TABLE ONLY public.reading_batch
    ADD CONSTRAINT uq_reading_batch_site_stored_at UNIQUE (site, stored_at);
ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT uq_receipt_donation_id UNIQUE (donation_id);
ALTER TABLE ONLY public.refused_message
    ADD CONSTRAINT uq_refused_message_topic_sha256_reason UNIQUE (topic, sha256, reason);
ALTER TABLE ONLY public.remains_account
    ADD CONSTRAINT uq_remains_account_kit_id UNIQUE (kit_id);
ALTER TABLE ONLY public.result
    ADD CONSTRAINT uq_result_batch_id_test_attempt UNIQUE (batch_id, test, attempt);
ALTER TABLE ONLY public.role_grant
    ADD CONSTRAINT uq_role_grant_person_id_role_place UNIQUE (person_id, role, place);
ALTER TABLE ONLY public.sensor
    ADD CONSTRAINT uq_sensor_code UNIQUE (code);
ALTER TABLE ONLY public.site
    ADD CONSTRAINT uq_site_id_study_id UNIQUE (id, study_id);
ALTER TABLE ONLY public.site
    ADD CONSTRAINT uq_site_study_id_code UNIQUE (study_id, code);
ALTER TABLE ONLY public.storage_position
    ADD CONSTRAINT uq_storage_position_code UNIQUE (code);
ALTER TABLE ONLY public.storage_position
    ADD CONSTRAINT uq_storage_position_freezer_id_rack_box_slot UNIQUE (freezer_id, rack, box, slot);
ALTER TABLE ONLY public.study
    ADD CONSTRAINT uq_study_code UNIQUE (code);
ALTER TABLE ONLY public.study_plan
    ADD CONSTRAINT uq_study_plan_version_id_sequence_period UNIQUE (version_id, sequence, period);
ALTER TABLE ONLY public.study_version
    ADD CONSTRAINT uq_study_version_study_id_label UNIQUE (study_id, label);
ALTER TABLE ONLY public.thaw
    ADD CONSTRAINT uq_thaw_unit_id UNIQUE (unit_id);
ALTER TABLE ONLY public.unit
    ADD CONSTRAINT uq_unit_code UNIQUE (code);
ALTER TABLE ONLY sealed.access
    ADD CONSTRAINT access_pkey PRIMARY KEY (id);
ALTER TABLE ONLY sealed.allocation
    ADD CONSTRAINT allocation_participant_id_key UNIQUE (participant_id);
ALTER TABLE ONLY sealed.allocation
    ADD CONSTRAINT allocation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY sealed.allocation
    ADD CONSTRAINT allocation_study_id_stratum_position_key UNIQUE (study_id, stratum, "position");
ALTER TABLE ONLY sealed.kit_content
    ADD CONSTRAINT kit_content_pkey PRIMARY KEY (id);
ALTER TABLE ONLY sealed.kit_content
    ADD CONSTRAINT kit_content_preparation_id_key UNIQUE (preparation_id);
CREATE INDEX ix_act_recorded_at ON audit.act USING btree (recorded_at);
CREATE INDEX ix_entry_row ON audit.entry USING btree (table_name, row_id);
CREATE INDEX ix_entry_xid ON audit.entry USING btree (xid, id);
CREATE INDEX sealed_entry_table_name_row_id_idx ON audit.sealed_entry USING btree (table_name, row_id);
CREATE INDEX sealed_entry_xid_id_idx ON audit.sealed_entry USING btree (xid, id);
CREATE INDEX ix_custody_event_material_id ON public.custody_event USING btree (material_id, recorded_at);
CREATE INDEX ix_deviation_open_root ON public.deviation USING btree (root_id) WHERE ((state)::text = 'open'::text);
CREATE INDEX ix_excursion_current ON public.excursion USING btree (freezer_id, started_at) WHERE (withdrawn_at IS NULL);
CREATE INDEX ix_hold_open_root ON public.hold USING btree (root_id) WHERE (lifted_at IS NULL);
CREATE INDEX ix_material_root_id ON public.material USING btree (root_id);
CREATE INDEX ix_print_job_queued ON public.print_job USING btree (queued_at) WHERE ((state)::text = 'queued'::text);
CREATE INDEX ix_refused_message_last_at ON public.refused_message USING btree (last_at);
CREATE INDEX ix_sensor_freezer_id ON public.sensor USING btree (freezer_id);
CREATE UNIQUE INDEX uq_donation_of_period ON public.donation USING btree (participant_id, period) WHERE ((state)::text <> 'rejected'::text);
CREATE UNIQUE INDEX uq_handover_open ON public.handover USING btree (material_id) WHERE (taken_at IS NULL);
CREATE UNIQUE INDEX uq_kit_of_visit ON public.kit USING btree (participant_id, period) WHERE ((state)::text <> 'void'::text);
CREATE UNIQUE INDEX uq_placement_open_position ON public.placement USING btree (position_id) WHERE (removed_at IS NULL);
ALTER INDEX public.pk_reading ATTACH PARTITION public.reading_p2026_05_pkey;
ALTER INDEX public.pk_reading ATTACH PARTITION public.reading_pdefault_pkey;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON audit.act FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.act ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON audit.entry FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.entry ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON audit.leaf FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.leaf ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON audit.refusal FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.refusal ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON audit.sealed_entry FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.sealed_entry ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON audit.refusal FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE audit.refusal ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit.act FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE audit.act ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit.entry FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE audit.entry ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit.horizon FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE audit.horizon ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit.kind FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE audit.kind ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit.leaf FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE audit.leaf ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit.refusal FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE audit.refusal ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit.sealed_entry FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE audit.sealed_entry ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER accepted_donation BEFORE INSERT ON public.batch FOR EACH ROW EXECUTE FUNCTION public.refuse_unaccepted_donation();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.administration FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.administration ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.code_break FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.code_break ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.custody_event FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.custody_event ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.decision FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.decision ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.donor_test FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.donor_test ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.dose_plan FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.dose_plan ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.excursion_unit FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.excursion_unit ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.feed FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.feed ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.fill FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.fill ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.freezing_run FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.freezing_run ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.instance FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.instance ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.material FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.material ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.material_parent FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.material_parent ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.reading_batch FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.reading_batch ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.receipt FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.receipt ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.recount FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.recount ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.remains_account FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.remains_account ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.result FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.result ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.screening FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.screening ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.signature FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.signature ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.storage_position FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.storage_position ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.study_plan FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.study_plan ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.study_version FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.study_version ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.thaw FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.thaw ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.weight FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE public.weight ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.administration FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.administration ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.batch FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.batch ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.cell_count FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.cell_count ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.code_break FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.code_break ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.consent FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.consent ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.credential FOR EACH ROW EXECUTE FUNCTION audit.record('password_hash');
ALTER TABLE public.credential ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.culture FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.culture ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.custody_event FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.custody_event ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.decision FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.decision ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.deviation FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.deviation ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.donation FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.donation ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.donor_test FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.donor_test ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.dose_plan FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.dose_plan ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.excursion FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.excursion ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.excursion_unit FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.excursion_unit ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.facility FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.facility ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.feed FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.feed ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.fill FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.fill ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.freezer FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.freezer ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.freezing_run FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.freezing_run ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.handover FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.handover ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.hold FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.hold ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.instance FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.instance ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.kit FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.kit ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.label_print FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.label_print ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.login_session FOR EACH ROW EXECUTE FUNCTION audit.record('token_sha256');
ALTER TABLE public.login_session ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.lot FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.lot ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.material FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.material ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.material_parent FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.material_parent ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.participant FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.participant ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.person FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.person ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.placement FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.placement ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.preparation FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.preparation ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.reading_batch FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.reading_batch ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.receipt FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.receipt ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.recount FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.recount ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.remains_account FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.remains_account ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.result FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.result ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.role_grant FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.role_grant ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.screening FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.screening ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.sensor FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.sensor ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.signature FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.signature ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.site FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.site ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.storage_position FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.storage_position ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.study FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.study ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.study_plan FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.study_plan ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.study_version FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.study_version ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.thaw FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.thaw ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.unit FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.unit ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON public.weight FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.weight ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.administration FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.administration ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.batch FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.batch ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.cell_count FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.cell_count ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.code_break FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.code_break ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.consent FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.consent ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.credential FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.credential ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.culture FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.culture ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.custody_event FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.custody_event ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.decision FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.decision ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.deviation FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.deviation ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.donation FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.donation ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.donor_test FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.donor_test ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.dose_plan FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.dose_plan ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.excursion FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.excursion ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.excursion_unit FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.excursion_unit ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.facility FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.facility ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.feed FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.feed ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.fill FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.fill ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.freezer FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.freezer ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.freezing_run FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.freezing_run ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.handover FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.handover ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.hold FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.hold ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.instance FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.instance ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.kit FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.kit ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.label_print FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.label_print ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.login_session FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.login_session ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.lot FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.lot ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.material FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.material ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.material_parent FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.material_parent ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.participant FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.participant ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.person FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.person ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.placement FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.placement ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.preparation FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.preparation ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.reading_batch FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.reading_batch ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.receipt FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.receipt ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.recount FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.recount ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.remains_account FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.remains_account ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.result FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.result ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.role_grant FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.role_grant ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.screening FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.screening ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.sensor FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.sensor ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.signature FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.signature ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.site FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.site ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.storage_position FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.storage_position ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.study FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.study ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.study_plan FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.study_plan ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.study_version FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.study_version ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.thaw FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.thaw ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.unit FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.unit ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.weight FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE public.weight ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER cells_available BEFORE INSERT ON public.culture FOR EACH ROW EXECUTE FUNCTION public.refuse_too_many_cells();
CREATE TRIGGER fit_decision BEFORE INSERT ON public.decision FOR EACH ROW EXECUTE FUNCTION public.refuse_unfit_decision();
CREATE TRIGGER never_back BEFORE UPDATE ON public.unit FOR EACH ROW EXECUTE FUNCTION public.refuse_return_from_thaw();
CREATE TRIGGER not_held BEFORE INSERT ON public.thaw FOR EACH ROW EXECUTE FUNCTION public.refuse_held_unit();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON sealed.access FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE sealed.access ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON sealed.kit_content FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE sealed.kit_content ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON sealed.access FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE sealed.access ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON sealed.allocation FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE sealed.allocation ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_row AFTER INSERT OR DELETE OR UPDATE ON sealed.kit_content FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE sealed.kit_content ENABLE ALWAYS TRIGGER audit_row;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON sealed.access FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE sealed.access ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON sealed.allocation FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE sealed.allocation ENABLE ALWAYS TRIGGER audit_truncate;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON sealed.kit_content FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE sealed.kit_content ENABLE ALWAYS TRIGGER audit_truncate;
ALTER TABLE ONLY audit.act
    ADD CONSTRAINT act_kind_needs_reason_fkey FOREIGN KEY (kind, needs_reason) REFERENCES audit.kind(code, needs_reason);
ALTER TABLE ONLY audit.entry
    ADD CONSTRAINT entry_act_id_fkey FOREIGN KEY (act_id) REFERENCES audit.act(id);
ALTER TABLE ONLY audit.sealed_entry
    ADD CONSTRAINT sealed_entry_act_id_fkey FOREIGN KEY (act_id) REFERENCES audit.act(id);
ALTER TABLE ONLY public.administration
    ADD CONSTRAINT fk_administration_given_by FOREIGN KEY (given_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.administration
    ADD CONSTRAINT fk_administration_kit_id FOREIGN KEY (kit_id) REFERENCES public.kit(id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT fk_batch_facility_id FOREIGN KEY (facility_id) REFERENCES public.facility(id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT fk_batch_material FOREIGN KEY (id, root_id) REFERENCES public.material(id, root_id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT fk_batch_opened_by FOREIGN KEY (opened_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT fk_batch_root_id FOREIGN KEY (root_id) REFERENCES public.donation(id);
ALTER TABLE ONLY public.cell_count
    ADD CONSTRAINT fk_cell_count_batch FOREIGN KEY (batch_id, root_id) REFERENCES public.batch(id, root_id);
ALTER TABLE ONLY public.cell_count
    ADD CONSTRAINT fk_cell_count_counted_by FOREIGN KEY (counted_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.cell_count
    ADD CONSTRAINT fk_cell_count_verified_by FOREIGN KEY (verified_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.code_break
    ADD CONSTRAINT fk_code_break_participant_id FOREIGN KEY (participant_id) REFERENCES public.participant(id);
ALTER TABLE ONLY public.code_break
    ADD CONSTRAINT fk_code_break_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT fk_consent_participant_id FOREIGN KEY (participant_id) REFERENCES public.participant(id);
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT fk_consent_recorded_by FOREIGN KEY (recorded_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT fk_credential_id FOREIGN KEY (id) REFERENCES public.person(id);
ALTER TABLE ONLY public.culture
    ADD CONSTRAINT fk_culture_batch FOREIGN KEY (batch_id, root_id) REFERENCES public.batch(id, root_id);
ALTER TABLE ONLY public.culture
    ADD CONSTRAINT fk_culture_material FOREIGN KEY (id, root_id) REFERENCES public.material(id, root_id);
ALTER TABLE ONLY public.culture
    ADD CONSTRAINT fk_culture_seeded_by FOREIGN KEY (seeded_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.culture
    ADD CONSTRAINT fk_culture_seeded_from FOREIGN KEY (seeded_from) REFERENCES public.cell_count(id);
ALTER TABLE ONLY public.custody_event
    ADD CONSTRAINT fk_custody_event_material FOREIGN KEY (material_id, material_scope) REFERENCES public.material(id, scope);
ALTER TABLE ONLY public.custody_event
    ADD CONSTRAINT fk_custody_event_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_batch FOREIGN KEY (batch_id, root_id) REFERENCES public.batch(id, root_id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_decided_by FOREIGN KEY (decided_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_purpose FOREIGN KEY (batch_id, purpose) REFERENCES public.batch(id, purpose);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_signature_id FOREIGN KEY (signature_id) REFERENCES public.signature(id);
ALTER TABLE ONLY public.deviation
    ADD CONSTRAINT fk_deviation_closed_by FOREIGN KEY (closed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.deviation
    ADD CONSTRAINT fk_deviation_material FOREIGN KEY (material_id, root_id) REFERENCES public.material(id, root_id);
ALTER TABLE ONLY public.deviation
    ADD CONSTRAINT fk_deviation_opened_by FOREIGN KEY (opened_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.deviation
    ADD CONSTRAINT fk_deviation_root_id FOREIGN KEY (root_id) REFERENCES public.material(id);
ALTER TABLE ONLY public.dirty_interval
    ADD CONSTRAINT fk_dirty_interval_sensor_id FOREIGN KEY (sensor_id) REFERENCES public.sensor(id);
ALTER TABLE ONLY public.donation
    ADD CONSTRAINT fk_donation_collected_by FOREIGN KEY (collected_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.donation
    ADD CONSTRAINT fk_donation_id FOREIGN KEY (id) REFERENCES public.material(id);
ALTER TABLE ONLY public.donation
    ADD CONSTRAINT fk_donation_participant_id FOREIGN KEY (participant_id) REFERENCES public.participant(id);
ALTER TABLE ONLY public.donor_test
    ADD CONSTRAINT fk_donor_test_recorded_by FOREIGN KEY (recorded_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.donor_test
    ADD CONSTRAINT fk_donor_test_root_id FOREIGN KEY (root_id) REFERENCES public.donation(id);
ALTER TABLE ONLY public.dose_plan
    ADD CONSTRAINT fk_dose_plan_kit_id FOREIGN KEY (kit_id) REFERENCES public.kit(id);
ALTER TABLE ONLY public.dose_plan
    ADD CONSTRAINT fk_dose_plan_planned_by FOREIGN KEY (planned_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.dose_plan
    ADD CONSTRAINT fk_dose_plan_weight_id FOREIGN KEY (weight_id) REFERENCES public.weight(id);
ALTER TABLE ONLY public.excursion
    ADD CONSTRAINT fk_excursion_first_id FOREIGN KEY (first_id) REFERENCES public.excursion(id);
ALTER TABLE ONLY public.excursion
    ADD CONSTRAINT fk_excursion_freezer_id FOREIGN KEY (freezer_id) REFERENCES public.freezer(id);
ALTER TABLE ONLY public.excursion
    ADD CONSTRAINT fk_excursion_superseded_by FOREIGN KEY (superseded_by) REFERENCES public.excursion(id);
ALTER TABLE ONLY public.excursion_unit
    ADD CONSTRAINT fk_excursion_unit_deviation_id FOREIGN KEY (deviation_id) REFERENCES public.deviation(id);
ALTER TABLE ONLY public.excursion_unit
    ADD CONSTRAINT fk_excursion_unit_excursion_id FOREIGN KEY (excursion_id) REFERENCES public.excursion(id);
ALTER TABLE ONLY public.excursion_unit
    ADD CONSTRAINT fk_excursion_unit_hold_id FOREIGN KEY (hold_id) REFERENCES public.hold(id);
ALTER TABLE ONLY public.excursion_unit
    ADD CONSTRAINT fk_excursion_unit_unit_id FOREIGN KEY (unit_id) REFERENCES public.material(id);
ALTER TABLE ONLY public.feed
    ADD CONSTRAINT fk_feed_culture_id FOREIGN KEY (culture_id) REFERENCES public.culture(id);
ALTER TABLE ONLY public.feed
    ADD CONSTRAINT fk_feed_fed_by FOREIGN KEY (fed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.feed
    ADD CONSTRAINT fk_feed_lot_id FOREIGN KEY (lot_id) REFERENCES public.lot(id);
ALTER TABLE ONLY public.fill
    ADD CONSTRAINT fk_fill_filled_by FOREIGN KEY (filled_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.fill
    ADD CONSTRAINT fk_fill_lot_id FOREIGN KEY (lot_id) REFERENCES public.lot(id);
ALTER TABLE ONLY public.fill
    ADD CONSTRAINT fk_fill_preparation_id FOREIGN KEY (preparation_id) REFERENCES public.preparation(id);
ALTER TABLE ONLY public.freezing_run
    ADD CONSTRAINT fk_freezing_run_batch FOREIGN KEY (batch_id, root_id) REFERENCES public.batch(id, root_id);
ALTER TABLE ONLY public.freezing_run
    ADD CONSTRAINT fk_freezing_run_frozen_by FOREIGN KEY (frozen_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT fk_handover_handed_by FOREIGN KEY (handed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT fk_handover_material FOREIGN KEY (material_id, material_scope) REFERENCES public.material(id, scope);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT fk_handover_taken_by FOREIGN KEY (taken_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT fk_hold_lifted_by FOREIGN KEY (lifted_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT fk_hold_material FOREIGN KEY (material_id, root_id) REFERENCES public.material(id, root_id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT fk_hold_placed_by FOREIGN KEY (placed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT fk_hold_root_id FOREIGN KEY (root_id) REFERENCES public.material(id);
ALTER TABLE ONLY public.kit
    ADD CONSTRAINT fk_kit_id FOREIGN KEY (id) REFERENCES public.material(id);
ALTER TABLE ONLY public.kit
    ADD CONSTRAINT fk_kit_participant_id FOREIGN KEY (participant_id) REFERENCES public.participant(id);
ALTER TABLE ONLY public.label_print
    ADD CONSTRAINT fk_label_print_material FOREIGN KEY (material_id, scope) REFERENCES public.material(id, scope);
ALTER TABLE ONLY public.label_print
    ADD CONSTRAINT fk_label_print_printed_by FOREIGN KEY (printed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.login_session
    ADD CONSTRAINT fk_login_session_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.lot
    ADD CONSTRAINT fk_lot_id FOREIGN KEY (id) REFERENCES public.material(id);
ALTER TABLE ONLY public.lot
    ADD CONSTRAINT fk_lot_received_by FOREIGN KEY (received_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.material_parent
    ADD CONSTRAINT fk_material_parent_child FOREIGN KEY (child_id, root_id) REFERENCES public.material(id, root_id);
ALTER TABLE ONLY public.material_parent
    ADD CONSTRAINT fk_material_parent_parent FOREIGN KEY (parent_id, root_id) REFERENCES public.material(id, root_id);
ALTER TABLE ONLY public.material
    ADD CONSTRAINT fk_material_root_id FOREIGN KEY (root_id) REFERENCES public.material(id);
ALTER TABLE ONLY public.participant
    ADD CONSTRAINT fk_participant_site FOREIGN KEY (site_id, study_id) REFERENCES public.site(id, study_id);
ALTER TABLE ONLY public.participant
    ADD CONSTRAINT fk_participant_study_id FOREIGN KEY (study_id) REFERENCES public.study(id);
ALTER TABLE ONLY public.participant
    ADD CONSTRAINT fk_participant_version_id FOREIGN KEY (version_id) REFERENCES public.study_version(id);
ALTER TABLE ONLY public.placement
    ADD CONSTRAINT fk_placement_placed_by FOREIGN KEY (placed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.placement
    ADD CONSTRAINT fk_placement_position_id FOREIGN KEY (position_id) REFERENCES public.storage_position(id);
ALTER TABLE ONLY public.placement
    ADD CONSTRAINT fk_placement_unit_id FOREIGN KEY (unit_id) REFERENCES public.unit(id);
ALTER TABLE ONLY public.preparation
    ADD CONSTRAINT fk_preparation_kit_id FOREIGN KEY (kit_id) REFERENCES public.kit(id);
ALTER TABLE ONLY public.preparation
    ADD CONSTRAINT fk_preparation_opened_by FOREIGN KEY (opened_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.preparation
    ADD CONSTRAINT fk_preparation_ready_signature_id FOREIGN KEY (ready_signature_id) REFERENCES public.signature(id);
ALTER TABLE ONLY public.print_job
    ADD CONSTRAINT fk_print_job_label_print_id FOREIGN KEY (label_print_id) REFERENCES public.label_print(id);
ALTER TABLE ONLY public.reading_gap
    ADD CONSTRAINT fk_reading_gap_sensor_id FOREIGN KEY (sensor_id) REFERENCES public.sensor(id);
ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT fk_receipt_donation_id FOREIGN KEY (donation_id) REFERENCES public.donation(id);
ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT fk_receipt_received_by FOREIGN KEY (received_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.recount
    ADD CONSTRAINT fk_recount_counted_by FOREIGN KEY (counted_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.recount
    ADD CONSTRAINT fk_recount_preparation_id FOREIGN KEY (preparation_id) REFERENCES public.preparation(id);
ALTER TABLE ONLY public.remains_account
    ADD CONSTRAINT fk_remains_account_accounted_by FOREIGN KEY (accounted_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.remains_account
    ADD CONSTRAINT fk_remains_account_kit_id FOREIGN KEY (kit_id) REFERENCES public.kit(id);
ALTER TABLE ONLY public.result
    ADD CONSTRAINT fk_result_batch FOREIGN KEY (batch_id, root_id) REFERENCES public.batch(id, root_id);
ALTER TABLE ONLY public.result
    ADD CONSTRAINT fk_result_recorded_by FOREIGN KEY (recorded_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.role_grant
    ADD CONSTRAINT fk_role_grant_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.screening
    ADD CONSTRAINT fk_screening_judged_by FOREIGN KEY (judged_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.screening
    ADD CONSTRAINT fk_screening_participant_id FOREIGN KEY (participant_id) REFERENCES public.participant(id);
ALTER TABLE ONLY public.sensor_counter
    ADD CONSTRAINT fk_sensor_counter_sensor_id FOREIGN KEY (sensor_id) REFERENCES public.sensor(id);
ALTER TABLE ONLY public.sensor
    ADD CONSTRAINT fk_sensor_freezer_id FOREIGN KEY (freezer_id) REFERENCES public.freezer(id);
ALTER TABLE ONLY public.sensor_seen
    ADD CONSTRAINT fk_sensor_seen_sensor_id FOREIGN KEY (sensor_id) REFERENCES public.sensor(id);
ALTER TABLE ONLY public.signature
    ADD CONSTRAINT fk_signature_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.site
    ADD CONSTRAINT fk_site_facility_id FOREIGN KEY (facility_id) REFERENCES public.facility(id);
ALTER TABLE ONLY public.site
    ADD CONSTRAINT fk_site_study_id FOREIGN KEY (study_id) REFERENCES public.study(id);
ALTER TABLE ONLY public.storage_position
    ADD CONSTRAINT fk_storage_position_freezer_id FOREIGN KEY (freezer_id) REFERENCES public.freezer(id);
ALTER TABLE ONLY public.study_plan
    ADD CONSTRAINT fk_study_plan_version_id FOREIGN KEY (version_id) REFERENCES public.study_version(id);
ALTER TABLE ONLY public.study_version
    ADD CONSTRAINT fk_study_version_study_id FOREIGN KEY (study_id) REFERENCES public.study(id);
ALTER TABLE ONLY public.thaw
    ADD CONSTRAINT fk_thaw_preparation_id FOREIGN KEY (preparation_id) REFERENCES public.preparation(id);
ALTER TABLE ONLY public.thaw
    ADD CONSTRAINT fk_thaw_thawed_by FOREIGN KEY (thawed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.thaw
    ADD CONSTRAINT fk_thaw_unit_id FOREIGN KEY (unit_id) REFERENCES public.unit(id);
ALTER TABLE ONLY public.unit
    ADD CONSTRAINT fk_unit_batch FOREIGN KEY (batch_id, root_id) REFERENCES public.batch(id, root_id);
ALTER TABLE ONLY public.unit
    ADD CONSTRAINT fk_unit_material FOREIGN KEY (id, root_id) REFERENCES public.material(id, root_id);
ALTER TABLE ONLY public.unit
    ADD CONSTRAINT fk_unit_run_id FOREIGN KEY (run_id) REFERENCES public.freezing_run(id);
ALTER TABLE ONLY public.weight
    ADD CONSTRAINT fk_weight_measured_by FOREIGN KEY (measured_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.weight
    ADD CONSTRAINT fk_weight_participant_id FOREIGN KEY (participant_id) REFERENCES public.participant(id);
ALTER TABLE ONLY sealed.access
    ADD CONSTRAINT access_act_id_fkey FOREIGN KEY (act_id) REFERENCES audit.act(id);
ALTER TABLE ONLY sealed.access
    ADD CONSTRAINT access_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.person(id);
ALTER TABLE ONLY sealed.allocation
    ADD CONSTRAINT allocation_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.participant(id);
ALTER TABLE ONLY sealed.allocation
    ADD CONSTRAINT allocation_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.study(id);
ALTER TABLE ONLY sealed.kit_content
    ADD CONSTRAINT kit_content_id_fkey FOREIGN KEY (id) REFERENCES public.kit(id);
ALTER TABLE ONLY sealed.kit_content
    ADD CONSTRAINT kit_content_preparation_id_fkey FOREIGN KEY (preparation_id) REFERENCES public.preparation(id);
CREATE POLICY bedside_scope ON public.code_counter TO biobank_bedside USING ((scope = 'bedside'::text)) WITH CHECK ((scope = 'bedside'::text));
CREATE POLICY bedside_scope ON public.custody_event TO biobank_bedside USING (((scope)::text = 'bedside'::text)) WITH CHECK (((scope)::text = 'bedside'::text));
CREATE POLICY bedside_scope ON public.handover TO biobank_bedside USING (((material_scope)::text = 'bedside'::text)) WITH CHECK (((material_scope)::text = 'bedside'::text));
CREATE POLICY bedside_scope ON public.label_print TO biobank_bedside USING (((scope)::text = 'bedside'::text)) WITH CHECK (((scope)::text = 'bedside'::text));
CREATE POLICY bedside_scope ON public.material TO biobank_bedside USING (((scope)::text = 'bedside'::text)) WITH CHECK (((scope)::text = 'bedside'::text));
ALTER TABLE public.code_counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.custody_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY facility_all ON public.code_counter TO biobank_facility, biobank_worker USING (true) WITH CHECK ((scope = 'facility'::text));
CREATE POLICY facility_all ON public.custody_event TO biobank_facility, biobank_worker, biobank_auditor USING (true) WITH CHECK (true);
CREATE POLICY facility_all ON public.handover TO biobank_facility, biobank_auditor USING (true) WITH CHECK (true);
CREATE POLICY facility_all ON public.label_print TO biobank_facility, biobank_printing, biobank_auditor USING (true) WITH CHECK (true);
CREATE POLICY facility_all ON public.material TO biobank_facility, biobank_worker, biobank_printing, biobank_auditor USING (true) WITH CHECK (true);
ALTER TABLE public.handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.idempotency_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.label_print ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.material ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_keys ON public.idempotency_key USING ((login = SESSION_USER)) WITH CHECK ((login = SESSION_USER));
CREATE POLICY purge ON public.idempotency_key TO biobank_worker USING (true);
GRANT USAGE ON SCHEMA audit TO biobank_facility;
GRANT USAGE ON SCHEMA audit TO biobank_bedside;
GRANT USAGE ON SCHEMA audit TO biobank_desk;
GRANT USAGE ON SCHEMA audit TO biobank_worker;
GRANT USAGE ON SCHEMA audit TO biobank_ingest;
GRANT USAGE ON SCHEMA audit TO biobank_printing;
GRANT USAGE ON SCHEMA audit TO biobank_auditor;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO biobank_facility;
GRANT USAGE ON SCHEMA public TO biobank_bedside;
GRANT USAGE ON SCHEMA public TO biobank_desk;
GRANT USAGE ON SCHEMA public TO biobank_worker;
GRANT USAGE ON SCHEMA public TO biobank_ingest;
GRANT USAGE ON SCHEMA public TO biobank_printing;
GRANT USAGE ON SCHEMA public TO biobank_auditor;
GRANT USAGE ON SCHEMA sealed TO biobank_facility;
GRANT USAGE ON SCHEMA sealed TO biobank_bedside;
REVOKE ALL ON FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamp with time zone, occurred timestamp with time zone, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamp with time zone, occurred timestamp with time zone, why text) TO biobank_facility;
GRANT ALL ON FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamp with time zone, occurred timestamp with time zone, why text) TO biobank_bedside;
GRANT ALL ON FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamp with time zone, occurred timestamp with time zone, why text) TO biobank_desk;
GRANT ALL ON FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamp with time zone, occurred timestamp with time zone, why text) TO biobank_worker;
GRANT ALL ON FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamp with time zone, occurred timestamp with time zone, why text) TO biobank_ingest;
GRANT ALL ON FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamp with time zone, occurred timestamp with time zone, why text) TO biobank_printing;
GRANT SELECT ON TABLE audit.act TO biobank_auditor;
GRANT SELECT ON TABLE audit.act TO biobank_facility;
REVOKE ALL ON FUNCTION audit.current_act() FROM PUBLIC;
REVOKE ALL ON PROCEDURE audit."freeze"(IN frozen regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.record() FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.refuse_change() FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.refuse_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.seal(at timestamp with time zone, everything boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION audit.seal(at timestamp with time zone, everything boolean) TO biobank_worker;
REVOKE ALL ON PROCEDURE audit.watch(IN watched regclass, VARIADIC hidden text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.monitoring_make_partitions(from_month date, months integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.monitoring_make_partitions(from_month date, months integer) TO biobank_ingest;
GRANT ALL ON FUNCTION public.monitoring_make_partitions(from_month date, months integer) TO biobank_worker;
REVOKE ALL ON FUNCTION public.refuse_held_unit() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.refuse_return_from_thaw() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.refuse_too_many_cells() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.refuse_unaccepted_donation() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.refuse_unfit_decision() FROM PUBLIC;
REVOKE ALL ON FUNCTION sealed.assign_next(participant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION sealed.assign_next(participant uuid) TO biobank_bedside;
REVOKE ALL ON FUNCTION sealed.break_code(participant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION sealed.break_code(participant uuid) TO biobank_bedside;
GRANT ALL ON FUNCTION sealed.break_code(participant uuid) TO biobank_facility;
REVOKE ALL ON FUNCTION sealed.fill_kit(kit uuid, preparation uuid, what text) FROM PUBLIC;
GRANT ALL ON FUNCTION sealed.fill_kit(kit uuid, preparation uuid, what text) TO biobank_facility;
REVOKE ALL ON FUNCTION sealed.kit_blocked(kit uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION sealed.kit_blocked(kit uuid) TO biobank_bedside;
REVOKE ALL ON FUNCTION sealed.kit_content(kit uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION sealed.kit_content(kit uuid) TO biobank_facility;
REVOKE ALL ON FUNCTION sealed.note(called text, about uuid) FROM PUBLIC;
GRANT SELECT,INSERT ON TABLE public.study_plan TO biobank_desk;
GRANT SELECT ON TABLE public.study_plan TO biobank_facility;
GRANT SELECT ON TABLE public.study_plan TO biobank_bedside;
GRANT SELECT ON TABLE public.study_plan TO biobank_worker;
GRANT SELECT ON TABLE public.study_plan TO biobank_auditor;
REVOKE ALL ON FUNCTION sealed.plan_of(participant uuid, in_period integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION sealed.route_of(donation uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION sealed.route_of(donation uuid) TO biobank_facility;
REVOKE ALL ON FUNCTION sealed.upload_list(study uuid, for_stratum text, sequences text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION sealed.upload_list(study uuid, for_stratum text, sequences text[]) TO biobank_facility;
REVOKE ALL ON FUNCTION sealed.verify_list(study uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION sealed.verify_list(study uuid) TO biobank_facility;
GRANT SELECT ON TABLE audit.entry TO biobank_auditor;
GRANT SELECT ON TABLE audit.entry TO biobank_facility;
GRANT SELECT ON TABLE audit.kind TO biobank_auditor;
GRANT SELECT ON TABLE audit.kind TO biobank_facility;
GRANT SELECT ON TABLE audit.leaf TO biobank_worker;
GRANT SELECT ON TABLE audit.leaf TO biobank_auditor;
GRANT SELECT ON TABLE audit.refusal TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE audit.refusal TO biobank_facility;
GRANT INSERT ON TABLE audit.refusal TO biobank_bedside;
GRANT INSERT ON TABLE audit.refusal TO biobank_desk;
GRANT INSERT ON TABLE audit.refusal TO biobank_worker;
GRANT SELECT ON TABLE public.administration TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.administration TO biobank_bedside;
GRANT SELECT ON TABLE public.administration TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.batch TO biobank_facility;
GRANT SELECT ON TABLE public.batch TO biobank_auditor;
GRANT SELECT ON TABLE public.batch TO biobank_worker;
GRANT UPDATE(state) ON TABLE public.batch TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.cell_count TO biobank_facility;
GRANT SELECT ON TABLE public.cell_count TO biobank_auditor;
GRANT UPDATE(verified_by) ON TABLE public.cell_count TO biobank_facility;
GRANT UPDATE(verified_at) ON TABLE public.cell_count TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.code_break TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.code_break TO biobank_bedside;
GRANT SELECT ON TABLE public.code_break TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.code_counter TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.code_counter TO biobank_bedside;
GRANT SELECT,INSERT ON TABLE public.code_counter TO biobank_worker;
GRANT UPDATE(last) ON TABLE public.code_counter TO biobank_facility;
GRANT UPDATE(last) ON TABLE public.code_counter TO biobank_bedside;
GRANT UPDATE(last) ON TABLE public.code_counter TO biobank_worker;
GRANT SELECT ON TABLE public.consent TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.consent TO biobank_bedside;
GRANT SELECT ON TABLE public.consent TO biobank_auditor;
GRANT UPDATE(withdrawn_at) ON TABLE public.consent TO biobank_bedside;
GRANT SELECT,INSERT ON TABLE public.credential TO biobank_desk;
GRANT UPDATE(password_hash) ON TABLE public.credential TO biobank_desk;
GRANT UPDATE(changed_at) ON TABLE public.credential TO biobank_desk;
GRANT SELECT,INSERT ON TABLE public.culture TO biobank_facility;
GRANT SELECT ON TABLE public.culture TO biobank_auditor;
GRANT UPDATE(state) ON TABLE public.culture TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.custody_event TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.custody_event TO biobank_bedside;
GRANT SELECT,INSERT ON TABLE public.custody_event TO biobank_worker;
GRANT SELECT ON TABLE public.custody_event TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.decision TO biobank_facility;
GRANT SELECT ON TABLE public.decision TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.deviation TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.deviation TO biobank_worker;
GRANT SELECT ON TABLE public.deviation TO biobank_auditor;
GRANT UPDATE(state) ON TABLE public.deviation TO biobank_facility;
GRANT UPDATE(closed_by) ON TABLE public.deviation TO biobank_facility;
GRANT UPDATE(closed_at) ON TABLE public.deviation TO biobank_facility;
GRANT UPDATE(conclusion) ON TABLE public.deviation TO biobank_facility;
GRANT INSERT ON TABLE public.dirty_interval TO biobank_ingest;
GRANT SELECT,DELETE ON TABLE public.dirty_interval TO biobank_worker;
GRANT SELECT ON TABLE public.donation TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.donation TO biobank_bedside;
GRANT SELECT ON TABLE public.donation TO biobank_auditor;
GRANT UPDATE(state) ON TABLE public.donation TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.donor_test TO biobank_facility;
GRANT SELECT ON TABLE public.donor_test TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.dose_plan TO biobank_facility;
GRANT SELECT ON TABLE public.dose_plan TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.excursion TO biobank_worker;
GRANT SELECT ON TABLE public.excursion TO biobank_facility;
GRANT UPDATE(ended_at) ON TABLE public.excursion TO biobank_worker;
GRANT UPDATE(peak_c) ON TABLE public.excursion TO biobank_worker;
GRANT UPDATE(computed_at) ON TABLE public.excursion TO biobank_worker;
GRANT UPDATE(withdrawn_at) ON TABLE public.excursion TO biobank_worker;
GRANT UPDATE(superseded_by) ON TABLE public.excursion TO biobank_worker;
GRANT SELECT,INSERT ON TABLE public.excursion_unit TO biobank_worker;
GRANT SELECT ON TABLE public.excursion_unit TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.facility TO biobank_desk;
GRANT SELECT ON TABLE public.facility TO biobank_facility;
GRANT SELECT ON TABLE public.facility TO biobank_bedside;
GRANT SELECT ON TABLE public.facility TO biobank_worker;
GRANT SELECT ON TABLE public.facility TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.feed TO biobank_facility;
GRANT SELECT ON TABLE public.feed TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.fill TO biobank_facility;
GRANT SELECT ON TABLE public.fill TO biobank_auditor;
GRANT SELECT ON TABLE public.freezer TO biobank_worker;
GRANT SELECT,INSERT ON TABLE public.freezer TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.freezing_run TO biobank_facility;
GRANT SELECT ON TABLE public.freezing_run TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.handover TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.handover TO biobank_bedside;
GRANT SELECT ON TABLE public.handover TO biobank_auditor;
GRANT UPDATE(taken_by) ON TABLE public.handover TO biobank_facility;
GRANT UPDATE(taken_by) ON TABLE public.handover TO biobank_bedside;
GRANT UPDATE(taken_at) ON TABLE public.handover TO biobank_facility;
GRANT UPDATE(taken_at) ON TABLE public.handover TO biobank_bedside;
GRANT SELECT,INSERT ON TABLE public.hold TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.hold TO biobank_worker;
GRANT SELECT ON TABLE public.hold TO biobank_auditor;
GRANT UPDATE(lifted_by) ON TABLE public.hold TO biobank_facility;
GRANT UPDATE(lifted_at) ON TABLE public.hold TO biobank_facility;
GRANT UPDATE(lift_reason) ON TABLE public.hold TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.idempotency_key TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.idempotency_key TO biobank_bedside;
GRANT SELECT,INSERT ON TABLE public.idempotency_key TO biobank_desk;
GRANT DELETE ON TABLE public.idempotency_key TO biobank_worker;
GRANT UPDATE(answer) ON TABLE public.idempotency_key TO biobank_facility;
GRANT UPDATE(answer) ON TABLE public.idempotency_key TO biobank_bedside;
GRANT UPDATE(answer) ON TABLE public.idempotency_key TO biobank_desk;
GRANT SELECT(claimed_at) ON TABLE public.idempotency_key TO biobank_worker;
GRANT SELECT ON TABLE public.instance TO biobank_facility;
GRANT SELECT ON TABLE public.instance TO biobank_bedside;
GRANT SELECT ON TABLE public.instance TO biobank_desk;
GRANT SELECT ON TABLE public.instance TO biobank_worker;
GRANT SELECT ON TABLE public.instance TO biobank_ingest;
GRANT SELECT ON TABLE public.instance TO biobank_printing;
GRANT SELECT ON TABLE public.instance TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.kit TO biobank_facility;
GRANT SELECT ON TABLE public.kit TO biobank_bedside;
GRANT SELECT ON TABLE public.kit TO biobank_auditor;
GRANT UPDATE(state) ON TABLE public.kit TO biobank_facility;
GRANT UPDATE(state) ON TABLE public.kit TO biobank_bedside;
GRANT SELECT,INSERT ON TABLE public.label_print TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.label_print TO biobank_bedside;
GRANT SELECT ON TABLE public.label_print TO biobank_printing;
GRANT SELECT ON TABLE public.label_print TO biobank_auditor;
GRANT UPDATE(state) ON TABLE public.label_print TO biobank_facility;
GRANT UPDATE(state) ON TABLE public.label_print TO biobank_bedside;
GRANT SELECT,INSERT ON TABLE public.login_session TO biobank_desk;
GRANT UPDATE(ended_at) ON TABLE public.login_session TO biobank_desk;
GRANT SELECT,INSERT ON TABLE public.lot TO biobank_facility;
GRANT SELECT ON TABLE public.lot TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.material TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.material TO biobank_bedside;
GRANT SELECT ON TABLE public.material TO biobank_worker;
GRANT SELECT ON TABLE public.material TO biobank_printing;
GRANT SELECT ON TABLE public.material TO biobank_auditor;
GRANT UPDATE(registered_at) ON TABLE public.material TO biobank_facility;
GRANT UPDATE(registered_at) ON TABLE public.material TO biobank_bedside;
GRANT UPDATE(registered_at) ON TABLE public.material TO biobank_worker;
GRANT SELECT,INSERT ON TABLE public.material_parent TO biobank_facility;
GRANT SELECT ON TABLE public.material_parent TO biobank_auditor;
GRANT SELECT ON TABLE public.participant TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.participant TO biobank_bedside;
GRANT SELECT ON TABLE public.participant TO biobank_auditor;
GRANT UPDATE(state) ON TABLE public.participant TO biobank_bedside;
GRANT UPDATE(allocated_at) ON TABLE public.participant TO biobank_bedside;
GRANT UPDATE(baseline_at) ON TABLE public.participant TO biobank_bedside;
GRANT SELECT ON TABLE public.person TO biobank_facility;
GRANT SELECT ON TABLE public.person TO biobank_bedside;
GRANT SELECT,INSERT ON TABLE public.person TO biobank_desk;
GRANT SELECT ON TABLE public.person TO biobank_worker;
GRANT SELECT ON TABLE public.person TO biobank_printing;
GRANT SELECT ON TABLE public.person TO biobank_ingest;
GRANT SELECT ON TABLE public.person TO biobank_auditor;
GRANT UPDATE(ended_at) ON TABLE public.person TO biobank_desk;
GRANT SELECT,INSERT ON TABLE public.placement TO biobank_facility;
GRANT SELECT ON TABLE public.placement TO biobank_worker;
GRANT SELECT ON TABLE public.placement TO biobank_auditor;
GRANT UPDATE(removed_at) ON TABLE public.placement TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.preparation TO biobank_facility;
GRANT SELECT ON TABLE public.preparation TO biobank_auditor;
GRANT UPDATE(state) ON TABLE public.preparation TO biobank_facility;
GRANT UPDATE(low_dose_reason) ON TABLE public.preparation TO biobank_facility;
GRANT UPDATE(ready_signature_id) ON TABLE public.preparation TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.print_job TO biobank_facility;
GRANT INSERT ON TABLE public.print_job TO biobank_bedside;
GRANT SELECT ON TABLE public.print_job TO biobank_printing;
GRANT UPDATE(state) ON TABLE public.print_job TO biobank_printing;
GRANT UPDATE(changed_at) ON TABLE public.print_job TO biobank_printing;
GRANT SELECT,INSERT ON TABLE public.reading TO biobank_ingest;
GRANT SELECT ON TABLE public.reading TO biobank_worker;
GRANT SELECT ON TABLE public.reading TO biobank_facility;
GRANT SELECT ON TABLE public.reading TO biobank_auditor;
GRANT INSERT ON TABLE public.reading_batch TO biobank_ingest;
GRANT SELECT ON TABLE public.reading_batch TO biobank_facility;
GRANT SELECT ON TABLE public.reading_batch TO biobank_auditor;
GRANT SELECT,INSERT,DELETE ON TABLE public.reading_gap TO biobank_ingest;
GRANT SELECT ON TABLE public.reading_gap TO biobank_worker;
GRANT SELECT ON TABLE public.reading_gap TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.receipt TO biobank_facility;
GRANT SELECT ON TABLE public.receipt TO biobank_bedside;
GRANT SELECT ON TABLE public.receipt TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.recount TO biobank_facility;
GRANT SELECT ON TABLE public.recount TO biobank_auditor;
GRANT INSERT ON TABLE public.refused_message TO biobank_ingest;
GRANT SELECT ON TABLE public.refused_message TO biobank_facility;
GRANT SELECT(id) ON TABLE public.refused_message TO biobank_ingest;
GRANT SELECT(topic) ON TABLE public.refused_message TO biobank_ingest;
GRANT SELECT(sha256) ON TABLE public.refused_message TO biobank_ingest;
GRANT SELECT(reason) ON TABLE public.refused_message TO biobank_ingest;
GRANT SELECT(times),UPDATE(times) ON TABLE public.refused_message TO biobank_ingest;
GRANT SELECT(last_at),UPDATE(last_at) ON TABLE public.refused_message TO biobank_ingest;
GRANT SELECT ON TABLE public.remains_account TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.remains_account TO biobank_bedside;
GRANT SELECT ON TABLE public.remains_account TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.result TO biobank_facility;
GRANT SELECT ON TABLE public.result TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.role_grant TO biobank_desk;
GRANT SELECT ON TABLE public.role_grant TO biobank_auditor;
GRANT UPDATE(ended_at) ON TABLE public.role_grant TO biobank_desk;
GRANT SELECT ON TABLE public.screening TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.screening TO biobank_bedside;
GRANT SELECT ON TABLE public.screening TO biobank_auditor;
GRANT SELECT ON TABLE public.sensor TO biobank_worker;
GRANT SELECT,INSERT ON TABLE public.sensor TO biobank_facility;
GRANT SELECT ON TABLE public.sensor TO biobank_auditor;
GRANT SELECT(id) ON TABLE public.sensor TO biobank_ingest;
GRANT SELECT(code) ON TABLE public.sensor TO biobank_ingest;
GRANT SELECT(site) ON TABLE public.sensor TO biobank_ingest;
GRANT SELECT(device) ON TABLE public.sensor TO biobank_ingest;
GRANT SELECT(state) ON TABLE public.sensor TO biobank_ingest;
GRANT UPDATE(state) ON TABLE public.sensor TO biobank_facility;
GRANT SELECT,INSERT,UPDATE ON TABLE public.sensor_counter TO biobank_ingest;
GRANT SELECT,INSERT,UPDATE ON TABLE public.sensor_seen TO biobank_ingest;
GRANT SELECT ON TABLE public.sensor_seen TO biobank_worker;
GRANT SELECT ON TABLE public.sensor_seen TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.signature TO biobank_facility;
GRANT INSERT ON TABLE public.signature TO biobank_bedside;
GRANT SELECT ON TABLE public.signature TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.site TO biobank_desk;
GRANT SELECT ON TABLE public.site TO biobank_facility;
GRANT SELECT ON TABLE public.site TO biobank_bedside;
GRANT SELECT ON TABLE public.site TO biobank_worker;
GRANT SELECT ON TABLE public.site TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.storage_position TO biobank_facility;
GRANT SELECT ON TABLE public.storage_position TO biobank_worker;
GRANT SELECT ON TABLE public.storage_position TO biobank_auditor;
GRANT UPDATE(rack) ON TABLE public.storage_position TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.study TO biobank_desk;
GRANT SELECT ON TABLE public.study TO biobank_facility;
GRANT SELECT ON TABLE public.study TO biobank_bedside;
GRANT SELECT ON TABLE public.study TO biobank_worker;
GRANT SELECT ON TABLE public.study TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.study_version TO biobank_desk;
GRANT SELECT ON TABLE public.study_version TO biobank_facility;
GRANT SELECT ON TABLE public.study_version TO biobank_bedside;
GRANT SELECT ON TABLE public.study_version TO biobank_worker;
GRANT SELECT ON TABLE public.study_version TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.thaw TO biobank_facility;
GRANT SELECT ON TABLE public.thaw TO biobank_auditor;
GRANT SELECT,INSERT ON TABLE public.unit TO biobank_facility;
GRANT SELECT ON TABLE public.unit TO biobank_worker;
GRANT SELECT ON TABLE public.unit TO biobank_auditor;
GRANT UPDATE(state) ON TABLE public.unit TO biobank_facility;
GRANT SELECT ON TABLE public.weight TO biobank_facility;
GRANT SELECT,INSERT ON TABLE public.weight TO biobank_bedside;
GRANT SELECT ON TABLE public.weight TO biobank_auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE biobank_owner REVOKE ALL ON FUNCTIONS  FROM PUBLIC;
