"""Printing labels, each into the ledger first, and saying what became of them."""

from collections.abc import Sequence

from biobank.act.acts import Act
from biobank.act.people import Side
from biobank.custody import codes
from biobank.custody.tables import Material, Scope
from biobank.labelling import queries, rules
from biobank.labelling.rules import DRAWN_BELOW, DRAWN_FROM, JobState, LabelState
from biobank.labelling.tables import LabelPrint, PrintJob
from labels import pdf
from labels.documents import Label, RefusedLabel, content_hash
from labels.geometry import place


def print_label(act: Act, material: Material, layout: str, fields: dict[str, str], payload: str) -> LabelPrint:
    """The first print of a material's label, its content as it shall be printed. Raises NotPrintable."""
    return _print(act, material, Label(layout, fields, payload), 1)


def reprint(act: Act, printed: LabelPrint, material: Material) -> LabelPrint:
    """Another copy with the same content, for the act's reason. Raises OtherSidesLabel, NeverRelabelled."""
    rules.check_own_label(printed.number, printed.scope == Scope.BEDSIDE, act.person.side is Side.BEDSIDE)
    copies = queries.copies(act, printed)
    rules.check_may_reprint(printed.number, printed.layout, copies)
    return _print(act, material, content(printed), len(copies) + 1)


def account(act: Act, printed: LabelPrint, state: LabelState) -> LabelPrint:
    """Say what became of a label. Raises OtherSidesLabel, LabelAccounted."""
    rules.check_own_label(printed.number, printed.scope == Scope.BEDSIDE, act.person.side is Side.BEDSIDE)
    rules.check_may_become(printed.number, LabelState(printed.state), state)
    printed.state = state
    act.session.flush()
    return printed


def content(printed: LabelPrint) -> Label:
    """What stands on a label of the ledger."""
    return Label(printed.layout, printed.fields, printed.payload)


def document(printed: LabelPrint) -> bytes:
    """A label of the ledger as PDF: the same bytes for the same content."""
    return sheet([content(printed)])


def sheet(labels: Sequence[Label]) -> bytes:
    """Labels as PDF, one to a page; for what is no material, such as positions, also without the ledger. Raises NotPrintable."""
    try:
        return pdf.render(labels)
    except RefusedLabel as refused:
        raise _not_printable(refused) from refused


def _print(act: Act, material: Material, label: Label, copy_number: int) -> LabelPrint:
    """Into the ledger and into the queue of the printer of the acting person's side."""
    _check_fits(label)
    printed = act.add(
        LabelPrint(
            id=act.new_id(),
            scope=material.scope,
            number=_number(act, material, label, copy_number),
            material_id=material.id,
            layout=label.layout,
            fields=label.fields,
            payload=label.payload,
            content_sha256=bytes.fromhex(content_hash(label)),
            copy_number=copy_number,
            reason=act.reason if copy_number > 1 else None,
            state=LabelState.PRINTED,
            printed_by=act.person.id,
            printed_at=act.recorded_at,
        )
    )
    now = act.recorded_at
    act.add(
        PrintJob(
            id=act.new_id(),
            label_print_id=printed.id,
            printer=act.person.side.value,
            state=JobState.QUEUED,
            queued_at=now,
            changed_at=now,
        )
    )
    return printed


def _check_fits(label: Label) -> None:
    try:
        place(label)
    except RefusedLabel as refused:
        raise _not_printable(refused) from refused


def _not_printable(refused: RefusedLabel) -> rules.NotPrintable:
    why = str(refused).partition(": ")[2]
    return rules.NotPrintable(field=refused.field, layout=refused.layout, why=why)


def _number(act: Act, material: Material, label: Label, copy_number: int) -> int:
    """The next of the scope; drawn where the facility prints for the bedside, whose counter none of its acts may move."""
    if material.scope == Scope.FACILITY or act.person.side is Side.BEDSIDE:
        return codes.next_number(act, Scope(material.scope), "label")
    draw = act.randomness.stream("label", label.payload, label.layout, str(copy_number))
    while True:
        number = DRAWN_FROM + draw(DRAWN_BELOW - DRAWN_FROM)
        if queries.is_free(act.session, Scope.BEDSIDE, number):
            return number
