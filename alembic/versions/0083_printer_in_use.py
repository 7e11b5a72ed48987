"""A label that waited while somebody changed the printer is refused by what the printer has become, and waits for none out of use.

Revision: 0083
"""

from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

GUARDS = """
CREATE OR REPLACE FUNCTION refuse_label_not_taken() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.printer p JOIN public.label_print l ON l.id = NEW.label_print_id
    WHERE p.name = NEW.printer AND (p.layouts = '{}' OR l.layout = ANY (p.layouts)) AND p.in_use AND p.way <> 'download'
    FOR SHARE OF p;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a printer in use prints the labels that it takes' USING ERRCODE = 'BB050';
  END IF;
  RETURN NEW;
END $$;
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
