"""The participant's wristband stands in the ledger of labels too: a label is of a material, or of the participant who wears it.

Revision: 0074
"""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

WORN = "CASE layout WHEN 'wristband' THEN participant_id IS NOT NULL AND scope = 'bedside' ELSE participant_id IS NULL END"
GUARDS = """
ALTER POLICY facility_all ON label_print TO biobank_facility, biobank_printing, biobank_auditor
  USING (true) WITH CHECK (participant_id IS NULL);
COMMENT ON POLICY facility_all ON label_print IS
  'no wristband is written by the facility: refused before the unique index, which would tell the bedside of it';

CREATE OR REPLACE FUNCTION refuse_lone_reprint() RETURNS trigger
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
      WHERE l.scope = NEW.scope AND (l.material_id = NEW.material_id OR l.participant_id = NEW.participant_id)
        AND l.layout = NEW.layout AND l.copy_number = NEW.copy_number - 1;
  ELSE
    PERFORM FROM public.person p WHERE p.id = NEW.second_id AND p.side = (audit.current_act()).side;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another copy takes a second person, unless the one before never came out' USING ERRCODE = 'BB045';
  END IF;
  RETURN NEW;
END $$;
"""


def upgrade() -> None:
    op.alter_column("label_print", "material_id", nullable=True)
    op.add_column("label_print", sa.Column("participant_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_label_print_participant_id"), "label_print", "participant", ["participant_id"], ["id"])
    op.create_check_constraint(op.f("ck_label_print_one_carrier"), "label_print", "num_nonnulls(material_id, participant_id) = 1")
    op.create_check_constraint(op.f("ck_label_print_wristband"), "label_print", WORN)
    name = op.f("uq_label_print_scope_participant_id_copy_number")
    op.create_unique_constraint(name, "label_print", ["scope", "participant_id", "copy_number"])
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
