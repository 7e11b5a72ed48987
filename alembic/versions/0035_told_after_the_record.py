"""A sequence is told only when it is on record who was told; every sealed function answers in its own kind of act only.

What is asked and recorded in one transaction leaves nothing when that is rolled back, while the answer is known. So the
record is committed first, in a transaction of its own, and the sequence is asked for in another.

Revision: 0035
"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE OR REPLACE FUNCTION sealed.break_code(participant uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  act audit.act := sealed.note('break_code', participant);
BEGIN
  PERFORM FROM public.code_break b
     JOIN audit.entry e ON e.table_name = 'public.code_break' AND e.row_id = b.id::text AND e.xid <> pg_current_xact_id()
     JOIN audit.act a ON a.id = e.act_id AND a.kind = 'break_code'
    WHERE b.participant_id = participant AND b.person_id = act.actor_id
      AND a.began_at > transaction_timestamp() - interval '10 minutes';
  IF NOT FOUND OR act.kind <> 'break_code' THEN
    RAISE EXCEPTION 'a code is broken once its record stands, in an act of its own' USING ERRCODE = 'BB027';
  END IF;
  RETURN (SELECT a.sequence FROM sealed.allocation a WHERE a.participant_id = participant);
END $$;
COMMENT ON FUNCTION sealed.break_code IS
  'The record is of another transaction, thus committed: an answer that is rolled back leaves it. It is told by the transaction of '
  'its entry, since a savepoint changes a row''s own; ten minutes, by the server''s own clock, leave time to ask again';

CREATE OR REPLACE FUNCTION sealed.assign_next(participant uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  act audit.act := sealed.note('assign_next', participant);
  chosen uuid;
BEGIN
  IF act.kind <> 'allocate' THEN
    RAISE EXCEPTION 'not an allocation' USING ERRCODE = 'BB021';
  END IF;
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
"""


def upgrade() -> None:
    op.execute(FUNCTIONS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
