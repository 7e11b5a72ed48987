"""A label is printed again in the presence of a second person, and the label of a frozen unit never once it sits there.

Revision: 0071
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION refuse_lone_reprint() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.copy_number = 1 THEN
    RETURN NEW;
  END IF;
  PERFORM FROM public.label_print l WHERE l.scope = NEW.scope AND l.material_id = NEW.material_id AND l.layout = NEW.layout
     AND l.layout IN ('unit', 'cap', 'bag') AND l.state = 'applied';
  IF FOUND THEN
    RAISE EXCEPTION 'a frozen unit is never labelled again' USING ERRCODE = 'BB045';
  END IF;
  IF NEW.second_id IS NULL THEN
    PERFORM FROM public.label_print l JOIN public.print_answer a ON a.label_print_id = l.id AND NOT a.came_out
      WHERE l.scope = NEW.scope AND l.material_id = NEW.material_id AND l.layout = NEW.layout AND l.copy_number = NEW.copy_number - 1;
  ELSE
    PERFORM FROM public.person p WHERE p.id = NEW.second_id AND p.side = (audit.current_act()).side;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another copy takes a second person, unless the one before never came out' USING ERRCODE = 'BB045';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER second_person BEFORE INSERT ON label_print FOR EACH ROW EXECUTE FUNCTION refuse_lone_reprint();
ALTER TABLE label_print ENABLE ALWAYS TRIGGER second_person;
CREATE TRIGGER second_human BEFORE INSERT ON label_print FOR EACH ROW EXECUTE FUNCTION refuse_same_human('printed_by', 'second_id');
"""


def upgrade() -> None:
    op.add_column("label_print", sa.Column("second_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_label_print_second_id"), "label_print", "person", ["second_id"], ["id"])
    op.create_check_constraint(op.f("ck_label_print_two_people"), "label_print", "second_id <> printed_by")
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
