"""The sealed schema: who got which sequence and what is in which kit, reached by eight functions only.

Revision: 0018
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE sealed.allocation (
  id uuid PRIMARY KEY,
  study_id uuid NOT NULL REFERENCES public.study,
  stratum text NOT NULL,
  position integer NOT NULL CHECK (position > 0),
  sequence text NOT NULL,
  participant_id uuid UNIQUE REFERENCES public.participant,
  assigned_at timestamptz,
  UNIQUE (study_id, stratum, position),
  CHECK ((participant_id IS NULL) = (assigned_at IS NULL))
);
CREATE TABLE sealed.kit_content (
  id uuid PRIMARY KEY REFERENCES public.kit,
  preparation_id uuid NOT NULL UNIQUE REFERENCES public.preparation,
  contains text NOT NULL CHECK (contains IN ('cells', 'saline')),
  filled_at timestamptz NOT NULL
);
CREATE TABLE sealed.access (
  id uuid PRIMARY KEY,
  act_id uuid NOT NULL REFERENCES audit.act,
  actor_id uuid NOT NULL REFERENCES public.person,
  login text NOT NULL,
  function text NOT NULL,
  about uuid NOT NULL,
  at timestamptz NOT NULL
);
CALL audit.watch('sealed.allocation');
CALL audit.watch('sealed.kit_content');
CALL audit.watch('sealed.access');
CALL audit.freeze('sealed.kit_content');
CALL audit.freeze('sealed.access');
GRANT USAGE ON SCHEMA sealed TO biobank_facility, biobank_bedside;
"""

LIST = """
CREATE FUNCTION sealed.note(called text, about uuid) RETURNS audit.act
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  act audit.act := audit.current_act();
BEGIN
  INSERT INTO sealed.access VALUES (gen_random_uuid(), act.id, act.actor_id, session_user, called, about, act.recorded_at);
  RETURN act;
END $$;
COMMENT ON FUNCTION sealed.note IS 'Every function below records its caller first; there is no call without an act';

CREATE FUNCTION sealed.upload_list(study uuid, for_stratum text, sequences text[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

CREATE FUNCTION sealed.verify_list(study uuid) RETURNS TABLE (stratum text, planned bigint, used bigint, digest text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM sealed.note('verify_list', study);
  RETURN QUERY SELECT a.stratum, count(*), count(a.participant_id),
      encode(sha256(convert_to(string_agg(a.position || a.sequence, ',' ORDER BY a.position), 'UTF8')), 'hex')
    FROM sealed.allocation a WHERE a.study_id = study GROUP BY a.stratum ORDER BY a.stratum;
END $$;

CREATE FUNCTION sealed.assign_next(participant uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

CREATE FUNCTION sealed.plan_of(participant uuid, in_period integer) RETURNS public.study_plan
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.* FROM sealed.allocation a JOIN public.participant t ON t.id = a.participant_id
    JOIN public.study_plan p ON p.version_id = t.version_id AND p.sequence = a.sequence AND p.period = in_period
   WHERE a.participant_id = participant
$$;
COMMENT ON FUNCTION sealed.plan_of IS 'For the functions here only; nobody may execute it';
"""

KITS = """
CREATE FUNCTION sealed.route_of(donation uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

CREATE FUNCTION sealed.kit_content(kit uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k public.kit;
BEGIN
  PERFORM sealed.note('kit_content', kit);
  SELECT * INTO STRICT k FROM public.kit x WHERE x.id = kit;
  RETURN (sealed.plan_of(k.participant_id, k.period)).kit_contains;
END $$;

CREATE FUNCTION sealed.fill_kit(kit uuid, preparation uuid, what text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

CREATE FUNCTION sealed.kit_blocked(kit uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

CREATE FUNCTION sealed.break_code(participant uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  act audit.act := sealed.note('break_code', participant);
BEGIN
  PERFORM FROM public.code_break b WHERE b.participant_id = participant AND b.person_id = act.actor_id AND b.broken_at = act.recorded_at;
  IF NOT FOUND OR act.kind <> 'break_code' THEN
    RAISE EXCEPTION 'a code is broken by its own act, with its record' USING ERRCODE = 'BB027';
  END IF;
  RETURN (SELECT a.sequence FROM sealed.allocation a WHERE a.participant_id = participant);
END $$;

GRANT EXECUTE ON FUNCTION sealed.assign_next, sealed.kit_blocked TO biobank_bedside;
GRANT EXECUTE ON FUNCTION sealed.break_code TO biobank_bedside, biobank_facility;
GRANT EXECUTE ON FUNCTION sealed.upload_list, sealed.verify_list, sealed.route_of, sealed.kit_content, sealed.fill_kit
  TO biobank_facility;
"""


def upgrade() -> None:
    for part in (TABLES, LIST, KITS):
        op.execute(part)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
