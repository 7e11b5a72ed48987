"""What was never taken over moves under labels that were read back, whichever side hands it on and whichever printed them.

The bedside is asked for its own labels alone, as before: what became of a kit's label is nothing for the bedside.

Revision: 0081
"""

from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

GUARDS = """
CREATE OR REPLACE FUNCTION refuse_unproven_label() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  thing uuid := to_jsonb(NEW) ->> TG_ARGV[0];
  at_bedside boolean := session_user = 'biobank_bedside';
  taken_over boolean := EXISTS (SELECT FROM public.handover h WHERE h.material_id = thing AND h.taken_at IS NOT NULL);
BEGIN
  IF TG_TABLE_NAME = 'placement' AND EXISTS (SELECT FROM public.placement p WHERE p.unit_id = thing) THEN
    RETURN NEW;
  END IF;
  PERFORM FROM public.material m JOIN public.label_print l ON l.scope = m.scope AND l.material_id = m.id
    WHERE m.id = thing
      AND ((l.scope = 'bedside' AND l.number < 1000000000) = at_bedside OR NOT at_bedside AND NOT taken_over)
    GROUP BY m.kind, l.layout HAVING bool_or(l.state = 'printed') OR l.layout = m.kind AND NOT bool_or(l.state = 'applied');
  IF FOUND THEN
    RAISE EXCEPTION 'a label is read back on its thing before the thing moves' USING ERRCODE = 'BB040';
  END IF;
  RETURN NEW;
END $$;
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
