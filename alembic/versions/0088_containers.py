"""A unit says what it is frozen in: a vial is labelled on its side and its cap, a bag as a bag, which is then its own label.

Every unit frozen before was labelled as a vial.

Revision: 0088
"""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION refuse_other_containers_label() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.unit u WHERE u.id = NEW.material_id AND (u.container = 'bag') <> (NEW.layout = 'bag');
  IF FOUND THEN
    RAISE EXCEPTION 'a vial is labelled on its side and its cap, a bag as a bag' USING ERRCODE = 'BB051';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fits_container BEFORE INSERT ON label_print FOR EACH ROW
  WHEN (NEW.layout IN ('unit', 'cap', 'bag') AND session_user <> 'biobank_bedside')
  EXECUTE FUNCTION refuse_other_containers_label();
ALTER TABLE label_print ENABLE ALWAYS TRIGGER fits_container;
COMMENT ON TRIGGER fits_container ON label_print IS
  'Not for the bedside, whom row security refuses afterwards: what is refused here would tell it of a unit';

CREATE OR REPLACE FUNCTION refuse_unproven_label() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  thing uuid := to_jsonb(NEW) ->> TG_ARGV[0];
  at_bedside boolean := session_user = 'biobank_bedside';
  taken_over boolean := EXISTS (SELECT FROM public.handover h WHERE h.material_id = thing AND h.taken_at IS NOT NULL);
BEGIN
  IF TG_TABLE_NAME = 'placement' AND EXISTS (SELECT FROM public.placement p WHERE p.unit_id = thing) THEN
    RETURN NEW;
  END IF;
  PERFORM FROM public.material m JOIN public.label_print l ON l.scope = m.scope AND l.material_id = m.id
    WHERE m.id = thing
      AND ((l.scope = 'bedside' AND l.number < 1000000000) = at_bedside OR NOT at_bedside AND NOT taken_over)
    GROUP BY m.kind, l.layout
    HAVING bool_or(l.state = 'printed') OR l.layout IN (m.kind, 'bag') AND NOT bool_or(l.state = 'applied');
  IF FOUND THEN
    RAISE EXCEPTION 'a label is read back on its thing before the thing moves' USING ERRCODE = 'BB040';
  END IF;
  RETURN NEW;
END $$;
"""


def upgrade() -> None:
    op.add_column("unit", sa.Column("container", sa.String(), nullable=False, server_default="vial"))
    op.alter_column("unit", "container", server_default=None)
    op.create_check_constraint(op.f("ck_unit_container"), "unit", "container IN ('vial', 'bag')")
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
