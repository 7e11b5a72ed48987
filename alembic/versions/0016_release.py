"""Decisions about batches.

Revision: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('decision');
CALL audit.freeze('decision');
GRANT SELECT, INSERT ON decision TO biobank_facility;
GRANT SELECT ON decision TO biobank_auditor;

CREATE FUNCTION refuse_unfit_decision() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.signature s WHERE s.id = NEW.signature_id AND s.person_id = NEW.decided_by;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a decision carries the signature of who decides' USING ERRCODE = 'BB014';
  END IF;
  IF NEW.verdict = 'approved' THEN
    PERFORM FROM public.deviation d WHERE d.root_id = NEW.root_id AND d.state = 'open';
    IF FOUND THEN
      RAISE EXCEPTION 'an open deviation blocks release' USING ERRCODE = 'BB015';
    END IF;
    IF NEW.stage <> 'disposition' THEN
      PERFORM FROM public.decision d WHERE d.batch_id = NEW.batch_id AND d.verdict = 'approved'
         AND d.stage = CASE NEW.stage WHEN 'certification' THEN 'disposition' ELSE 'certification' END;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'the decision before this one is missing' USING ERRCODE = 'BB016';
      END IF;
    END IF;
  END IF;
  IF NEW.stage = 'certification' THEN
    PERFORM FROM public.cell_count c WHERE c.root_id = NEW.root_id AND NEW.decided_by IN (c.counted_by, c.verified_by)
      UNION ALL SELECT FROM public.batch b WHERE b.root_id = NEW.root_id AND b.opened_by = NEW.decided_by
      UNION ALL SELECT FROM public.culture c WHERE c.root_id = NEW.root_id AND c.seeded_by = NEW.decided_by
      UNION ALL SELECT FROM public.freezing_run f WHERE f.root_id = NEW.root_id AND f.frozen_by = NEW.decided_by;
    IF FOUND THEN
      RAISE EXCEPTION 'whoever made or verified a batch does not certify it' USING ERRCODE = 'BB017';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fit_decision BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION refuse_unfit_decision();
"""


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose = 'drug'", name=op.f("ck_decision_only_drug")),
        sa.CheckConstraint("stage IN ('disposition', 'certification', 'sponsor_release')", name=op.f("ck_decision_stage")),
        sa.CheckConstraint("verdict IN ('approved', 'rejected')", name=op.f("ck_decision_verdict")),
        sa.ForeignKeyConstraint(["batch_id", "purpose"], ["batch.id", "batch.purpose"], name="fk_decision_purpose"),
        sa.ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_decision_batch"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_decision_decided_by")),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_decision_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("batch_id", "stage", name=op.f("uq_decision_batch_id_stage")),
        sa.UniqueConstraint("signature_id", name=op.f("uq_decision_signature_id")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
