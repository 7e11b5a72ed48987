"""Labels printed ahead for a planned collection: their code is used once, by the collection for which they were printed.

Revision: 0076
"""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('label_set');
GRANT SELECT, INSERT ON label_set TO biobank_bedside;
GRANT UPDATE (state) ON label_set TO biobank_bedside;
GRANT SELECT ON label_set TO biobank_facility, biobank_auditor;

CREATE TRIGGER next_state BEFORE UPDATE OF state ON label_set FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_other_state('prepared>used', 'prepared>void');

CREATE FUNCTION refuse_unfit_label_set() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.participant p JOIN public.material m ON m.id = NEW.id AND m.kind = 'donation'
    WHERE p.id = NEW.participant_id AND p.state = 'allocated' AND NEW.state = 'prepared' AND NOT EXISTS (
      SELECT FROM public.donation d WHERE d.id = NEW.id
          OR d.participant_id = NEW.participant_id AND d.period = NEW.period AND d.state <> 'rejected');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'labels are printed ahead for a collection that is to come' USING ERRCODE = 'BB049';
  END IF;
  PERFORM FROM public.label_set s JOIN public.label_print l ON l.material_id = s.id
    WHERE s.participant_id = NEW.participant_id AND l.state = 'printed';
  IF FOUND THEN
    RAISE EXCEPTION 'labels printed ahead before are not accounted for' USING ERRCODE = 'BB049';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER to_come BEFORE INSERT ON label_set FOR EACH ROW EXECUTE FUNCTION refuse_unfit_label_set();

CREATE FUNCTION refuse_unfit_end_of_label_set() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.donation d WHERE d.id = NEW.id;
  IF FOUND <> (NEW.state = 'used') THEN
    RAISE EXCEPTION 'the collection uses its labels, and nothing else' USING ERRCODE = 'BB049';
  END IF;
  PERFORM FROM public.label_print l WHERE l.material_id = NEW.id AND l.state = 'printed';
  IF FOUND AND NEW.state = 'void' THEN
    RAISE EXCEPTION 'labels that nobody accounted for are not given up' USING ERRCODE = 'BB049';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER used_or_accounted BEFORE UPDATE OF state ON label_set FOR EACH ROW EXECUTE FUNCTION refuse_unfit_end_of_label_set();

CREATE FUNCTION refuse_other_collections_label() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  prepared uuid := (SELECT s.id FROM public.label_set s
                     WHERE s.participant_id = NEW.participant_id AND s.period = NEW.period AND s.state = 'prepared');
BEGIN
  IF prepared IS DISTINCT FROM (SELECT s.id FROM public.label_set s WHERE s.id = NEW.id)
     OR prepared IS NOT NULL AND NEW.din <> (SELECT m.code FROM public.material m WHERE m.id = prepared) THEN
    RAISE EXCEPTION 'a collection has the number on the labels that were printed for it' USING ERRCODE = 'BB049';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER own_labels BEFORE INSERT ON donation FOR EACH ROW EXECUTE FUNCTION refuse_other_collections_label();

CREATE FUNCTION use_labels() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE public.label_set SET state = 'used' WHERE id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER uses_labels AFTER INSERT ON donation FOR EACH ROW EXECUTE FUNCTION use_labels();

CREATE FUNCTION refuse_label_given_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.label_set s WHERE s.id = NEW.material_id AND s.state = 'void';
  IF FOUND THEN
    RAISE EXCEPTION 'no label is printed of a collection that was given up' USING ERRCODE = 'BB049';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER given_up BEFORE INSERT ON label_print FOR EACH ROW EXECUTE FUNCTION refuse_label_given_up();
"""


def upgrade() -> None:
    op.create_table(
        "label_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('prepared', 'used', 'void')", name=op.f("ck_label_set_state")),
        sa.ForeignKeyConstraint(["id"], ["material.id"], name=op.f("fk_label_set_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_label_set_participant_id")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_label_set_prepared_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_set")),
    )
    where = "state = 'prepared'"
    op.create_index("uq_label_set_of_period", "label_set", ["participant_id", "period"], unique=True, postgresql_where=where)
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
