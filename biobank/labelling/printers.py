"""Printers: registered and changed by the administrator, chosen by the place of whoever prints."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.act.people import Person
from biobank.labelling import printer_rules as rules
from biobank.labelling.printer_rules import PrinterWay, PrintingSide
from biobank.labelling.rules import JobState
from biobank.labelling.schemas import PrinterIn, Reached
from biobank.labelling.tables import Printer, PrinterStatus, PrintJob

_BEFORE_THE_PRINTER = (JobState.QUEUED, JobState.SENDING)


@dataclass(frozen=True)
class Standing:
    """A printer, what it last said, how many prints wait for it, and of how many nobody knows whether they came out."""

    printer: Printer
    status: PrinterStatus | None
    waiting: int
    unknown: int


def register(act: Act, order: PrinterIn) -> Printer:
    """A new printer, in use from now on. Raises NotAHost, WrongAddress, PrinterKnown, PlaceHasPrinter."""
    if act.session.exec(select(Printer.id).where(Printer.name == order.printer)).first():
        raise rules.PrinterKnown(printer=order.printer)
    made = Printer(
        id=act.new_id(),
        name=order.printer,
        side=order.side,
        place=order.place,
        way=order.way,
        in_use=True,
        registered_at=act.recorded_at,
    )
    _check_place_is_free(act, made)
    _reach(made, order)
    return act.add(made)


def change(act: Act, name: str, reached: Reached, in_use: bool) -> Printer:
    """How a printer is reached from now on, and whether it is in use; a device is replaced under its name, and work waits for it.

    Raises NoSuchPrinter, NotAHost, WrongAddress, PlaceHasPrinter; PrinterHasWork where what waits would wait for ever.
    """
    found = act.session.exec(select(Printer).where(Printer.name == name).with_for_update()).first()
    if found is None:
        raise rules.NoSuchPrinter(printer=name)
    if not in_use or reached.way is PrinterWay.DOWNLOAD:
        _check_no_work(act, name)
    if in_use and not found.in_use:
        _check_place_is_free(act, found)
    found.way, found.in_use = reached.way, in_use
    _reach(found, reached)
    act.session.flush()
    return found


def chosen(session: Session, person: Person) -> Printer | None:
    """The printer where this person prints: one of their places, else their side's default; None where people print by hand."""
    wanted = select(Printer).where(Printer.side == person.side.value, col(Printer.in_use))
    here = col(Printer.place).in_(person.places) | col(Printer.place).is_(None)
    found = session.exec(wanted.where(here).order_by(col(Printer.place).nulls_last())).first()
    return None if found is None or found.way == PrinterWay.DOWNLOAD else found


def standings(session: Session) -> Sequence[Standing]:
    """Every printer that this login sees, by name."""
    jobs = dict(_counted(session))
    rows = session.exec(
        select(Printer, PrinterStatus)
        .join(PrinterStatus, col(PrinterStatus.printer) == Printer.name, isouter=True)
        .order_by(col(Printer.name))
    )
    return [Standing(printer, status, *jobs.get(printer.name, (0, 0))) for printer, status in rows]


def _counted(session: Session) -> list[tuple[str, tuple[int, int]]]:
    waiting = func.count().filter(col(PrintJob.state).in_(_BEFORE_THE_PRINTER))
    unknown = func.count().filter(col(PrintJob.state) == JobState.UNKNOWN)
    wanted = select(PrintJob.printer, waiting, unknown).group_by(col(PrintJob.printer))
    return [(name, (waits, unclear)) for name, waits, unclear in session.exec(wanted)]


def _reach(printer: Printer, reached: Reached) -> None:
    rules.check_address(reached.way, reached.host, reached.port, reached.dpi)
    printer.host = None if reached.host is None else rules.host_of(reached.host)
    printer.port, printer.dpi = reached.port, reached.dpi


def _check_no_work(act: Act, name: str) -> None:
    waiting, unknown = dict(_counted(act.session)).get(name, (0, 0))
    if waiting or unknown:
        raise rules.PrinterHasWork(printer=name, waiting=waiting, unknown=unknown)


def _check_place_is_free(act: Act, printer: Printer) -> None:
    wanted = select(Printer.name).where(Printer.side == PrintingSide(printer.side), col(Printer.in_use))
    wanted = wanted.where(col(Printer.place).is_not_distinct_from(printer.place))
    if other := act.session.exec(wanted).first():
        raise rules.PlaceHasPrinter(printer=other)
