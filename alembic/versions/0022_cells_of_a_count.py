"""A freezing run says from which count its cells came; nothing takes more cells from a count than were left of it.

Revision: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION cells_left(count_id uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.viable_cells
       - coalesce((SELECT sum(s.cells_seeded) FROM public.culture s WHERE s.seeded_from = c.id), 0)::bigint
       - coalesce((SELECT sum(u.viable_cells) FROM public.unit u JOIN public.freezing_run r ON r.id = u.run_id
                    WHERE r.frozen_from = c.id), 0)::bigint
    FROM public.cell_count c WHERE c.id = count_id
$$;
COMMENT ON FUNCTION cells_left IS 'Viable cells of a count that were neither seeded nor frozen';
REVOKE EXECUTE ON FUNCTION cells_left FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cells_left TO biobank_facility;

CREATE OR REPLACE FUNCTION refuse_too_many_cells() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.cell_count c WHERE c.id = NEW.seeded_from AND c.root_id = NEW.root_id FOR UPDATE;
  IF NOT FOUND OR NEW.cells_seeded > public.cells_left(NEW.seeded_from) THEN
    RAISE EXCEPTION 'more cells seeded than were left of the count' USING ERRCODE = 'BB012';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION refuse_too_many_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  counted uuid;
BEGIN
  SELECT r.frozen_from INTO counted FROM public.freezing_run r
   WHERE r.id = NEW.run_id AND r.batch_id = NEW.batch_id AND r.root_id = NEW.root_id;
  PERFORM FROM public.cell_count c WHERE c.id = counted AND c.batch_id = NEW.batch_id FOR UPDATE;
  IF NOT FOUND OR NEW.viable_cells > public.cells_left(counted) THEN
    RAISE EXCEPTION 'more cells frozen than were left of the count' USING ERRCODE = 'BB012';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION refuse_too_many_frozen FROM PUBLIC;
CREATE TRIGGER cells_left BEFORE INSERT ON unit FOR EACH ROW EXECUTE FUNCTION refuse_too_many_frozen();
"""


OLDER_RUNS = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM freezing_run) THEN
    PERFORM audit.begin_act(gen_random_uuid(), 'prepare_database', p.id, 'system', now(), now(), NULL)
       FROM person p WHERE p.username = 'prepare';
    ALTER TABLE freezing_run DISABLE TRIGGER append_only;
    UPDATE freezing_run r SET frozen_from = (
      SELECT c.id FROM cell_count c WHERE c.batch_id = r.batch_id AND c.counted_at <= r.frozen_at ORDER BY c.counted_at DESC LIMIT 1);
    ALTER TABLE freezing_run ENABLE ALWAYS TRIGGER append_only;
  END IF;
END $$
"""
"""A run of before took its cells from the last count of its batch; the trail says that it was the upgrade who wrote so."""


def upgrade() -> None:
    op.add_column("freezing_run", sa.Column("frozen_from", sa.Uuid(), nullable=True))
    op.execute(OLDER_RUNS)
    op.alter_column("freezing_run", "frozen_from", nullable=False)
    op.create_foreign_key(op.f("fk_freezing_run_frozen_from"), "freezing_run", "cell_count", ["frozen_from"], ["id"])
    op.create_index("uq_cell_count_isolation", "cell_count", ["batch_id"], unique=True, postgresql_where="culture_id IS NULL")
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
