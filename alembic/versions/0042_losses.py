"""Cultures are discarded, batches fail before their release, units are destroyed; and nobody decides about a failed batch.

Revision: 0042
"""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

KINDS = ("donation", "kit", "batch", "culture", "unit", "lot")
STEPS = (
    "collect", "hand_over", "take_over", "receive", "reject", "route", "isolate", "seed", "feed", "harvest", "discard", "fail",
    "freeze", "store", "dispose", "certify", "release", "thaw", "recount", "fill", "plan", "ready", "void", "retrieve",
    "administer", "account", "destroy",
)  # fmt: skip
"""Samples have no act, and holds stand in a table of their own: their codes were never written."""

GUARDS = """
CREATE FUNCTION refuse_decision_on_failed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.batch b WHERE b.id = NEW.batch_id AND b.state = 'failed';
  IF FOUND THEN
    RAISE EXCEPTION 'nobody decides about a batch that failed' USING ERRCODE = 'BB035';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER zz_not_failed BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION refuse_decision_on_failed();
COMMENT ON TRIGGER zz_not_failed ON decision IS 'After fit_decision, which locks the root, so that no batch fails meanwhile';

CREATE FUNCTION refuse_failure_of_released() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.decision d WHERE d.batch_id = NEW.id AND d.stage = 'sponsor_release' AND d.verdict = 'approved';
  IF FOUND THEN
    RAISE EXCEPTION 'a batch that was released does not fail any more' USING ERRCODE = 'BB035';
  END IF;
  PERFORM FROM public.culture c WHERE c.batch_id = NEW.id AND c.state = 'growing';
  IF FOUND THEN
    RAISE EXCEPTION 'what grows is discarded before its batch fails' USING ERRCODE = 'BB035';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER not_released BEFORE UPDATE OF state ON batch FOR EACH ROW
  WHEN (NEW.state = 'failed' AND OLD.state <> 'failed') EXECUTE FUNCTION refuse_failure_of_released();
"""


def upgrade() -> None:
    for table, column, codes in (("material", "kind", KINDS), ("custody_event", "step", STEPS)):
        op.drop_constraint(op.f(f"ck_{table}_{column}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} IN {codes}")
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
