"""Which codes of an act were typed by hand instead of scanned stands in the trail, with the act.

Revision: 0064
"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

RULES = """
CALL audit.watch('typed_code');
GRANT INSERT ON typed_code TO biobank_bedside, biobank_facility, biobank_desk;
GRANT SELECT ON typed_code TO biobank_auditor;

CREATE FUNCTION refuse_other_act() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  act audit.act := audit.current_act();
BEGIN
  IF NEW.act_id <> act.id THEN
    RAISE EXCEPTION 'an act tells of its own codes' USING ERRCODE = 'BB046';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER own_act BEFORE INSERT ON typed_code FOR EACH ROW EXECUTE FUNCTION refuse_other_act();
ALTER TABLE typed_code ENABLE ALWAYS TRIGGER own_act;
"""


def upgrade() -> None:
    op.create_table(
        "typed_code",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), sa.CheckConstraint("field ~ '^[a-z0-9_.]{1,100}$'", name=op.f("ck_typed_code_field")), nullable=False),
    )
    op.execute(RULES)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
