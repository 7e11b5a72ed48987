"""Acts and sealings are leaves of the log too; signed heads and their keys; what a verifier may ask without seeing an arm.

Revision: 0026
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

LEAVES = """
ALTER TABLE audit.leaf ALTER COLUMN entry_id DROP NOT NULL;
ALTER TABLE audit.leaf ADD COLUMN act_id uuid;
ALTER TABLE audit.leaf ADD CONSTRAINT uq_leaf_act UNIQUE (act_id);
ALTER TABLE audit.leaf ADD CONSTRAINT ck_leaf_one CHECK (num_nonnulls(entry_id, act_id) <= 1);
CREATE INDEX ix_leaf_sealing ON audit.leaf (number) WHERE entry_id IS NULL AND act_id IS NULL;
COMMENT ON TABLE audit.leaf IS
  'The log (RFC 9162): a leaf stands for an entry, for an act, or, with neither, for the sealing itself, which tells when the leaves '
  'since the sealing before it were sealed';
ALTER TABLE audit.horizon ADD COLUMN acts_below xid8 NOT NULL DEFAULT '0';
ALTER TABLE audit.horizon ALTER COLUMN acts_below DROP DEFAULT;

CREATE FUNCTION audit.act_text(a audit.act) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
  SELECT jsonb_build_object('act', a.id, 'xid', a.xid::text, 'kind', a.kind, 'needs_reason', a.needs_reason, 'actor', a.actor_id,
    'side', a.side, 'login', a.login, 'recorded_at', a.recorded_at, 'occurred_at', a.occurred_at, 'reason', a.reason,
    'began_at', a.began_at)::text
$$;
COMMENT ON FUNCTION audit.act_text IS 'The exact bytes of an act in the log. Whatever reads or verifies it has the same words';

