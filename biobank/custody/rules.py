"""What a hold forbids, and who may pass on and take over a material."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from biobank.errors import BadInput, Conflict, NotFound


class Purpose(StrEnum):
    """What a hold may block."""

    PATIENT_USE = "patient_use"
    TEST_THAW = "test_thaw"
    DISTRIBUTION = "distribution"
    MOVEMENT = "movement"


FOR_PATIENTS = (Purpose.PATIENT_USE, Purpose.DISTRIBUTION)
"""What is blocked of whatever may not go to a patient; a test thaw and a move stay possible."""


class HoldKind(StrEnum):
    """Why something is held."""

    NOT_RELEASED = "not_released"
    BIOBANK_ONLY = "biobank_only"
    EXCURSION = "excursion"
    WARMING = "warming"
    DONOR_TEST = "donor_test"
    DEVIATION = "deviation"
    MANUAL = "manual"


class NoSuchMaterial(NotFound):
    """No material carries this code, or not for this person's side."""

    code = "no_such_material"


class LicenceOver(Conflict):
    """The licence under which the site issues ISBT 128 is over: no donation gets a number; those that were given stay."""

    code = "licence_over"


class DonationNumbersUsedUp(Conflict):
    """None of the year's donation numbers that this installation may give is left."""

    code = "donation_numbers_used_up"


class NoSuchHold(NotFound):
    """This material has no open hold of that number."""

    code = "no_such_hold"


class AlreadyHandedOver(Conflict):
    """The last handover of this material was not confirmed yet."""

    code = "already_handed_over"


class WayEnded(Conflict):
    """The donation was received: its way ended there. Where it goes next would tell which way it went."""

    code = "way_ended"


class OnHold(Conflict):
    """An open hold blocks this purpose."""

    code = "on_hold"


class NotHandedOver(Conflict):
    """Nobody handed this material over."""

    code = "not_handed_over"


class SameHands(Conflict):
    """Who did it does not confirm it: a handover, a count, a filling, a destruction takes two people."""

    code = "same_hands"


class StaysHeld(Conflict):
    """This kind of hold is not lifted by hand."""

    code = "stays_held"


class OutOfOrder(BadInput):
    """The time given lies before what must have happened first."""

    code = "out_of_order"


def check_in_order(at: datetime, after: datetime) -> None:
    """What is done at ``at`` follows what happened at ``after``. Raises OutOfOrder."""
    if at < after:
        raise OutOfOrder(field="occurred_at", after=after)


LIFTED_BY_HAND = frozenset(
    {HoldKind.EXCURSION, HoldKind.WARMING, HoldKind.DONOR_TEST, HoldKind.DEVIATION, HoldKind.MANUAL}
)
"""*Not released* is lifted by the sponsor's release only, *biobank only* by nobody."""


def check_not_held(holds: Sequence[tuple[HoldKind, frozenset[Purpose]]], *purposes: Purpose) -> None:
    """No open hold blocks any of ``purposes``. Raises OnHold naming the kind of the first that does."""
    for purpose in purposes:
        for kind, blocked in holds:
            if purpose in blocked:
                raise OnHold(kind=kind, purpose=purpose)


def check_other_hands(material: str, *, same: bool) -> None:
    """Who checks, confirms or sees a thing done is not who did it. Raises SameHands."""
    if same:
        raise SameHands(material=material)


def check_may_lift(kind: HoldKind) -> None:
    """Raises StaysHeld for a hold that a person cannot lift by itself."""
    if kind not in LIFTED_BY_HAND:
        raise StaysHeld(kind=kind)
