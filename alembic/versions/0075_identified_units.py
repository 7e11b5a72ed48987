"""A unit whose label cannot be read is identified where it lies: typed code, position, second person and photo.

Revision: 0075
"""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

IDENTIFIED = """
CREATE TABLE unit_identification (
  id uuid CONSTRAINT pk_unit_identification PRIMARY KEY,
  unit_id uuid NOT NULL CONSTRAINT fk_unit_identification_unit_id REFERENCES unit,
  placement_id uuid NOT NULL CONSTRAINT fk_unit_identification_placement_id REFERENCES placement,
  sha256 bytea NOT NULL CONSTRAINT uq_unit_identification_sha256 UNIQUE,
  media_type text NOT NULL CONSTRAINT ck_unit_identification_media_type CHECK (media_type IN ('image/jpeg', 'image/png')),
  photo bytea NOT NULL,
  identified_by uuid NOT NULL CONSTRAINT fk_unit_identification_identified_by REFERENCES person,
  second_id uuid NOT NULL CONSTRAINT fk_unit_identification_second_id REFERENCES person,
  identified_at timestamptz NOT NULL,
  CONSTRAINT ck_unit_identification_two_people CHECK (second_id <> identified_by),
  CONSTRAINT ck_unit_identification_sha256 CHECK (sha256 = sha256(photo)),
  CONSTRAINT ck_unit_identification_photo CHECK (
    CASE media_type WHEN 'image/png' THEN substring(photo FOR 8) = '\\x89504e470d0a1a0a'::bytea
                    ELSE substring(photo FOR 3) = '\\xffd8ff'::bytea END)
);
CREATE INDEX ix_unit_identification_unit_id ON unit_identification (unit_id);
CALL audit.watch('unit_identification', 'photo');
CALL audit.freeze('unit_identification');
GRANT SELECT, INSERT ON unit_identification TO biobank_facility;
COMMENT ON COLUMN unit_identification.photo IS 'Every byte of it; the trail keeps its SHA-256';

CREATE FUNCTION refuse_unfit_identification() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.unit u JOIN public.placement p ON p.unit_id = u.id
    WHERE u.id = NEW.unit_id AND u.state IN ('frozen', 'stored') AND p.id = NEW.placement_id AND p.removed_at IS NULL
      AND p.placed_at <= NEW.identified_at FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a unit is identified while it is frozen, at the position where it lies' USING ERRCODE = 'BB048';
  END IF;
  PERFORM FROM public.person p WHERE p.id = NEW.second_id AND p.side = (audit.current_act()).side;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the second person works on the same side' USING ERRCODE = 'BB048';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fit BEFORE INSERT ON unit_identification FOR EACH ROW EXECUTE FUNCTION refuse_unfit_identification();
CREATE TRIGGER second_human BEFORE INSERT ON unit_identification FOR EACH ROW
  EXECUTE FUNCTION refuse_same_human('identified_by', 'second_id');

CREATE FUNCTION refuse_unidentified_thaw() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  lay public.placement;
BEGIN
  SELECT p.* INTO lay FROM public.placement p WHERE p.unit_id = NEW.unit_id ORDER BY p.placed_at DESC, p.removed_at DESC NULLS FIRST LIMIT 1;
  IF NEW.position_id IS NOT NULL AND NEW.position_id IS DISTINCT FROM lay.position_id THEN
    RAISE EXCEPTION 'the position that was scanned is the one where the unit lay' USING ERRCODE = 'BB048';
  END IF;
  PERFORM FROM public.unit_identification i WHERE i.unit_id = NEW.unit_id;
  IF NEW.preparation_id IS NULL OR NOT FOUND THEN
    RETURN NEW;
  END IF;
  PERFORM FROM public.unit_identification i WHERE i.placement_id = lay.id;
  IF NEW.position_id IS NULL OR NOT FOUND THEN
    RAISE EXCEPTION 'a unit whose label cannot be read is thawed for a patient where it was identified' USING ERRCODE = 'BB048';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER identified BEFORE INSERT ON thaw FOR EACH ROW EXECUTE FUNCTION refuse_unidentified_thaw();
"""


def upgrade() -> None:
    op.add_column("thaw", sa.Column("position_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_thaw_position_id"), "thaw", "storage_position", ["position_id"], ["id"])
    op.execute(IDENTIFIED)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