CREATE FUNCTION audit.sealing_text(beginning bigint, at timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'sealed at ' || (extract(epoch FROM at) * 1000000)::bigint || E'\\n' || string_agg(r.number || ' ' || r.us, E'\\n' ORDER BY r.number)
    FROM (SELECT l.number, (extract(epoch FROM l.sealed_at) * 1000000)::bigint AS us,
                 lag(l.sealed_at) OVER (ORDER BY l.number) IS DISTINCT FROM l.sealed_at AS changes
            FROM audit.leaf l WHERE l.number >= beginning) r
   WHERE r.changes
$$;
COMMENT ON FUNCTION audit.sealing_text IS
  'The exact bytes of a sealing: when (microseconds since 1970), and every leaf since the last one from which on the time is another';
"""

SEAL = """
CREATE OR REPLACE FUNCTION audit.seal(at timestamptz, everything boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  horizon xid8;
  mark xid8;
  acts_mark xid8;
  next_leaf bigint;
  beginning bigint;
  sealed bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('audit.seal'));
  SELECT h.sealed_below, h.acts_below INTO mark, acts_mark FROM audit.horizon h;
  SELECT coalesce(max(l.number) + 1, 0) INTO next_leaf FROM audit.leaf l;
  SELECT coalesce(max(l.number) + 1, 0) INTO beginning FROM audit.leaf l WHERE l.entry_id IS NULL AND l.act_id IS NULL;
  horizon := pg_snapshot_xmin(pg_current_snapshot());
  IF everything OR mark IS NULL OR horizon < mark THEN  -- smaller than before: restored where transactions are counted anew
    mark := '0';
    acts_mark := '0';
  END IF;
  INSERT INTO audit.leaf (number, entry_id, act_id, hash, sealed_at)
  SELECT next_leaf + row_number() OVER (ORDER BY n.xid, n.entry_id NULLS FIRST, n.act_id) - 1, n.entry_id, n.act_id,
         sha256('\\x00'::bytea || convert_to(n.body, 'UTF8')), at
    FROM (SELECT a.xid, NULL::bigint AS entry_id, a.id AS act_id, audit.act_text(a) AS body
            FROM audit.act a WHERE a.xid >= acts_mark AND (everything OR a.xid < horizon)
             AND NOT EXISTS (SELECT FROM audit.leaf l WHERE l.act_id = a.id)
          UNION ALL
          SELECT e.xid, e.id, NULL, e.body FROM audit.entry e WHERE e.xid >= mark AND (everything OR e.xid < horizon)
             AND NOT EXISTS (SELECT FROM audit.leaf l WHERE l.entry_id = e.id)
          UNION ALL
          SELECT e.xid, e.id, NULL, e.body FROM audit.sealed_entry e WHERE e.xid >= mark AND (everything OR e.xid < horizon)
             AND NOT EXISTS (SELECT FROM audit.leaf l WHERE l.entry_id = e.id)) n;
  GET DIAGNOSTICS sealed = ROW_COUNT;
  IF sealed > 0 THEN
    INSERT INTO audit.leaf (number, hash, sealed_at)
    SELECT next_leaf + sealed, sha256('\\x00'::bytea || convert_to(audit.sealing_text(beginning, at), 'UTF8')), at;
  END IF;
  INSERT INTO audit.horizon VALUES (true, horizon, horizon)
  ON CONFLICT (single) DO UPDATE SET sealed_below = excluded.sealed_below, acts_below = excluded.acts_below;
  RETURN sealed;
END $$;
"""

HEADS = """
CREATE TABLE audit.signing_key (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
  public_key bytea NOT NULL UNIQUE CHECK (length(public_key) = 32),
  made_at timestamptz NOT NULL,
  after_size bigint NOT NULL CHECK (after_size >= 0),
  replaces text UNIQUE REFERENCES audit.signing_key,
  reason text NOT NULL,
  signature bytea NOT NULL CHECK (length(signature) = 64),
  replaced_signature bytea CHECK (length(replaced_signature) = 64),
  CONSTRAINT ck_signing_key_replaces CHECK (replaces IS NOT NULL OR replaced_signature IS NULL)
);
CREATE UNIQUE INDEX uq_signing_key_first ON audit.signing_key ((true)) WHERE replaces IS NULL;
COMMENT ON COLUMN audit.signing_key.after_size IS 'Heads up to this size carry the signature of the key before it';
COMMENT ON COLUMN audit.signing_key.replaced_signature IS 'By the key that it replaces; none where that one was lost';
CREATE TABLE audit.head (
  size bigint PRIMARY KEY CHECK (size > 0),
  root bytea NOT NULL CHECK (length(root) = 32),
  frontier bytea NOT NULL CHECK (length(frontier) % 32 = 0 AND length(frontier) > 0),
  made_at timestamptz NOT NULL,
  key_id text NOT NULL REFERENCES audit.signing_key,
  signature bytea NOT NULL CHECK (length(signature) = 64)
);
COMMENT ON TABLE audit.head IS
  'Signed heads of the log. Under no trail of its own: a head for an entry for a head would never end; each is signed, and exported';
COMMENT ON COLUMN audit.head.frontier IS 'The roots of the full subtrees that make up the tree, largest first: the next head goes on from here';
CALL audit.watch('audit.signing_key');
CALL audit.freeze('audit.signing_key');
CALL audit.freeze('audit.head');
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit.head FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate();
ALTER TABLE audit.head ENABLE ALWAYS TRIGGER audit_truncate;
GRANT SELECT, INSERT ON audit.signing_key, audit.head TO biobank_worker;
GRANT SELECT ON audit.signing_key, audit.head, audit.horizon TO biobank_auditor;
"""

VERIFYING = """
CREATE FUNCTION audit.parsed(body text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN body::jsonb;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

CREATE FUNCTION audit.agrees(e audit.sealed_entry) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  told jsonb := audit.parsed(e.body);
BEGIN
  RETURN (told ->> 'entry')::bigint = e.id AND told ->> 'xid' = e.xid::text AND (told ->> 'act')::uuid = e.act_id
     AND told ->> 'table' = e.table_name AND (told ->> 'recorded_at')::timestamptz = e.recorded_at
     AND coalesce(nullif(told -> 'new', 'null'), told -> 'old') ->> 'id' IS NOT DISTINCT FROM e.row_id;
EXCEPTION WHEN data_exception THEN
  RETURN false;
END $$;

CREATE FUNCTION audit.sealed_leaves(beginning bigint, beyond bigint)
RETURNS TABLE (number bigint, entry bigint, leaf_hash bytea, agrees boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
  SELECT l.number, e.id, sha256('\\x00'::bytea || convert_to(e.body, 'UTF8')), coalesce(audit.agrees(e), false)
    FROM audit.leaf l JOIN audit.sealed_entry e ON e.id = l.entry_id WHERE l.number >= beginning AND l.number < beyond
$$;
COMMENT ON FUNCTION audit.sealed_leaves IS 'Entries of sealed tables by their hash alone, so that a verifier learns no arm';

CREATE FUNCTION audit.sealed_waiting() RETURNS TABLE (entry bigint, late boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT e.id, e.xid < h.sealed_below FROM audit.sealed_entry e LEFT JOIN audit.horizon h ON true
   WHERE NOT EXISTS (SELECT FROM audit.leaf l WHERE l.entry_id = e.id)
$$;

CREATE FUNCTION audit.unexplained(watched regclass) RETURNS TABLE (row_key text, problem text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  named text := (SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = watched);
  trail text := CASE WHEN named LIKE 'sealed.%' THEN 'audit.sealed_entry' ELSE 'audit.entry' END;
  keys text[] := (SELECT array_agg(a.attname::text ORDER BY array_position(i.indkey::int2[], a.attnum)) FROM pg_index i
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = watched AND i.indisprimary);
  hidden text[] := (SELECT array_remove(string_to_array(encode(t.tgargs, 'escape'), '\\000'), '')
                      FROM pg_trigger t WHERE t.tgrelid = watched AND t.tgname = 'audit_row');
  of_entry text := 'e.row_id';
  masked text := 'to_jsonb(r)';
  one record;
  told jsonb;
BEGIN
  IF keys <> '{id}' THEN
    of_entry := (SELECT 'jsonb_build_array(' || string_agg(format('coalesce(nullif(audit.parsed(e.body) -> ''new'', ''null''), audit.parsed(e.body) -> ''old'') -> %L', k),
                        ', ' ORDER BY n) || ')::text' FROM unnest(keys) WITH ORDINALITY AS u (k, n));
  END IF;
  IF cardinality(hidden) > 0 THEN
    masked := (SELECT 'to_jsonb(r) || jsonb_build_object(' || string_agg(format('%L, ''[not recorded]''', h), ', ') || ')' FROM unnest(hidden) h);
  END IF;
  FOR one IN EXECUTE format(
    'SELECT coalesce(n.key, t.key) AS key, e.body, t.now FROM
       (SELECT %s AS key, max(e.id) AS id FROM %s e WHERE e.table_name = %L GROUP BY 1) n
       JOIN %s e ON e.id = n.id
       FULL JOIN (SELECT %s AS key, %s AS now FROM %s r) t ON t.key = n.key
      WHERE CASE WHEN t.now IS NULL THEN strpos(e.body, ''"operation": "DELETE"'') = 0
                 ELSE e.body IS NULL OR strpos(e.body, ''"new": '' || t.now::text) = 0 END',
    of_entry, trail, named, trail,
    CASE WHEN keys = '{id}' THEN 'r.id::text'
         ELSE (SELECT 'jsonb_build_array(' || string_agg(format('r.%I', k), ', ' ORDER BY n) || ')::text' FROM unnest(keys) WITH ORDINALITY AS u (k, n)) END,
    masked, watched)
  LOOP
    row_key := one.key;
    IF one.body IS NULL THEN
      problem := 'no entry';
      RETURN NEXT;
      CONTINUE;
    ELSIF one.now IS NULL THEN
      problem := 'row gone';
      RETURN NEXT;
      CONTINUE;
    END IF;
    told := nullif(audit.parsed(one.body) -> 'new', 'null');
    -- A migration may have added or dropped a column since: what both know must be the same, to the letter.
    IF told IS NULL OR EXISTS (SELECT FROM jsonb_each_text(told) w JOIN jsonb_each_text(one.now) n USING (key)
                                WHERE w.value IS DISTINCT FROM n.value) THEN
      problem := CASE WHEN told IS NULL THEN 'deleted' ELSE 'differs: ' || (
        SELECT string_agg(w.key, ', ' ORDER BY w.key) FROM jsonb_each_text(told) w JOIN jsonb_each_text(one.now) n USING (key)
         WHERE w.value IS DISTINCT FROM n.value) END;
      RETURN NEXT;
    END IF;
  END LOOP;
END $$;
COMMENT ON FUNCTION audit.unexplained IS
  'Rows of a watched table that its newest entry does not explain, by key and column, never by value: who asks may be blind';
GRANT EXECUTE ON FUNCTION audit.sealed_leaves, audit.sealed_waiting, audit.unexplained TO biobank_auditor;
"""


def upgrade() -> None:
    for part in (LEAVES, SEAL, HEADS, VERIFYING):
        op.execute(part)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
