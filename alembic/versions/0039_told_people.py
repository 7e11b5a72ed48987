"""Whoever was told what a participant receives neither weighs them nor gives them a kit any more; the program refuses it too.

Revision: 0039
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION refuse_told() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  who uuid;
  about uuid;
BEGIN
  IF TG_TABLE_NAME = 'weight' THEN
    who := NEW.measured_by;
    about := NEW.participant_id;
  ELSE
    who := NEW.given_by;
    SELECT k.participant_id INTO about FROM public.kit k WHERE k.id = NEW.kit_id;
  END IF;
  PERFORM FROM public.code_break b WHERE b.participant_id = about AND public.same_human(b.person_id, who);
  IF FOUND THEN
    RAISE EXCEPTION 'whoever was told the sequence neither weighs nor gives any more' USING ERRCODE = 'BB037';
  END IF;
  RETURN NEW;
END $$;
COMMENT ON FUNCTION refuse_told IS 'Asks with the owner''s rights: a human being is known by all of their accounts';
CREATE TRIGGER told BEFORE INSERT ON weight FOR EACH ROW EXECUTE FUNCTION refuse_told();
CREATE TRIGGER told BEFORE INSERT ON administration FOR EACH ROW EXECUTE FUNCTION refuse_told();
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
