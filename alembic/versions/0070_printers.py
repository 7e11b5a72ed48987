"""Printers are rows, each of one side and place; a person says what became of a print that nobody can tell of.

Whoever prepares the database writes down the two printers that were folders; labels printed before keep their names.

Revision: 0070
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

PRINTERS = """
CALL audit.watch('printer');
ALTER TABLE printer ENABLE ROW LEVEL SECURITY;
CREATE POLICY bedside_side ON printer FOR SELECT TO biobank_bedside USING (side = 'bedside');
CREATE POLICY facility_side ON printer FOR SELECT TO biobank_facility USING (side = 'facility');
CREATE POLICY every_side ON printer TO biobank_desk, biobank_printing, biobank_auditor USING (true) WITH CHECK (true);
GRANT SELECT ON printer TO biobank_bedside, biobank_facility, biobank_desk, biobank_printing, biobank_auditor;
GRANT INSERT ON printer TO biobank_desk;
GRANT UPDATE (way, host, port, dpi, in_use) ON printer TO biobank_desk;

ALTER TABLE printer_status ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_printers ON printer_status FOR SELECT TO biobank_bedside, biobank_facility, biobank_desk
  USING (EXISTS (SELECT FROM printer p WHERE p.name = printer_status.printer));
CREATE POLICY every_printer ON printer_status TO biobank_printing USING (true) WITH CHECK (true);
GRANT SELECT ON printer_status TO biobank_bedside, biobank_facility, biobank_desk;
GRANT SELECT, INSERT ON printer_status TO biobank_printing;
GRANT UPDATE (says, answers, asked_at, seen_at) ON printer_status TO biobank_printing;
"""

JOBS = """
DROP TRIGGER next_state ON print_job;
CREATE TRIGGER next_state BEFORE UPDATE OF state ON print_job FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
  EXECUTE FUNCTION refuse_other_state('queued>sending', 'queued>withdrawn', 'sending>sent', 'sending>unknown',
                                      'unknown>printed', 'unknown>not_printed');
CREATE POLICY own_labels_seen ON print_job FOR SELECT TO biobank_bedside
  USING (EXISTS (SELECT FROM label_print l WHERE l.id = print_job.label_print_id));
CREATE POLICY own_labels_answered ON print_job FOR UPDATE TO biobank_bedside
  USING (EXISTS (SELECT FROM label_print l WHERE l.id = print_job.label_print_id));
CREATE POLICY how_many_wait ON print_job FOR SELECT TO biobank_desk USING (true);
GRANT SELECT ON print_job TO biobank_bedside;
GRANT SELECT (printer, state) ON print_job TO biobank_desk;
GRANT UPDATE (state, changed_at) ON print_job TO biobank_bedside, biobank_facility;

CREATE FUNCTION refuse_other_printer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM public.printer p WHERE p.name = NEW.printer AND p.in_use AND p.way <> 'download'
       AND session_user = 'biobank_' || p.side AND NEW.state = 'queued';
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a side prints at its own printers in use' USING ERRCODE = 'BB044';
    END IF;
    RETURN NEW;
  END IF;
  IF session_user = 'biobank_printing' THEN
    IF NEW.state NOT IN ('sending', 'sent', 'unknown') THEN
      RAISE EXCEPTION 'what became of a print that nobody can tell of is said by people' USING ERRCODE = 'BB044';
    END IF;
    RETURN NEW;
  END IF;
  PERFORM FROM public.printer p WHERE p.name = NEW.printer AND session_user = 'biobank_' || p.side;
  IF NOT FOUND OR NEW.state NOT IN ('withdrawn', 'printed', 'not_printed') THEN
    RAISE EXCEPTION 'people say what became of their own side''s prints, and send none' USING ERRCODE = 'BB044';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER own_printer BEFORE INSERT OR UPDATE ON print_job FOR EACH ROW EXECUTE FUNCTION refuse_other_printer();
