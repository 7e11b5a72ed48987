"""What the clean room may do at a step, the database asks too: what is fed, frozen, laid down and filled, and from what.

Revision: 0065
"""

from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

STEPS = {
    "feed": (
        """PERFORM FROM public.culture c, public.lot l WHERE c.id = NEW.culture_id AND c.state = 'growing'
    AND l.id = NEW.lot_id AND l.kind = 'medium' AND l.expires_at > NEW.fed_at""",
        "what grows is fed, with medium that has not expired",
    ),
    "freezing_run": (
        """PERFORM FROM public.cell_count c JOIN public.batch b ON b.id = c.batch_id
   WHERE c.id = NEW.frozen_from AND c.batch_id = NEW.batch_id AND b.state <> 'failed'
     AND CASE WHEN c.culture_id IS NULL THEN b.purpose = 'biobank' ELSE c.verified_at IS NOT NULL END""",
        "cells for use are frozen from a verified harvest of their own batch",
    ),
    "placement": (
        """PERFORM FROM public.unit u JOIN public.batch b ON b.id = u.batch_id JOIN public.facility f ON f.id = b.facility_id,
     public.storage_position p JOIN public.freezer z ON z.id = p.freezer_id
   WHERE u.id = NEW.unit_id AND u.state IN ('frozen', 'stored') AND p.id = NEW.position_id AND z.facility_code = f.code""",
        "a frozen unit lies where it was made, and a thawed one never goes back",
    ),
    "fill": (
        """PERFORM WHERE NEW.drawn_ml = 0 OR EXISTS (SELECT FROM public.recount r WHERE r.preparation_id = NEW.preparation_id
     AND r.counted_at >= (SELECT max(t.thawed_at) FROM public.thaw t WHERE t.preparation_id = NEW.preparation_id))""",
        "what is filled was thawed and counted, all of it",
    ),
}

FUNCTION = """
CREATE FUNCTION refuse_unfit_{table}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  {asked};
  IF NOT FOUND THEN
    RAISE EXCEPTION '{words}' USING ERRCODE = 'BB047';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fit BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_unfit_{table}();
"""


def upgrade() -> None:
    for table, (asked, words) in STEPS.items():
        op.execute(FUNCTION.format(table=table, asked=asked, words=words))


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
