"""Free text that names what it must not is covered by a signed line of somebody who did not write it; the text stays.

Revision: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('redaction');
CALL audit.freeze('redaction');
GRANT SELECT, INSERT ON redaction TO biobank_facility;
GRANT SELECT ON redaction TO biobank_auditor;

CREATE FUNCTION refuse_own_redaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  field text := split_part(NEW.written, '.', 2);
BEGIN
  PERFORM FROM audit.entry e JOIN audit.act a ON a.xid = e.xid AND a.id = e.act_id
   WHERE e.table_name = 'public.' || split_part(NEW.written, '.', 1) AND e.row_id = NEW.row_id::text
     AND e.body::jsonb #>> ARRAY['new', field] IS DISTINCT FROM e.body::jsonb #>> ARRAY['old', field]
     AND public.same_human(a.actor_id, NEW.redacted_by);
  IF FOUND THEN
    RAISE EXCEPTION 'nobody redacts what they wrote' USING ERRCODE = 'BB032';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER second_human BEFORE INSERT ON redaction FOR EACH ROW EXECUTE FUNCTION refuse_own_redaction();
"""


def upgrade() -> None:
    op.create_table(
        "redaction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("written", sa.String(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("redacted_by", sa.Uuid(), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "written IN ('deviation.title', 'deviation.description', 'deviation.conclusion', 'receipt.remark')",
            name=op.f("ck_redaction_written"),
        ),
        sa.CheckConstraint("length(btrim(reason)) >= 5 AND reason ~ '\\w\\w'", name=op.f("ck_redaction_reason")),
        sa.ForeignKeyConstraint(["redacted_by"], ["person.id"], name=op.f("fk_redaction_redacted_by")),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_redaction_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
        sa.UniqueConstraint("written", "row_id", name=op.f("uq_redaction_written")),
        sa.UniqueConstraint("signature_id", name=op.f("uq_redaction_signature_id")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
