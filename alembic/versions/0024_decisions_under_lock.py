"""A decision about a batch locks its root, counts open holds, keeps what was reviewed, and keeps QA and QP apart.

Revision: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

GUARDS = """
CREATE OR REPLACE FUNCTION refuse_unfit_decision() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.material m WHERE m.id = NEW.root_id FOR UPDATE;
  PERFORM FROM public.signature s WHERE s.id = NEW.signature_id AND s.person_id = NEW.decided_by;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a decision carries the signature of who decides' USING ERRCODE = 'BB014';
  END IF;
  IF NEW.verdict = 'approved' THEN
    PERFORM FROM public.deviation d WHERE d.root_id = NEW.root_id AND d.state = 'open';
    IF FOUND THEN
      RAISE EXCEPTION 'an open deviation blocks release' USING ERRCODE = 'BB015';
    END IF;
    PERFORM FROM public.hold h JOIN public.material m ON m.id = h.material_id
      WHERE h.root_id = NEW.root_id AND h.lifted_at IS NULL AND h.kind <> 'not_released' AND m.kind <> 'unit'
        AND h.purposes && ARRAY['patient_use', 'distribution'];
    IF FOUND THEN
      RAISE EXCEPTION 'an open hold blocks release' USING ERRCODE = 'BB028';
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
      UNION ALL SELECT FROM public.feed f JOIN public.culture c ON c.id = f.culture_id
                 WHERE c.root_id = NEW.root_id AND f.fed_by = NEW.decided_by
      UNION ALL SELECT FROM public.freezing_run f WHERE f.root_id = NEW.root_id AND f.frozen_by = NEW.decided_by;
    IF FOUND THEN
      RAISE EXCEPTION 'whoever made or verified a batch does not certify it' USING ERRCODE = 'BB017';
    END IF;
    PERFORM FROM public.decision d
      WHERE d.batch_id = NEW.batch_id AND d.stage = 'disposition' AND d.decided_by = NEW.decided_by;
    IF FOUND THEN
      RAISE EXCEPTION 'whoever disposed of a batch does not certify it' USING ERRCODE = 'BB017';
    END IF;
  END IF;
  RETURN NEW;
END $$;
COMMENT ON COLUMN decision.reviewed IS
  'What lay before the person who decided, in the bytes that the signature is bound to; NULL in decisions older than this column';
"""


def upgrade() -> None:
    op.add_column("decision", sa.Column("reviewed", sa.Text(), nullable=True))
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
