"""The second person is another human being, not another account of the same.

Revision: 0032
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION same_human(one uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT one = other OR EXISTS (SELECT FROM public.person a JOIN public.person b ON b.human_id = a.human_id
                                 WHERE a.id = one AND b.id = other)
$$;
COMMENT ON FUNCTION same_human IS
  'Whether two accounts are of one human being. Whoever records anything was seen, and an account never changes its human, so the '
  'answer does not change while an act runs';

CREATE FUNCTION refuse_same_human() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  told jsonb := to_jsonb(NEW);
BEGIN
  -- one account twice is refused by a CHECK of the table
  IF told ->> TG_ARGV[0] <> told ->> TG_ARGV[1]
     AND public.same_human((told ->> TG_ARGV[0])::uuid, (told ->> TG_ARGV[1])::uuid) THEN
    RAISE EXCEPTION 'the second person is the same human being' USING ERRCODE = 'BB032';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER second_human BEFORE INSERT OR UPDATE ON handover FOR EACH ROW
  EXECUTE FUNCTION refuse_same_human('handed_by', 'taken_by');
CREATE TRIGGER second_human BEFORE INSERT OR UPDATE ON cell_count FOR EACH ROW
  EXECUTE FUNCTION refuse_same_human('counted_by', 'verified_by');
CREATE TRIGGER second_human BEFORE INSERT OR UPDATE ON deviation FOR EACH ROW
  EXECUTE FUNCTION refuse_same_human('opened_by', 'closed_by');
CREATE TRIGGER second_human BEFORE INSERT ON identity_check FOR EACH ROW
  EXECUTE FUNCTION refuse_same_human('verified_by', 'person_id');

CREATE FUNCTION refuse_same_human_elsewhere() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  others uuid[];
  second uuid;
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'identity_check' THEN
      second := NEW.verified_by;
      others := ARRAY(SELECT c.given_by FROM public.credential c JOIN public.person g ON g.id = c.given_by
                       WHERE c.id = NEW.person_id AND g.side <> 'system');
    WHEN 'remains_account' THEN
      second := NEW.accounted_by;
      others := ARRAY(SELECT a.given_by FROM public.administration a WHERE a.kit_id = NEW.kit_id);
    WHEN 'trail_review' THEN
      second := NEW.reviewed_by;
      others := ARRAY(SELECT public.trail_authors(NEW.batch_id));
    WHEN 'preparation' THEN
      IF NEW.ready_signature_id IS NOT DISTINCT FROM OLD.ready_signature_id THEN RETURN NEW; END IF;
      second := (SELECT s.person_id FROM public.signature s WHERE s.id = NEW.ready_signature_id);
      others := ARRAY(SELECT f.filled_by FROM public.fill f WHERE f.preparation_id = NEW.id);
    WHEN 'decision' THEN
      IF NEW.stage <> 'certification' THEN RETURN NEW; END IF;
      second := NEW.decided_by;
      others := ARRAY(
        SELECT unnest(ARRAY[c.counted_by, c.verified_by]) FROM public.cell_count c WHERE c.root_id = NEW.root_id
        UNION SELECT b.opened_by FROM public.batch b WHERE b.root_id = NEW.root_id
        UNION SELECT c.seeded_by FROM public.culture c WHERE c.root_id = NEW.root_id
        UNION SELECT f.fed_by FROM public.feed f JOIN public.culture c ON c.id = f.culture_id WHERE c.root_id = NEW.root_id
        UNION SELECT f.frozen_by FROM public.freezing_run f WHERE f.root_id = NEW.root_id
        UNION SELECT d.decided_by FROM public.decision d WHERE d.batch_id = NEW.batch_id AND d.stage = 'disposition');
  END CASE;
  PERFORM FROM unnest(others) AS other (id) WHERE public.same_human(other.id, second);
  IF FOUND THEN
    RAISE EXCEPTION 'the second person is the same human being' USING ERRCODE = 'BB032';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER second_human_elsewhere BEFORE INSERT ON identity_check FOR EACH ROW EXECUTE FUNCTION refuse_same_human_elsewhere();
CREATE TRIGGER second_human_elsewhere BEFORE INSERT ON remains_account FOR EACH ROW EXECUTE FUNCTION refuse_same_human_elsewhere();
CREATE TRIGGER second_human_elsewhere BEFORE INSERT ON trail_review FOR EACH ROW EXECUTE FUNCTION refuse_same_human_elsewhere();
CREATE TRIGGER second_human_elsewhere BEFORE UPDATE ON preparation FOR EACH ROW EXECUTE FUNCTION refuse_same_human_elsewhere();
CREATE TRIGGER zz_second_human BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION refuse_same_human_elsewhere();
COMMENT ON TRIGGER zz_second_human ON decision IS 'Last, so that who is plainly the same person is told the plainer reason first';
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
