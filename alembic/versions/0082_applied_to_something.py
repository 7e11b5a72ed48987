"""A label that was printed ahead is applied once the collection used it: before, there is nothing to stick it on.

Revision: 0082
"""

from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION refuse_label_on_nothing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.label_set s WHERE s.id = NEW.material_id AND s.state <> 'used';
  IF FOUND THEN
    RAISE EXCEPTION 'a label printed ahead is applied to what was collected' USING ERRCODE = 'BB049';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER on_something BEFORE INSERT OR UPDATE OF state ON label_print FOR EACH ROW WHEN (NEW.state = 'applied')
  EXECUTE FUNCTION refuse_label_on_nothing();
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
