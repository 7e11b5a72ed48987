"""The printers: registered and changed by the administrator, seen by whoever prints there."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.labelling import printers
from biobank.labelling.schemas import PrinterChangeIn, PrinterIn, PrinterOut
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["labels"])


@router.get("/printers")
def all_printers(look: Look) -> list[PrinterOut]:
    """The printers of one's side, and of both for the administrator: what each last said, and what waits for it."""
    with look() as session:
        return [_told(one) for one in printers.standings(session)]


@router.post("/printers", status_code=201)
def register_printer(order: PrinterIn, begin: Begin) -> PrinterOut:
    """Register a printer, in use from now on."""
    with begin(Kind.REGISTER_PRINTER) as act:
        return act.answer(PrinterOut.of(printers.register(act, order), None, 0, 0))


@router.post("/printers/change")
def change_printer(order: PrinterChangeIn, begin: Begin) -> PrinterOut:
    """Say how a printer is reached from now on, and whether it is in use; what waits for it waits for the device in its place."""
    with begin(Kind.CHANGE_PRINTER, reason=order.reason) as act:
        changed = printers.change(act, order.printer, order, order.in_use)
        return act.answer(next(_told(one) for one in printers.standings(act.session) if one.printer.name == changed.name))


def _told(one: printers.Standing) -> PrinterOut:
    return PrinterOut.of(one.printer, one.status, one.waiting, one.unknown)
