"""What may happen to a kit at the bedside. About the kit itself every refusal is the same one and tells nothing."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from biobank.errors import Conflict, NotFound


class KitState(StrEnum):
    """The life of a kit; for the bedside it begins with the handover by the facility."""

    PLANNED = "planned"
    READY = "ready"
    RETRIEVED = "retrieved"
    ADMINISTERED = "administered"
    ACCOUNTED = "accounted"
    VOID = "void"


NEXT: dict[KitState, frozenset[KitState]] = {
    KitState.PLANNED: frozenset({KitState.READY, KitState.VOID}),
    KitState.READY: frozenset({KitState.RETRIEVED, KitState.VOID}),
    KitState.RETRIEVED: frozenset({KitState.ADMINISTERED, KitState.VOID}),
    KitState.ADMINISTERED: frozenset({KitState.ACCOUNTED}),
    KitState.ACCOUNTED: frozenset(),
    KitState.VOID: frozenset(),
}


class NoSuchKit(NotFound):
    """No kit has this number, or it is for a participant of another site."""

    code = "no_such_kit"


class KitNotAvailable(Conflict):
    """The kit cannot be had now. It is never told why: not there, early, expired, held and fetched before look alike."""

    code = "kit_not_available"


class KitStays(Conflict):
    """The kit is not ready, or its time has not come: it leaves the facility at the same moment whatever is in it."""

    code = "kit_stays"


class WrongParticipant(Conflict):
    """The kit is not for whoever was scanned."""

    code = "wrong_participant"


class WrongVisit(Conflict):
    """The kit is not for this visit."""

    code = "wrong_visit"


class NotAtThatPoint(Conflict):
    """The kit has not come to the point at which this may happen, or is past it."""

    code = "kit_not_at_that_point"


class VolumesDoNotAddUp(Conflict):
    """More was given and left than the kit held."""

    code = "volumes_do_not_add_up"


class RemainsDiffer(Conflict):
    """What was destroyed is not what was left."""

    code = "remains_differ"


def check_may_leave(kit: str, state: KitState, *, at: datetime, available_at: datetime) -> None:
    """A kit leaves the facility once it is ready, and no sooner than the bedside may have it. Raises KitStays."""
    if state in (KitState.PLANNED, KitState.VOID) or at < available_at:
        raise KitStays(kit=kit, available_at=available_at)


def check_arrived(*, arrived: bool) -> None:
    """What the bedside passes on came to it from the facility, through hands on both sides. Raises KitNotAvailable."""
    if not arrived:
        raise KitNotAvailable


def check_is_for(participant: str, visit: str, *, scanned: str, told: str) -> None:
    """A kit goes to its own participant at its own visit. Raises WrongParticipant, WrongVisit."""
    if scanned != participant:
        raise WrongParticipant(scanned=scanned)
    if told != visit:
        raise WrongVisit(visit=told)


def check_may_retrieve(
    state: KitState, *, at: datetime, now: datetime, available_at: datetime, expires_at: datetime, blocked: bool
) -> None:
    """A kit is fetched within its time, both by the clock of the bench and by that of the server: no back-dated entry opens it.

    Raises KitNotAvailable, whatever stands against it.
    """
    in_time = available_at <= min(at, now) and max(at, now) < expires_at
    if KitState.RETRIEVED not in NEXT[state] or not in_time or blocked:
        raise KitNotAvailable


def check_may_administer(state: KitState, *, at: datetime, available_at: datetime, expires_at: datetime, blocked: bool) -> None:
    """A fetched kit is given before it expires, and not if it was held meanwhile; entered late, but fetched in time.

    Raises KitNotAvailable.
    """
    if KitState.ADMINISTERED not in NEXT[state] or not available_at <= at < expires_at or blocked:
        raise KitNotAvailable


def check_volumes(given_ml: Decimal, remains_ml: Decimal, fill_volume_ml: Decimal) -> None:
    """Raises VolumesDoNotAddUp."""
    if given_ml + remains_ml > fill_volume_ml:
        raise VolumesDoNotAddUp(given_ml=given_ml, remains_ml=remains_ml, fill_volume_ml=fill_volume_ml)


def check_may_account(kit: str, state: KitState) -> None:
    """Remains are accounted for once, after the kit was given. Raises NotAtThatPoint."""
    if KitState.ACCOUNTED not in NEXT[state]:
        raise NotAtThatPoint(kit=kit, state=state)


def check_destroyed(destroyed_ml: Decimal, remains_ml: Decimal) -> None:
    """Raises RemainsDiffer."""
    if destroyed_ml != remains_ml:
        raise RemainsDiffer(destroyed_ml=destroyed_ml, remains_ml=remains_ml)
