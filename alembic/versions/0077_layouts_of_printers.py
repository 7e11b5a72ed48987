"""A printer names the labels that it takes and its patience; a place may have several, each for labels of its own.

Printers registered before take all labels.

Revision: 0077
"""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

GUARDS = """
GRANT UPDATE (layouts, patience_s) ON printer TO biobank_desk;
DROP INDEX uq_printer_place;

CREATE FUNCTION refuse_unfit_printer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('printer'));  -- one after the other, or two would not see each other
  PERFORM FROM public.printer p WHERE NEW.in_use AND p.in_use AND p.id <> NEW.id AND p.side = NEW.side
     AND p.place IS NOT DISTINCT FROM NEW.place AND (p.layouts = '{}' OR NEW.layouts = '{}' OR p.layouts && NEW.layouts);
  IF FOUND THEN
    RAISE EXCEPTION 'two printers at one place take no label both' USING ERRCODE = 'BB050';
  END IF;
  IF TG_OP = 'INSERT' OR NEW.in_use AND NEW.way <> 'download'
     AND (NEW.layouts = '{}' OR OLD.layouts <> '{}' AND OLD.layouts <@ NEW.layouts) THEN
    RETURN NEW;
  END IF;
  PERFORM FROM public.print_job j WHERE j.printer = NEW.name AND j.state IN ('queued', 'sending', 'unknown');
  IF FOUND THEN
    RAISE EXCEPTION 'labels wait for this printer' USING ERRCODE = 'BB050';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fit BEFORE INSERT OR UPDATE ON printer FOR EACH ROW EXECUTE FUNCTION refuse_unfit_printer();
ALTER TABLE printer ENABLE ALWAYS TRIGGER fit;

CREATE FUNCTION refuse_label_not_taken() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.printer p JOIN public.label_print l ON l.id = NEW.label_print_id
    WHERE p.name = NEW.printer AND (p.layouts = '{}' OR l.layout = ANY (p.layouts)) FOR SHARE OF p;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a printer prints the labels that it takes' USING ERRCODE = 'BB050';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER taken AFTER INSERT ON print_job FOR EACH ROW EXECUTE FUNCTION refuse_label_not_taken();
ALTER TABLE print_job ENABLE ALWAYS TRIGGER taken;
COMMENT ON TRIGGER taken ON print_job IS
  'After the policies of the bedside, so that a label it may not see is refused like one that never was';
"""


def upgrade() -> None:
    op.add_column("printer", sa.Column("patience_s", sa.Integer(), nullable=True))
    op.add_column("printer", sa.Column("layouts", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.alter_column("printer", "layouts", server_default=None)
    patience = "patience_s IS NULL OR way = 'zpl' AND patience_s BETWEEN 1 AND 600"
    op.create_check_constraint(op.f("ck_printer_patience_s"), "printer", patience)
    op.create_check_constraint(op.f("ck_printer_layouts"), "printer", "array_position(layouts, NULL) IS NULL")
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