ALTER TABLE print_job ENABLE ALWAYS TRIGGER own_printer;
"""

ANSWERS = """
CALL audit.watch('print_answer');
CALL audit.freeze('print_answer');
ALTER TABLE print_answer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_labels ON print_answer TO biobank_bedside
  USING (EXISTS (SELECT FROM label_print l WHERE l.id = print_answer.label_print_id))
  WITH CHECK (EXISTS (SELECT FROM label_print l WHERE l.id = print_answer.label_print_id));
CREATE POLICY facility_all ON print_answer TO biobank_facility, biobank_auditor USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON print_answer TO biobank_bedside, biobank_facility;
GRANT SELECT ON print_answer TO biobank_auditor;

CREATE FUNCTION refuse_early_answer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.print_job j WHERE j.label_print_id = NEW.label_print_id
     AND j.state = CASE WHEN NEW.came_out THEN 'printed' ELSE 'not_printed' END;
  IF NOT FOUND OR NEW.answered_by IS DISTINCT FROM public.done_by() THEN
    RAISE EXCEPTION 'whoever looked at the printer says what became of a print of which nobody can tell' USING ERRCODE = 'BB044';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER looked BEFORE INSERT ON print_answer FOR EACH ROW EXECUTE FUNCTION refuse_early_answer();
ALTER TABLE print_answer ENABLE ALWAYS TRIGGER looked;
"""


def upgrade() -> None:
    op.create_table(
        "printer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("port", sa.Integer(), nullable=True),
        sa.Column("dpi", sa.Integer(), nullable=True),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name ~ '^[a-z0-9][a-z0-9-]{2,39}$'", name=op.f("ck_printer_name")),
        sa.CheckConstraint("side IN ('bedside', 'facility')", name=op.f("ck_printer_side")),
        sa.CheckConstraint("way IN ('zpl', 'folder', 'download')", name=op.f("ck_printer_way")),
        sa.CheckConstraint(
            "num_nonnulls(host, port, dpi) = CASE way WHEN 'zpl' THEN 3 ELSE 0 END", name=op.f("ck_printer_address")
        ),
        sa.CheckConstraint("host ~ '^[a-z0-9:][a-z0-9.:-]{0,252}$'", name=op.f("ck_printer_host")),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name=op.f("ck_printer_port")),
        sa.CheckConstraint("dpi IN (203, 300, 600)", name=op.f("ck_printer_dpi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer")),
        sa.UniqueConstraint("name", name=op.f("uq_printer_name")),
    )
    op.create_index(
        "uq_printer_place",
        "printer",
        ["side", "place"],
        unique=True,
        postgresql_where=sa.text("in_use"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "printer_status",
        sa.Column("printer", sa.Text(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "says IN ('ready', 'paper_out', 'ribbon_out', 'head_open', 'paused', 'full', 'silent', 'garbled', 'unreachable')",
            name=op.f("ck_printer_status_says"),
        ),
        sa.ForeignKeyConstraint(["printer"], ["printer.name"], name=op.f("fk_printer_status_printer")),
        sa.PrimaryKeyConstraint("printer", name=op.f("pk_printer_status")),
    )
    op.create_table(
        "print_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label_print_id", sa.Uuid(), nullable=False),
        sa.Column("came_out", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(btrim(reason)) >= 5", name=op.f("ck_print_answer_reason")),
        sa.ForeignKeyConstraint(["label_print_id"], ["label_print.id"], name=op.f("fk_print_answer_label_print_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_print_answer_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_answer")),
        sa.UniqueConstraint("label_print_id", name=op.f("uq_print_answer_label_print_id")),
    )
    op.execute("ALTER TABLE print_job ADD CONSTRAINT fk_print_job_printer FOREIGN KEY (printer) REFERENCES printer (name) NOT VALID")
    op.create_unique_constraint(op.f("uq_print_job_label_print_id"), "print_job", ["label_print_id"])
    op.drop_constraint(op.f("ck_print_job_state"), "print_job")
    states = "state IN ('queued', 'sending', 'sent', 'unknown', 'printed', 'not_printed', 'withdrawn')"
    op.create_check_constraint(op.f("ck_print_job_state"), "print_job", states)
    for part in (PRINTERS, JOBS, ANSWERS):
        op.execute(part)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
