"""What was typed wrong is corrected by a line of its own that says what it corrects and why; the first one stays.

Revision: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

CORRECTED = ("weight", "result", "receipt")
SAYS_SOMETHING = (
    "correction_reason IS NULL OR (length(btrim(correction_reason)) >= 5 AND correction_reason ~ '\\w\\w'"
    " AND lower(btrim(correction_reason)) NOT IN ('n/a n/a', 'update', 'change', 'reason', 'none.'))"
)
SAME_LINE = """
CREATE FUNCTION refuse_other_line() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known jsonb;
  said jsonb := to_jsonb(NEW);
  field text;
BEGIN
  EXECUTE format('SELECT to_jsonb(t) FROM public.%I t WHERE t.id = $1', TG_TABLE_NAME) INTO known USING NEW.corrects;
  FOREACH field IN ARRAY TG_ARGV LOOP
    IF known -> field IS DISTINCT FROM said -> field THEN
      RAISE EXCEPTION 'a correction is of the same line of the record: % differs', field USING ERRCODE = 'BB036';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
COMMENT ON FUNCTION refuse_other_line IS 'What a correction must leave as it was: whose it is, and what it is about';
CREATE TRIGGER same_line BEFORE INSERT ON weight FOR EACH ROW WHEN (NEW.corrects IS NOT NULL)
  EXECUTE FUNCTION refuse_other_line('participant_id', 'period', 'measured_at');
CREATE TRIGGER same_line BEFORE INSERT ON result FOR EACH ROW WHEN (NEW.corrects IS NOT NULL)
  EXECUTE FUNCTION refuse_other_line('batch_id', 'root_id', 'test', 'method');
CREATE TRIGGER same_line BEFORE INSERT ON receipt FOR EACH ROW WHEN (NEW.corrects IS NOT NULL)
  EXECUTE FUNCTION refuse_other_line('donation_id', 'accepted', 'temperature_c', 'container_intact', 'remark', 'received_by',
                                     'received_at');
"""


def upgrade() -> None:
    for table in CORRECTED:
        op.add_column(table, sa.Column("corrects", sa.Uuid(), nullable=True))
        op.add_column(table, sa.Column("correction_reason", sa.Text(), nullable=True))
        op.create_foreign_key(op.f(f"fk_{table}_corrects"), table, table, ["corrects"], ["id"])
        op.create_unique_constraint(op.f(f"uq_{table}_corrects"), table, ["corrects"])
        both = "(corrects IS NULL) = (correction_reason IS NULL)"
        op.create_check_constraint(op.f(f"ck_{table}_correction"), table, both)
        op.create_check_constraint(op.f(f"ck_{table}_correction_reason"), table, SAYS_SOMETHING)
    op.drop_constraint("uq_receipt_donation_id", "receipt", type_="unique")
    op.create_index(
        "uq_receipt_first", "receipt", ["donation_id"], unique=True, postgresql_where=sa.text("corrects IS NULL")
    )
    op.execute(SAME_LINE)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
