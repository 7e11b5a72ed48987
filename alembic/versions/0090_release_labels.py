"""The label of a release is printed of what the sponsor released and nothing holds back, and nothing is thawed for a patient before
it was read back where it sits, or is accounted for otherwise.

Revision: 0090
"""

from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION refuse_label_without_release() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.decision d
    WHERE d.batch_id = NEW.material_id AND d.stage = 'sponsor_release' AND d.verdict = 'approved' AND NOT EXISTS (
      SELECT FROM public.hold h WHERE h.material_id IN (d.batch_id, d.root_id) AND h.lifted_at IS NULL
         AND 'patient_use' = ANY (h.purposes));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a label says released of what the sponsor released and nothing holds' USING ERRCODE = 'BB053';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER released BEFORE INSERT ON label_print FOR EACH ROW
  WHEN (NEW.layout = 'release' AND session_user <> 'biobank_bedside')
  EXECUTE FUNCTION refuse_label_without_release();
ALTER TABLE label_print ENABLE ALWAYS TRIGGER released;
COMMENT ON TRIGGER released ON label_print IS
  'Not for the bedside, whom row security refuses afterwards: what is refused here would tell it of a release';

CREATE FUNCTION refuse_thaw_under_open_label() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.unit u JOIN public.label_print l ON l.scope = 'facility' AND l.material_id = u.batch_id
    WHERE u.id = NEW.unit_id
    GROUP BY l.layout HAVING bool_or(l.state = 'printed') OR l.layout = 'batch' AND NOT bool_or(l.state = 'applied');
  IF FOUND THEN
    RAISE EXCEPTION 'the labels of a batch are accounted for before a patient gets of it' USING ERRCODE = 'BB040';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER label_proven BEFORE INSERT ON thaw FOR EACH ROW WHEN (NEW.preparation_id IS NOT NULL)
  EXECUTE FUNCTION refuse_thaw_under_open_label();
ALTER TABLE thaw ENABLE ALWAYS TRIGGER label_proven;
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
