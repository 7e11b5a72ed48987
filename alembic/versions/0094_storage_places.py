"""Racks and boxes carry labels under codes of their own, printed again by one person; they are no matter to be held or handed over.

Revision: 0094
"""

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('storage_place');
CALL audit.freeze('storage_place');
GRANT SELECT, INSERT ON storage_place TO biobank_facility;
GRANT SELECT ON storage_place TO biobank_auditor;

CREATE FUNCTION refuse_other_storage_place() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.material m WHERE m.id = NEW.id AND m.kind = CASE WHEN NEW.box IS NULL THEN 'rack' ELSE 'box' END;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a rack or box is registered as what it is' USING ERRCODE = 'BB054';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER of_its_kind BEFORE INSERT ON storage_place FOR EACH ROW EXECUTE FUNCTION refuse_other_storage_place();
ALTER TABLE storage_place ENABLE ALWAYS TRIGGER of_its_kind;

CREATE FUNCTION refuse_label_of_other_kind() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.material m WHERE m.id = NEW.material_id AND m.kind <> NEW.layout
     AND (m.kind IN ('rack', 'box') OR NEW.layout IN ('rack', 'box'));
  IF FOUND THEN
    RAISE EXCEPTION 'racks and boxes carry their own labels, and nothing else does' USING ERRCODE = 'BB054';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER of_its_kind BEFORE INSERT ON label_print FOR EACH ROW WHEN (session_user <> 'biobank_bedside')
  EXECUTE FUNCTION refuse_label_of_other_kind();
COMMENT ON TRIGGER of_its_kind ON label_print IS
  'Not for the bedside, whom row security refuses afterwards: what is refused here would tell it of a rack or box';
ALTER TABLE label_print ENABLE ALWAYS TRIGGER of_its_kind;

CREATE OR REPLACE FUNCTION refuse_lone_reprint() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.copy_number = 1 OR NEW.layout IN ('rack', 'box') AND NEW.second_id IS NULL THEN
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

CREATE FUNCTION refuse_no_matter() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.material m WHERE m.id = NEW.material_id AND m.kind IN ('rack', 'box');
  IF FOUND THEN
    RAISE EXCEPTION 'what lies in a rack or box is held and handed over, not the rack or box' USING ERRCODE = 'BB054';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER of_matter BEFORE INSERT ON hold FOR EACH ROW EXECUTE FUNCTION refuse_no_matter();
CREATE TRIGGER of_matter BEFORE INSERT ON handover FOR EACH ROW WHEN (session_user <> 'biobank_bedside')
  EXECUTE FUNCTION refuse_no_matter();
CREATE TRIGGER of_matter BEFORE INSERT ON deviation FOR EACH ROW EXECUTE FUNCTION refuse_no_matter();
ALTER TABLE hold ENABLE ALWAYS TRIGGER of_matter;
ALTER TABLE handover ENABLE ALWAYS TRIGGER of_matter;
ALTER TABLE deviation ENABLE ALWAYS TRIGGER of_matter;
"""


def upgrade() -> None:
    op.drop_constraint(op.f("ck_material_own_root"), "material")
    own = "kind NOT IN ('donation', 'kit', 'lot', 'rack', 'box') OR root_id = id"
    op.create_check_constraint(op.f("ck_material_own_root"), "material", own)
    op.drop_constraint(op.f("ck_material_kind"), "material")
    kinds = "kind IN ('donation', 'kit', 'batch', 'culture', 'unit', 'sample', 'lot', 'rack', 'box')"
    op.create_check_constraint(op.f("ck_material_kind"), "material", kinds)
    op.create_table(
        "storage_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("freezer_id", sa.Uuid(), nullable=False),
        sa.Column("rack", sa.Text(), nullable=False),
        sa.Column("box", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["material.id"], name=op.f("fk_storage_place_id")),
        sa.ForeignKeyConstraint(["freezer_id"], ["freezer.id"], name=op.f("fk_storage_place_freezer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storage_place")),
        sa.UniqueConstraint(
            "freezer_id", "rack", "box", name=op.f("uq_storage_place_freezer_id_rack_box"), postgresql_nulls_not_distinct=True
        ),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
