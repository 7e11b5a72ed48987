"""Nothing that happens to a donation after its reception is for the bedside's eyes.

Where it goes inside the facility, and when, follows the arm; the program refuses it too.

Revision: 0034
"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION refuse_after_reception() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.receipt r WHERE r.donation_id = NEW.material_id;
  IF FOUND THEN
    RAISE EXCEPTION 'the way of a donation ends at its reception' USING ERRCODE = 'BB033';
  END IF;
  RETURN NEW;
END $$;
COMMENT ON FUNCTION refuse_after_reception IS 'Asks with the owner''s rights, since not every login that records events reads receipts';
CREATE TRIGGER after_reception BEFORE INSERT OR UPDATE ON handover FOR EACH ROW EXECUTE FUNCTION refuse_after_reception();
CREATE TRIGGER after_reception BEFORE INSERT ON custody_event FOR EACH ROW
  WHEN (NEW.scope = 'bedside' AND NEW.step NOT IN ('receive', 'reject')) EXECUTE FUNCTION refuse_after_reception();
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
