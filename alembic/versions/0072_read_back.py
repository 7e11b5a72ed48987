"""A label is applied by reading it back where it sits; nobody approves a batch while a label of it is not accounted for.

Labels applied before were not read back.

Revision: 0072
"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

GUARDS = """
GRANT UPDATE (read_back) ON label_print TO biobank_facility, biobank_bedside;

CREATE FUNCTION refuse_unread_label() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.state = 'applied' AND OLD.state <> 'applied' AND NEW.read_back IS NULL
     OR NEW.read_back IS DISTINCT FROM OLD.read_back AND (OLD.read_back IS NOT NULL OR NEW.state <> 'applied') THEN
    RAISE EXCEPTION 'a label is applied by reading it back where it sits, once' USING ERRCODE = 'BB046';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER read_back BEFORE UPDATE ON label_print FOR EACH ROW EXECUTE FUNCTION refuse_unread_label();
ALTER TABLE label_print ENABLE ALWAYS TRIGGER read_back;

CREATE FUNCTION refuse_unaccounted_labels() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.label_print l JOIN public.material m ON m.id = l.material_id
    WHERE m.root_id = NEW.root_id AND l.scope = 'facility' AND l.state = 'printed';
  IF FOUND THEN
    RAISE EXCEPTION 'a label that nobody accounted for blocks release' USING ERRCODE = 'BB047';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER zz_labels_accounted BEFORE INSERT ON decision FOR EACH ROW WHEN (NEW.verdict = 'approved')
  EXECUTE FUNCTION refuse_unaccounted_labels();
COMMENT ON TRIGGER zz_labels_accounted ON decision IS
  'After fit_decision, which locks the root, as every act does that prints a label of what was made from it';
"""


def upgrade() -> None:
    op.add_column("label_print", sa.Column("read_back", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_label_print_read_back"), "label_print", "read_back = payload")
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
