"""Making a kit known, fetching it, giving it, and accounting for what is left."""

from datetime import datetime, timedelta

from biobank.act.acts import Act
from biobank.act.people import Side
from biobank.custody import operations as custody
from biobank.custody.rules import check_in_order, check_other_hands
from biobank.custody.tables import Material, MaterialKind, Step
from biobank.dispensing import queries, rules
from biobank.dispensing.queries import KitFound
from biobank.dispensing.rules import KitState
from biobank.dispensing.schemas import AdministrationIn, RemainsIn, RetrievalIn
from biobank.dispensing.tables import Administration, Kit, RemainsAccount
from biobank.studies import queries as studies
from biobank.studies.rules import ParticipantState, check_allocated, check_blind
from biobank.studies.tables import Participant
from biobank.studies.treatment import Kit as KitRules


def create_kit(act: Act, participant: Participant, period: int, number: str, window_at: datetime, kit_rules: KitRules) -> Kit:
    """A planned kit. Its clocks run from the window alone, so that they say nothing of what goes into it.

    It counts as registered at the window's beginning: how long before a dose can be planned depends on what is in the kit.
    """
    material = custody.register(act, MaterialKind.KIT, number, registered_at=window_at)
    available_at = window_at + timedelta(minutes=kit_rules.ready_after_minutes)
    return act.add(
        Kit(
            id=material.id,
            number=number,
            participant_id=participant.id,
            period=period,
            state=KitState.PLANNED,
            window_at=window_at,
            available_at=available_at,
            expires_at=available_at + timedelta(minutes=kit_rules.shelf_life_minutes),
            fill_volume_ml=kit_rules.fill_volume_ml,
        )
    )


def check_leaves(act: Act, material: Material) -> None:
    """The facility hands a kit on when it is ready and its own time has come, so that no handover shows how long the work took;
    the bedside what it took over from the facility.

    Raises KitStays, KitNotAvailable; nothing for any other material.
    """
    if material.kind != MaterialKind.KIT:
        return
    if act.person.side is not Side.FACILITY:
        rules.check_arrived(arrived=queries.was_taken_over(act.session, material.id))
        return
    kit = act.session.get_one(Kit, material.id)
    rules.check_may_leave(kit.number, KitState(kit.state), at=_when(act), available_at=kit.available_at)


def retrieve(act: Act, code: str, order: RetrievalIn) -> KitFound:
    """Fetch a kit for its participant. Raises WrongParticipant, WrongVisit, WrongState, Unblinded, KitNotAvailable."""
    found = _for_bedside(act, code)
    rules.check_is_for(found.participant.code, found.visit, scanned=order.participant, told=order.visit)
    _check_may_act(act, found.participant)
    kit = found.kit
    rules.check_arrived(arrived=queries.has_arrived(act, kit))
    rules.check_may_retrieve(
        KitState(kit.state),
        at=act.occurred_at,
        now=act.judged_at,
        available_at=kit.available_at,
        expires_at=kit.expires_at,
        blocked=queries.is_blocked(act, kit),
    )
    _become(act, found, KitState.RETRIEVED, Step.RETRIEVE)
    return found


def administer(act: Act, code: str, order: AdministrationIn) -> KitFound:
    """Give a fetched kit.

    Raises WrongParticipant, WrongVisit, WrongState, Unblinded, KitNotAvailable, OutOfOrder, VolumesDoNotAddUp.
    """
    found = _for_bedside(act, code)
    rules.check_is_for(found.participant.code, found.visit, scanned=order.participant, told=order.visit)
    _check_may_act(act, found.participant)
    kit = found.kit
    rules.check_may_administer(
        KitState(kit.state),
        at=act.occurred_at,
        available_at=kit.available_at,
        expires_at=kit.expires_at,
        blocked=queries.is_blocked(act, kit),
    )
    check_in_order(act.occurred_at, queries.retrieved_at(act.session, kit))
    rules.check_volumes(order.given_ml, order.remains_ml, kit.fill_volume_ml)
    act.add(
        Administration(
            id=act.new_id(),
            kit_id=kit.id,
            given_ml=order.given_ml,
            remains_ml=order.remains_ml,
            given_by=act.person.id,
            given_at=act.occurred_at,
        )
    )
    _become(act, found, KitState.ADMINISTERED, Step.ADMINISTER)
    return found


def account_for_remains(act: Act, code: str, order: RemainsIn) -> KitFound:
    """See destroyed what was left, as a second person. Raises NoSuchKit, NotAtThatPoint, SameHands, OutOfOrder, RemainsDiffer."""
    found = queries.found_for_change(act, code)
    kit = found.kit
    rules.check_may_account(kit.number, KitState(kit.state))
    given = queries.administration(act.session, kit)
    assert given is not None  # the state that led here
    check_other_hands(kit.number, same=given.given_by == act.person.id)
    check_in_order(act.occurred_at, given.given_at)
    rules.check_destroyed(order.destroyed_ml, given.remains_ml)
    act.add(
        RemainsAccount(
            id=act.new_id(),
            kit_id=kit.id,
            destroyed_ml=order.destroyed_ml,
            accounted_by=act.person.id,
            accounted_at=act.occurred_at,
        )
    )
    _become(act, found, KitState.ACCOUNTED, Step.ACCOUNT)
    return found


def _for_bedside(act: Act, code: str) -> KitFound:
    """A kit that is not there, or is another site's, is one that cannot be had. Raises KitNotAvailable."""
    try:
        return queries.found_for_change(act, code)
    except rules.NoSuchKit:
        raise rules.KitNotAvailable from None


def _check_may_act(act: Act, participant: Participant) -> None:
    """The participant takes part, and who acts does not know what they get. Raises WrongState, Unblinded."""
    check_allocated(participant.code, ParticipantState(participant.state))
    check_blind(participant.code, told=studies.was_told(act.session, participant, act.person))


def _when(act: Act) -> datetime:
    """The time of the event; a bench clock that runs ahead makes no kit available early."""
    return min(act.occurred_at, act.judged_at)


def _become(act: Act, found: KitFound, state: KitState, step: Step) -> None:
    found.kit.state = state
    act.session.flush()
    place = studies.place_of(act.session, found.participant)
    custody.record(act, queries.material(act.session, found.kit), step, place)
