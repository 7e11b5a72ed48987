"""A collection uses labels printed ahead of which one is left for the container: void and destroyed ones are stuck on nothing.

Revision: 0086
"""

from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION refuse_collection_without_label() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.label_set s WHERE s.id = NEW.id AND NOT EXISTS (
    SELECT FROM public.label_print l WHERE l.material_id = s.id AND l.layout = 'donation' AND l.state IN ('printed', 'applied'));
  IF FOUND THEN
    RAISE EXCEPTION 'no label of the container is left' USING ERRCODE = 'BB049';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER label_left BEFORE INSERT ON donation FOR EACH ROW EXECUTE FUNCTION refuse_collection_without_label();
ALTER TABLE donation ENABLE ALWAYS TRIGGER label_left;
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
