"""Send queued labels to their printers: ``python -m devices.printing``.

Each printer is tended by a thread of its own, so that a slow or dead one holds up no other. A label is sent once or left to a
person: a job that was being sent when this process died, or when the printer went away, becomes unknown, because nobody can
tell from here what the printer did.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from biobank.act.acts import Acts
from biobank.act.opening import acts_of
from biobank.act.people import PRINTING
from biobank.db.roles import Login
from biobank.ending import told_to_end
from biobank.labelling import jobs, operations
from biobank.labelling.printer_rules import PrinterSays, PrinterWay, may_be_sent_to
from biobank.labelling.rules import JobState
from biobank.labelling.tables import Printer
from biobank.logs import configure
from biobank.settings import Settings
from devices import print_folder
from devices.host_status import HostStatus
from devices.raw_printer import Line, Patience, line

log = structlog.get_logger()
EVERY_SECONDS = 1.0
ASKED_EVERY = timedelta(seconds=30)
_ONLY = 7_405_003
"""Who holds this advisory lock prints; the others wait for it."""


@dataclass(frozen=True)
class Printing:
    """Sends labels of one installation."""

    acts: Acts
    folder: Path
    patience: Patience = field(default_factory=Patience)

    def patience_with(self, printer: Printer) -> Patience:
        """How long this printer may take."""
        return self.patience if printer.patience_s is None else replace(self.patience, finish_s=printer.patience_s)

    def serve(self, printer: Printer) -> bool:
        """Send the label that waits longest for this printer; whether one was sent, or tried."""
        with self.acts.look(PRINTING, Login.PRINTING) as session:
            waits = jobs.is_waiting(session, printer.name)
            known = jobs.asked_within(session, printer.name, ASKED_EVERY)
        if not waits and known:
            return False
        try:
            return self._into_folder(printer, waits) if printer.way == PrinterWay.FOLDER else self._over_line(printer, waits)
        except OSError as error:  # before anything was taken from the queue
            log.warning("printer is away", printer=printer.name, error=str(error))
            jobs.note(self.acts, printer.name, PrinterSays.UNREACHABLE)
            return False

    def _into_folder(self, printer: Printer, waits: bool) -> bool:
        folder = print_folder.opened(self.folder / printer.name)
        jobs.note(self.acts, printer.name, PrinterSays.READY)
        taken = jobs.take(self.acts, printer.name) if waits else None
        if taken is None:
            return False
        job, label = taken
        try:
            print_folder.put(folder, f"{label.number}.pdf", operations.document(label))
        except OSError as error:
            log.error("printer failed", printer=printer.name, label=label.number, error=str(error))
            return jobs.finish(self.acts, job, JobState.UNKNOWN)
        return jobs.finish(self.acts, job, JobState.SENT)

    def _over_line(self, printer: Printer, waits: bool) -> bool:
        assert printer.host is not None, "the database asks it of a printer that takes ZPL, like the other two"
        assert printer.port is not None
        assert printer.dpi is not None
        with line(printer.host, printer.port, self.patience_with(printer)) as connected:
            before = connected.asked()
            with self.acts.look(PRINTING, Login.PRINTING) as session:
                has_answered = jobs.has_answered(session, printer.name)
            jobs.note(self.acts, printer.name, before.says)
            if not waits or not may_be_sent_to(before.says, has_answered):
                return False
            return self._through(connected, printer, printer.dpi, before)

    def _through(self, connected: Line, printer: Printer, dpi: int, before: HostStatus) -> bool:
        taken = jobs.take(self.acts, printer.name)
        if taken is None:
            return False
        job, label = taken
        try:
            after = connected.sent(operations.stream(label, dpi), before)
        except OSError as error:
            log.error("printer went away", printer=printer.name, label=label.number, error=str(error))
            jobs.note(self.acts, printer.name, PrinterSays.UNREACHABLE)
            return jobs.finish(self.acts, job, JobState.UNKNOWN)
        jobs.note(self.acts, printer.name, after.says)
        is_done = after.says is before.says and not after.unfinished
        if not is_done:
            log.error("printer in doubt", printer=printer.name, label=label.number, says=after.says)
        return jobs.finish(self.acts, job, JobState.SENT if is_done else JobState.UNKNOWN)

    def tend(self, name: str, over: Event) -> None:
        """Serve one printer until ``over`` is set, or until it is in use no more; a lost database ends it too."""
        try:
            while not over.is_set():
                with self.acts.look(PRINTING, Login.PRINTING) as session:
                    printer = next((one for one in jobs.working(session) if one.name == name), None)
                if printer is None:
                    return
                if not self.serve(printer):
                    over.wait(EVERY_SECONDS)
        except OperationalError as error:
            log.warning("database is away", printer=name, error=str(error.orig))


def run(printing: Printing, stop: Event) -> None:
    """Print until ``stop`` is set; a lost database is waited for."""
    while not stop.is_set():
        try:
            with printing.acts.engines.of(Login.PRINTING).connect() as db:
                if _alone(db):
                    _rounds(printing, db, stop)
        except OperationalError as error:
            log.warning("database is away", error=str(error.orig))
        stop.wait(EVERY_SECONDS)


def _alone(db: Connection) -> bool:
    return bool(db.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _ONLY}).scalar_one())


def _rounds(printing: Printing, alone: Connection, stop: Event) -> None:
    """Keep a thread at each printer in use; all of them end when the connection that holds the lock is gone."""
    alone.commit()
    if left := jobs.give_up_interrupted(printing.acts):
        log.warning("labels that may or may not have been printed", count=left)
    over, threads, longest_s = Event(), dict[str, Thread](), printing.patience.longest_s
    try:
        while not stop.is_set():
            alone.execute(text("SELECT 1"))
            alone.commit()
            with printing.acts.look(PRINTING, Login.PRINTING) as session:
                working = {printer.name: printing.patience_with(printer).longest_s for printer in jobs.working(session)}
            longest_s = max(longest_s, *working.values())
            for name in working:
                if name not in threads or not threads[name].is_alive():
                    threads[name] = Thread(target=printing.tend, args=(name, over), name=name, daemon=True)
                    threads[name].start()
            stop.wait(EVERY_SECONDS)
    finally:
        over.set()
        for thread in threads.values():
            thread.join(longest_s)


def main() -> None:
    """Run until told to end."""
    stop = told_to_end()
    configure()
    settings = Settings()
    acts = acts_of(settings)
    run(Printing(acts, settings.prints), stop)
    acts.engines.dispose()


if __name__ == "__main__":
    main()
