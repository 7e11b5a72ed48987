"""What becomes of the forms of a pad."""

from enum import StrEnum

from biobank.errors import Conflict, NotFound


class FormState(StrEnum):
    """A form is issued blank; an act is entered from it, or it is void with a reason."""

    ISSUED = "issued"
    ENTERED = "entered"
    VOID = "void"


NEXT: dict[FormState, frozenset[FormState]] = {
    FormState.ISSUED: frozenset({FormState.ENTERED, FormState.VOID}),
    FormState.ENTERED: frozenset(),
    FormState.VOID: frozenset(),
}


class NoSuchPad(NotFound):
    """There is no pad of this number on this side, or it is another place's."""

    code = "no_such_pad"


class PadClosed(Conflict):
    """The pad was closed already."""

    code = "pad_closed"


class FormsMissing(Conflict):
    """Forms of this pad are neither entered nor void: nobody knows yet what stands on them."""

    code = "forms_missing"


def check_may_close(pad: int, closed: bool, missing: list[str]) -> None:
    """Raises PadClosed, FormsMissing."""
    if closed:
        raise PadClosed(pad=pad)
    if missing:
        raise FormsMissing(pad=pad, forms=missing)
