"""What is asked of labels printed ahead is asked of one collection after the other, and they are given up by an act that says why.

Revision: 0085
"""

from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION lock_participant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.participant p WHERE p.id = NEW.participant_id FOR NO KEY UPDATE;
  RETURN NEW;
END $$;
CREATE TRIGGER a_one_by_one BEFORE INSERT ON label_set FOR EACH ROW EXECUTE FUNCTION lock_participant();
CREATE TRIGGER a_one_by_one BEFORE INSERT ON donation FOR EACH ROW EXECUTE FUNCTION lock_participant();
COMMENT ON TRIGGER a_one_by_one ON label_set IS 'Before to_come, which then sees every donation of the participant';
COMMENT ON TRIGGER a_one_by_one ON donation IS 'Before own_labels, which then sees every set of labels of the participant';

CREATE FUNCTION refuse_voiding_in_passing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (audit.current_act()).kind IS DISTINCT FROM 'void_labels' THEN
    RAISE EXCEPTION 'labels printed ahead are given up by an act that says why' USING ERRCODE = 'BB049';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER said_why BEFORE UPDATE OF state ON label_set FOR EACH ROW
  WHEN (NEW.state = 'void' AND OLD.state <> 'void') EXECUTE FUNCTION refuse_voiding_in_passing();

ALTER TABLE label_set ENABLE ALWAYS TRIGGER a_one_by_one;
ALTER TABLE label_set ENABLE ALWAYS TRIGGER said_why;
ALTER TABLE label_set ENABLE ALWAYS TRIGGER next_state;
ALTER TABLE label_set ENABLE ALWAYS TRIGGER to_come;
ALTER TABLE label_set ENABLE ALWAYS TRIGGER used_or_accounted;
ALTER TABLE donation ENABLE ALWAYS TRIGGER a_one_by_one;
ALTER TABLE donation ENABLE ALWAYS TRIGGER own_labels;
ALTER TABLE donation ENABLE ALWAYS TRIGGER uses_labels;
ALTER TABLE label_print ENABLE ALWAYS TRIGGER given_up;
ALTER TABLE label_print ENABLE ALWAYS TRIGGER on_something;
ALTER TABLE handover ENABLE ALWAYS TRIGGER label_proven;
ALTER TABLE placement ENABLE ALWAYS TRIGGER label_proven;
ALTER TABLE kit ENABLE ALWAYS TRIGGER label_proven;
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
