"""Everybody has one side, and only roles of that side, whoever writes the grant.

Revision: 0043
"""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

OWN_SIDE = """
CREATE FUNCTION refuse_role_of_other_side() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.person p WHERE p.id = NEW.person_id AND p.side = CASE
      WHEN NEW.role IN ('treating', 'assessor', 'pharmacist', 'courier', 'monitor', 'sponsor_reader') THEN 'bedside'
      WHEN NEW.role IN ('administrator', 'study_author') THEN 'desk'
      ELSE 'facility' END;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'role % is not of this person''s side', NEW.role USING ERRCODE = 'BB010';
  END IF;
  RETURN NEW;
END $$;
COMMENT ON FUNCTION refuse_role_of_other_side IS 'One side for each person and installation: docs/decisions/0001';
CREATE TRIGGER own_side BEFORE INSERT OR UPDATE OF person_id, role ON role_grant
  FOR EACH ROW EXECUTE FUNCTION refuse_role_of_other_side();
ALTER TABLE role_grant ENABLE ALWAYS TRIGGER own_side;
"""


def upgrade() -> None:
    op.execute(OWN_SIDE)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
