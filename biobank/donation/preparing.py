"""Labels printed ahead for a planned collection, so that at the bedside nobody prints anything."""

from datetime import UTC

from biobank.act.acts import Act
from biobank.custody import codes
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.tables import Material, MaterialKind
from biobank.donation import queries, rules
from biobank.donation.queries import FoundSet
from biobank.donation.rules import DonationState
from biobank.donation.schemas import PrepareLabelsIn, VoidLabelsIn
from biobank.labelling import operations as labelling
from biobank.labelling import queries as ledger
from biobank.labelling.rules import LabelSetState, LabelState, check_set_may_become
from biobank.labelling.tables import LabelSet
from biobank.studies import queries as studies
from biobank.studies.protocol import ProtocolVersion, visit_due
from biobank.studies.rules import ParticipantState, check_allocated
from biobank.studies.tables import Participant

TIME_BY_HAND, BY_HAND = "____-__-__ __:__ UTC", "________"
"""What is not known before the collection is written onto the label with a pen."""


def prepare(act: Act, code: str, order: PrepareLabelsIn) -> FoundSet:
    """Print every label of a collection that is to come: of container, tube, sample and transport box, all with one new code.

    Raises NoSuchParticipant, WrongState, UnknownVisit, NoCollection, OutsideWindow, DonationKnown, NoAttemptLeft,
    LabelsPrepared, LabelsLeft, NotPrintable.
    """
    participant = studies.participant_for_change(act, code)
    check_allocated(participant.code, ParticipantState(participant.state))
    period = period_of_visit(act, participant, order.visit, ahead=True)
    known = queries.prepared_material(act.session, participant.id, period)
    rules.check_scanned_label(participant.code, order.visit, known.code if known else None, None)
    rules.check_none_left(participant.code, queries.labels_left(act.session, participant.id))
    material = register(act)
    prepared = act.add(
        LabelSet(
            id=material.id,
            participant_id=participant.id,
            period=period,
            state=LabelSetState.PREPARED,
            prepared_by=act.person.id,
            prepared_at=act.recorded_at,
        )
    )
    labelling.print_labels(act, material, _contents(act, participant, material.code), material.code, participant)
    return prepared, material, participant


def void(act: Act, code: str, order: VoidLabelsIn) -> FoundSet:
    """Give up labels that were printed ahead: none of them is used any more, whatever became of the participant.

    Raises NoSuchParticipant, NotPrintedAhead, LabelSetOver.
    """
    participant = studies.participant_for_change(act, code)
    prepared, material, _ = queries.label_set(act.session, participant, order.label)
    check_set_may_become(material.code, LabelSetState(prepared.state), LabelSetState.VOID)
    materials.lock_roots(act, [material.id])
    for printed in ledger.labels_of(act.session, material):
        if printed.state == LabelState.PRINTED:
            labelling.account(act, printed, LabelState.VOID)
    prepared.state = LabelSetState.VOID
    act.session.flush()
    return prepared, material, participant


def register(act: Act) -> Material:
    """A material with the next number of a donation."""
    return custody.register(act, MaterialKind.DONATION, codes.next_donation(act))


def period_of_visit(act: Act, participant: Participant, visit: str, *, ahead: bool = False) -> int:
    """The period in which marrow may be taken at this visit, now or, ``ahead``, on a later day."""
    protocol = studies.protocol(act.session, participant)
    assert participant.baseline_at is not None, "who is allocated has a baseline"
    window = visit_due(protocol, participant.baseline_at.astimezone(UTC).date(), visit)
    period = rules.check_collects(visit, _collecting(protocol, visit))
    on = act.occurred_at.astimezone(UTC).date()
    rules.check_in_window(visit, max(on, window.earliest) if ahead else on, window.earliest, window.latest)
    known = [(one.din, DonationState(one.state)) for one in queries.of_period(act.session, participant.id, period)]
    rules.check_may_collect(period, known, protocol.product.max_attempts)
    return period


def _collecting(protocol: ProtocolVersion, visit: str) -> int | None:
    return next((period.number for period in protocol.crossover.periods if period.collection_visit == visit), None)


def _contents(act: Act, participant: Participant, number: str) -> dict[str, dict[str, str]]:
    """What stands on the labels by their layouts, in the order in which they are stuck; alike in both arms."""
    site, facility = studies.site_of(act.session, participant), studies.facility_of(act.session, participant)
    return {
        "donation": {"participant": participant.code, "collected_at": TIME_BY_HAND, "volume": f"{BY_HAND} ml"},
        "aspirate": {"participant": participant.code, "collected_at": TIME_BY_HAND},
        "sample": {"identity": participant.code, "taken_from": number, "test": BY_HAND, "taken_at": TIME_BY_HAND},
        "transport": {
            "sender": f"{site.code} {site.name}",
            "receiver": facility.name,
            "packed_at": TIME_BY_HAND,
            "temperature": f"{BY_HAND} °C",
        },
    }
