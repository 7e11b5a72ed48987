"""Send queued labels to their printers: ``python -m devices.printing``.

A printer is a folder, into which labels are put as PDF under nothing but their number; whatever drives the real printer
takes them from there. A label is sent once or left to a person: a job that was being sent when this process died
becomes unknown, because nobody can tell from here what the printer did.
"""

import os
from pathlib import Path
from threading import Event

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.opening import acts_of
from biobank.act.people import PRINTING
from biobank.db.roles import Login
from biobank.ending import told_to_end
from biobank.labelling import operations
from biobank.labelling.rules import PRINTERS, JobState
from biobank.labelling.tables import LabelPrint, PrintJob
from biobank.logs import configure
from biobank.settings import Settings

log = structlog.get_logger()
EVERY_SECONDS = 1.0
_ONLY = 7_405_003
"""Who holds this advisory lock prints; the others wait for it."""


def send_next(acts: Acts, folder: Path) -> bool:
    """Send the label that waits longest; whether there was one.

    Two acts, so that what is being sent is known before the first byte leaves.
    """
    with acts.begin(PRINTING, Kind.PRINT_JOB, login=Login.PRINTING) as act:
        taken = _take(act)
    if taken is None:
        return False
    job, label = taken
    try:
        _put(_printer(folder, job.printer), f"{label.number}.pdf", operations.document(label))
    except OSError as error:
        log.error("printer failed", printer=job.printer, label=label.number, error=str(error))
        _move(acts, job, JobState.UNKNOWN)
    else:
        log.info("label sent", printer=job.printer, label=label.number)
        _move(acts, job, JobState.SENT)
    return True


def give_up_interrupted(acts: Acts) -> int:
    """What was being sent when a process like this one ended is unknown from now on; returns how many."""
    with acts.begin(PRINTING, Kind.PRINT_JOB, login=Login.PRINTING) as act:
        left = act.session.exec(select(PrintJob).where(PrintJob.state == JobState.SENDING).with_for_update()).all()
        for job in left:
            _change(act, job, JobState.UNKNOWN)
    return len(left)


def _take(act: Act) -> tuple[PrintJob, LabelPrint] | None:
    waiting = (
        select(PrintJob, LabelPrint)
        .join(LabelPrint, col(LabelPrint.id) == PrintJob.label_print_id)
        .where(PrintJob.state == JobState.QUEUED)
        .order_by(col(PrintJob.queued_at), col(PrintJob.id))
        .limit(1)
        .with_for_update(of=PrintJob, skip_locked=True)
    )
    found = act.session.exec(waiting).first()
    if found is None:
        return None
    _change(act, found[0], JobState.SENDING)
    return found


def _move(acts: Acts, job: PrintJob, state: JobState) -> None:
    with acts.begin(PRINTING, Kind.PRINT_JOB, login=Login.PRINTING) as act:
        _change(act, act.session.exec(select(PrintJob).where(PrintJob.id == job.id).with_for_update()).one(), state)


def _change(act: Act, job: PrintJob, state: JobState) -> None:
    job.state, job.changed_at = state, act.recorded_at
    act.session.flush()


def _printer(folder: Path, name: str) -> Path:
    """Raises FileNotFoundError for a name that is no printer of ours: it comes from a row, and would become a path."""
    if name not in PRINTERS:
        raise FileNotFoundError(f"there is no printer {name!r}")
    return folder / name


def _put(folder: Path, name: str, document: bytes) -> None:
    """Whole or not at all: whoever watches the folder never sees half a label."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f".{name}.part"
    part.write_bytes(document)
    os.replace(part, folder / name)


def run(acts: Acts, folder: Path, stop: Event) -> None:
    """Print until ``stop`` is set; a lost database is waited for."""
    while not stop.is_set():
        try:
            with acts.engines.of(Login.PRINTING).connect() as db:
                if _alone(db):
                    _rounds(acts, folder, db, stop)
        except OperationalError as error:
            log.warning("database is away", error=str(error.orig))
        stop.wait(EVERY_SECONDS)


def _alone(db: Connection) -> bool:
    return bool(db.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _ONLY}).scalar_one())


def _rounds(acts: Acts, folder: Path, alone: Connection, stop: Event) -> None:
    alone.commit()
    if left := give_up_interrupted(acts):
        log.warning("labels that may or may not have been printed", count=left)
    while not stop.is_set():
        alone.execute(text("SELECT 1"))  # raises when the connection that holds the lock is gone
        alone.commit()
        if not send_next(acts, folder):
            stop.wait(EVERY_SECONDS)


def main() -> None:
    """Run until told to end."""
    stop = told_to_end()
    configure()
    settings = Settings()
    acts = acts_of(settings)
    run(acts, settings.prints, stop)
    acts.engines.dispose()


if __name__ == "__main__":
    main()
