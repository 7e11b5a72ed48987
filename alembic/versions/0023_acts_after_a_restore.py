"""A restored database counts transactions anew: one act in a transaction is told by its number and its beginning.

Revision: 0023
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BEGAN_AT = """
ALTER TABLE audit.act ADD COLUMN began_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE audit.act ALTER COLUMN began_at DROP DEFAULT;
ALTER TABLE audit.act DROP CONSTRAINT act_xid_key;
ALTER TABLE audit.act ADD CONSTRAINT uq_act_transaction UNIQUE (xid, began_at);
COMMENT ON COLUMN audit.act.began_at IS
  'When its transaction began, by the server''s own clock; -infinity for acts older than this column. A number of a transaction '
  'comes again after a restore, with another beginning';
"""

FUNCTIONS = """
CREATE OR REPLACE FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamptz,
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
  INSERT INTO audit.act (id, xid, kind, needs_reason, actor_id, side, login, recorded_at, occurred_at, reason, began_at)
  VALUES (act, pg_current_xact_id(), act_kind, needs, actor, actor_side, session_user, recorded, occurred, why,
          transaction_timestamp());
  PERFORM set_config('biobank.act', act::text, true);
END $$;

CREATE OR REPLACE FUNCTION audit.current_act() RETURNS audit.act
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_act audit.act;
  named text := current_setting('biobank.act', true);
BEGIN
  IF named IS NOT NULL AND named <> '' THEN
    SELECT * INTO found_act FROM audit.act a
     WHERE a.id = named::uuid AND a.xid = pg_current_xact_id() AND a.began_at = transaction_timestamp();
  END IF;
  IF found_act.id IS NULL THEN
    RAISE EXCEPTION 'no act: a record changes only inside an act of a named person' USING ERRCODE = 'BB001';
  END IF;
  RETURN found_act;
END $$;
"""


def upgrade() -> None:
    for part in (BEGAN_AT, FUNCTIONS):
        op.execute(part)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
