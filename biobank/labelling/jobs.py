"""The queue of prints: taken one by one for a printer, each sent once; what nobody can tell of is left to a person."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import PRINTING
from biobank.db.roles import Login
from biobank.labelling import printers
from biobank.labelling.printer_rules import PrinterSays, PrinterWay
from biobank.labelling.rules import JobState
from biobank.labelling.tables import LabelPrint, Printer, PrinterStatus, PrintJob

_NOTE = text("""
INSERT INTO printer_status (printer, says, answers, asked_at, seen_at)
VALUES (:printer, :says, :answers, clock_timestamp(), CASE WHEN :seen THEN clock_timestamp() END)
ON CONFLICT (printer) DO UPDATE SET says = excluded.says, answers = printer_status.answers OR excluded.answers,
  asked_at = excluded.asked_at, seen_at = coalesce(excluded.seen_at, printer_status.seen_at)
""")
_TOLD_BY_ITSELF = frozenset(PrinterSays) - {PrinterSays.SILENT, PrinterSays.GARBLED, PrinterSays.UNREACHABLE}


def queue(act: Act, labels: Sequence[tuple[LabelPrint, str | None]]) -> None:
    """Let labels wait for printers of the acting side, each where it is needed; where people print by hand, nothing waits.

    Raises NoPrinterTakes.
    """
    now, needed = act.recorded_at, {(place, printed.layout) for printed, place in labels}
    chosen = {(place, layout): printers.chosen(act.session, act.person.side, place, layout) for place, layout in needed}
    act.session.add_all(
        PrintJob(
            id=act.new_id(),
            label_print_id=printed.id,
            printer=printer.name,
            state=JobState.QUEUED,
            queued_at=now,
            changed_at=now,
        )
        for printed, place in labels
        if (printer := chosen[place, printed.layout]) is not None
    )
    act.session.flush()


def job_of(session: Session, printed: LabelPrint, *, lock: bool = False) -> PrintJob | None:
    """How a label went to a printer; None where people print by hand."""
    wanted = select(PrintJob).where(PrintJob.label_print_id == printed.id)
    return session.exec(wanted.with_for_update() if lock else wanted).first()


def jobs_of(session: Session, labels: Sequence[LabelPrint]) -> dict[UUID, JobState]:
    """How labels went to a printer, by their ids."""
    wanted = select(PrintJob.label_print_id, PrintJob.state).where(col(PrintJob.label_print_id).in_([one.id for one in labels]))
    return {label: JobState(state) for label, state in session.exec(wanted)}


def move(act: Act, job: PrintJob, state: JobState) -> None:
    """The next state of a job."""
    job.state, job.changed_at = state, act.recorded_at
    act.session.flush()


def working(session: Session) -> Sequence[Printer]:
    """The printers in use to which something is sent."""
    return session.exec(select(Printer).where(col(Printer.in_use), Printer.way != PrinterWay.DOWNLOAD)).all()


def is_waiting(session: Session, printer: str) -> bool:
    """Whether a label waits for this printer."""
    wanted = select(PrintJob.id).where(PrintJob.printer == printer, PrintJob.state == JobState.QUEUED)
    return session.exec(wanted.limit(1)).first() is not None


def take(acts: Acts, printer: str) -> tuple[PrintJob, LabelPrint] | None:
    """The label that waits longest for a printer; from here on it is being sent, and known to be before the first byte leaves."""
    waiting = (
        select(PrintJob, LabelPrint)
        .join(LabelPrint, col(LabelPrint.id) == PrintJob.label_print_id)
        .where(PrintJob.printer == printer, PrintJob.state == JobState.QUEUED)
        .order_by(col(PrintJob.queued_at), col(LabelPrint.number))
        .limit(1)
        .with_for_update(of=PrintJob, skip_locked=True)
    )
    with acts.begin(PRINTING, Kind.PRINT_JOB, login=Login.PRINTING) as act:
        found = act.session.exec(waiting).first()
        if found is not None:
            move(act, found[0], JobState.SENDING)
    return None if found is None else (found[0], found[1])


def finish(acts: Acts, job: PrintJob, state: JobState) -> bool:
    """Say how the sending of a label ended; whether it was still this process's to say, and no other had given it up."""
    with acts.begin(PRINTING, Kind.PRINT_JOB, login=Login.PRINTING) as act:
        found = act.session.exec(select(PrintJob).where(PrintJob.id == job.id).with_for_update()).one()
        if found.state != JobState.SENDING:
            return False
        move(act, found, state)
    return True


def give_up_interrupted(acts: Acts) -> int:
    """What was being sent when a process like this one ended is unknown from now on; returns how many."""
    with acts.begin(PRINTING, Kind.PRINT_JOB, login=Login.PRINTING) as act:
        left = act.session.exec(select(PrintJob).where(PrintJob.state == JobState.SENDING).with_for_update()).all()
        for job in left:
            move(act, job, JobState.UNKNOWN)
    return len(left)


def note(acts: Acts, printer: str, says: PrinterSays) -> None:
    """Write down what a printer says of itself, in real time, whatever the clock of the record says."""
    told = says in _TOLD_BY_ITSELF
    seen = says is not PrinterSays.UNREACHABLE
    with acts.engines.of(Login.PRINTING).begin() as db:
        db.execute(_NOTE, {"printer": printer, "says": says.value, "answers": told, "seen": seen})


def has_answered(session: Session, printer: str) -> bool:
    """Whether a printer has ever told of itself."""
    return bool(session.exec(select(PrinterStatus.answers).where(PrinterStatus.printer == printer)).first())


def asked_within(session: Session, printer: str, last: timedelta) -> bool:
    """Whether a printer was asked in the last ``last`` of real time."""
    since = text("asked_at > clock_timestamp() - CAST(:last AS interval)").bindparams(last=last)
    return session.exec(select(PrinterStatus.printer).where(PrinterStatus.printer == printer).where(since)).first() is not None
