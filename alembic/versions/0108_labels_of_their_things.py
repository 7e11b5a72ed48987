"""A label is of a kind that its thing carries, says the thing's own code, and warns of a reactive test of the donor.

What was asked of racks and boxes alone is asked of every thing: after the row is written, and as whoever wrote it. Row security and the
foreign key have refused by then, and a thing that is hidden from the bedside is refused whatever its label says. The bedside's own
labels know of no result, and a cap has no room for the warning.

Revision: 0108
"""

from alembic import op

revision = "0108"
down_revision = "0107"
branch_labels = None
depends_on = None

GUARDS = """
DROP TRIGGER of_its_kind ON label_print;
DROP FUNCTION refuse_label_of_other_kind();

CREATE FUNCTION refuse_label_of_other_thing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  about record;
  said text := CASE NEW.profile WHEN 'LOCAL' THEN NEW.payload WHEN 'GS1' THEN split_part(NEW.payload, '(21)', 2)
    WHEN 'ISBT128' THEN substring(NEW.payload FROM '=(.{5}[0-9]{8})[0-9]{2}')
      || COALESCE(upper(substring(NEW.payload FROM '=<.{6}([A-Z][0a-z])')), '') END;
BEGIN
  SELECT m.scope, m.kind, m.root_id, CASE NEW.profile WHEN 'ISBT128' THEN left(m.code, -1) ELSE m.code END AS said INTO about
    FROM public.material m WHERE m.id = NEW.material_id;
  IF (NEW.layout = ANY (CASE about.kind
        WHEN 'donation' THEN ARRAY['donation', 'aspirate', 'sample', 'transport'] WHEN 'batch' THEN ARRAY['batch', 'release']
        WHEN 'unit' THEN ARRAY['unit', 'cap', 'bag'] WHEN 'kit' THEN ARRAY['kit', 'carton'] ELSE ARRAY[about.kind] END)) IS NOT TRUE THEN
    RAISE EXCEPTION 'a thing carries labels of its kind' USING ERRCODE = 'BB055';
  END IF;
  IF said IS DISTINCT FROM about.said THEN
    RAISE EXCEPTION 'a label says the code of its thing' USING ERRCODE = 'BB055';
  END IF;
  IF about.scope = 'facility' AND NEW.layout <> 'cap' AND NEW.fields ->> 'biohazard' IS DISTINCT FROM 'yes' THEN
    PERFORM FROM public.hold h WHERE h.root_id = about.root_id AND h.kind = 'donor_test';
    IF FOUND THEN
      RAISE EXCEPTION 'what is made of a reactive donation is labelled as a hazard' USING ERRCODE = 'BB055';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER of_its_thing AFTER INSERT ON label_print FOR EACH ROW WHEN (NEW.material_id IS NOT NULL)
  EXECUTE FUNCTION refuse_label_of_other_thing();
ALTER TABLE label_print ENABLE ALWAYS TRIGGER of_its_thing;
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
