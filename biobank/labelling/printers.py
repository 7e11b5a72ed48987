"""Printers: registered and changed by the administrator, chosen by the place where a label is needed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.act.people import Side
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
    """A new printer, in use from now on. Raises NotAHost, WrongAddress, UnknownLayout, PrinterKnown, PlaceHasPrinter."""
    if act.session.exec(select(Printer.id).where(Printer.name == order.printer)).first():
        raise rules.PrinterKnown(printer=order.printer)
    made = Printer(
        id=act.new_id(),
        name=order.printer,
        side=order.side,
        place=order.place,
        way=order.way,
        layouts=rules.named(order.layouts),
        in_use=True,
        registered_at=act.recorded_at,
    )
    _check_place_is_free(act, made, made.layouts)
    _reach(made, order)
    return act.add(made)


def change(act: Act, name: str, reached: Reached, in_use: bool) -> Printer:
    """How a printer is reached from now on, and whether it is in use; a device is replaced under its name, and work waits for it.

    It takes what it took before, where no layouts are named.
    Raises NoSuchPrinter, NotAHost, WrongAddress, UnknownLayout, PlaceHasPrinter; PrinterHasWork where what waits would wait for
    ever, or be sent to what does not take it.
    """
    found = act.session.exec(select(Printer).where(Printer.name == name).with_for_update()).first()
    if found is None:
        raise rules.NoSuchPrinter(printer=name)
    layouts = rules.named(reached.layouts) if reached.layouts else found.layouts
    if not in_use or reached.way is PrinterWay.DOWNLOAD or rules.gives_up(layouts, found.layouts):
        _check_no_work(act, name)
    if in_use:
        _check_place_is_free(act, found, layouts)
    found.way, found.in_use, found.layouts = reached.way, in_use, layouts
    _reach(found, reached)
    act.session.flush()
    return found


def chosen(session: Session, side: Side, place: str | None, layout: str) -> Printer | None:
    """The printer of a side that takes a layout: one of this place and of no other, else one of the side as a whole.

    None where people print by hand. Raises NoPrinterTakes.
    """
    wanted = select(Printer).where(Printer.side == side.value, col(Printer.in_use))
    here = (col(Printer.place) == place) | col(Printer.place).is_(None)
    there = session.exec(wanted.where(here).order_by(col(Printer.place).nulls_last(), col(Printer.name))).all()
    found = next((one for one in there if rules.takes(one.layouts, layout)), None)
    if found is None and there:
        raise rules.NoPrinterTakes(layout=layout, printers=", ".join(one.name for one in there))
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
    rules.check_address(reached.way, reached.host, reached.port, reached.dpi, reached.patience_s)
    printer.host = None if reached.host is None else rules.host_of(reached.host)
    printer.port, printer.dpi, printer.patience_s = reached.port, reached.dpi, reached.patience_s


def _check_no_work(act: Act, name: str) -> None:
    waiting, unknown = dict(_counted(act.session)).get(name, (0, 0))
    if waiting or unknown:
        raise rules.PrinterHasWork(printer=name, waiting=waiting, unknown=unknown)


def _check_place_is_free(act: Act, printer: Printer, layouts: Collection[str]) -> None:
    wanted = select(Printer.name, Printer.layouts).where(Printer.side == PrintingSide(printer.side), col(Printer.in_use))
    others = wanted.where(col(Printer.place).is_not_distinct_from(printer.place), Printer.id != printer.id)
    for name, taken in act.session.exec(others):
        if rules.overlap(layouts, taken):
            raise rules.PlaceHasPrinter(printer=name)
