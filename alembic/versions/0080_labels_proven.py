"""A thing moves under a label that was read back on it: handed over, laid into storage, or declared ready as a kit.

Each side is asked for the labels that it printed itself: what became of a kit's label is nothing for the bedside. A unit that lies in
storage already is moved without reading its label again.

Revision: 0080
"""

from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION refuse_unproven_label() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  thing uuid := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
  IF TG_TABLE_NAME = 'placement' AND EXISTS (SELECT FROM public.placement p WHERE p.unit_id = thing) THEN
    RETURN NEW;
  END IF;
  PERFORM FROM public.material m JOIN public.label_print l ON l.scope = m.scope AND l.material_id = m.id
    WHERE m.id = thing AND (l.scope = 'bedside' AND l.number < 1000000000) = (session_user = 'biobank_bedside')
    GROUP BY m.kind, l.layout HAVING bool_or(l.state = 'printed') OR l.layout = m.kind AND NOT bool_or(l.state = 'applied');
  IF FOUND THEN
    RAISE EXCEPTION 'a label is read back on its thing before the thing moves' USING ERRCODE = 'BB040';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER label_proven BEFORE INSERT ON handover FOR EACH ROW EXECUTE FUNCTION refuse_unproven_label('material_id');
CREATE TRIGGER label_proven BEFORE INSERT ON placement FOR EACH ROW EXECUTE FUNCTION refuse_unproven_label('unit_id');
CREATE TRIGGER label_proven BEFORE UPDATE OF state ON kit FOR EACH ROW WHEN (NEW.state = 'ready' AND OLD.state <> 'ready')
  EXECUTE FUNCTION refuse_unproven_label('id');
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
