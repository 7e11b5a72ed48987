"""Taking marrow at the bedside, and receiving it at the facility before anybody is told which way it goes."""

from datetime import UTC

from biobank.act.acts import Act
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.rules import NotHandedOver, check_in_order
from biobank.custody.tables import MaterialKind, Step
from biobank.donation import preparing, queries, rules
from biobank.donation.rules import DonationState
from biobank.donation.schemas import CollectIn, ReceiptCorrectionIn, ReceiptIn
from biobank.donation.tables import Donation, Receipt
from biobank.errors import NothingToCorrect
from biobank.labelling.operations import print_labels
from biobank.studies import queries as studies
from biobank.studies.rules import ParticipantState, check_allocated


def collect(act: Act, code: str, order: CollectIn) -> Donation:
    """Take marrow from the participant whose wristband was scanned, within the window of the visit, and label it.

    Where labels were printed ahead, the one that is scanned gives the donation its number, and none is printed now.

    Raises NoSuchParticipant, WrongParticipant, WrongState, OutOfOrder, UnknownVisit, NoCollection, OutsideWindow, DonationKnown,
    NoAttemptLeft, LabelsPrepared, OtherCollectionsLabel, NoLabelLeft, LicenceOver, DonationNumbersUsedUp.
    """
    participant = studies.participant_for_change(act, code)
    rules.check_wristband(participant.code, order.participant)
    check_allocated(participant.code, ParticipantState(participant.state))
    assert participant.allocated_at is not None, "who is allocated was so at some time"
    check_in_order(act.occurred_at, participant.allocated_at)
    period = preparing.period_of_visit(act, participant, order.visit)
    prepared = queries.prepared_material(act.session, participant.id, period)
    rules.check_scanned_label(participant.code, order.visit, prepared.code if prepared else None, order.label)
    if prepared is not None:
        materials.lock_roots(act, [prepared.id])
        rules.check_label_left(prepared.code, queries.states_of_label(act.session, prepared))
    material = prepared or preparing.register(act)
    donation = act.add(
        Donation(
            id=material.id,
            din=material.code,
            participant_id=participant.id,
            period=period,
            volume_ml=order.volume_ml,
            state=DonationState.COLLECTED,
            collected_by=act.person.id,
            collected_at=act.occurred_at,
        )
    )
    custody.record(act, material, Step.COLLECT, studies.place_of(act.session, participant))
    if prepared is None:
        shown = {
            "participant": participant.code,
            "collected_at": f"{act.occurred_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            "volume": f"{order.volume_ml.normalize():f} ml",
        }
        on = act.occurred_at.astimezone(UTC).date()
        print_labels(act, material, {"donation": shown}, material.code, participant, collected_on=on)
    return donation


def receive(act: Act, code: str, order: ReceiptIn) -> Donation:
    """Accept or reject a donation that arrived, its identity scanned.

    Raises NoSuchMaterial, AlreadyReceived, NotHandedOver, WrongIdentity, BeforeCollection,
    OutOfOrder, RemarkMissing.
    """
    donation = queries.donation_for_change(act, code)
    participant = queries.participant_of(act.session, donation)
    to = DonationState.ACCEPTED if order.accepted else DonationState.REJECTED
    rules.check_may_become(donation.din, DonationState(donation.state), to)
    arrived_at = queries.arrived_at(act, donation.id)
    if arrived_at is None:
        raise NotHandedOver(material=donation.din)
    rules.check_identity(donation.din, participant.code, order.participant)
    rules.check_order(donation.collected_at, act.occurred_at)
    check_in_order(act.occurred_at, arrived_at)
    rules.check_remark(order.accepted, order.container_intact, order.remark)
    donation.state = to
    act.add(
        Receipt(
            id=act.new_id(),
            donation_id=donation.id,
            accepted=order.accepted,
            temperature_c=order.temperature_c,
            volume_ml=order.volume_ml,
            container_intact=order.container_intact,
            remark=order.remark,
            received_by=act.person.id,
            received_at=act.occurred_at,
        )
    )
    material = materials.material(act.session, donation.din, MaterialKind.DONATION)
    step = Step.RECEIVE if order.accepted else Step.REJECT
    custody.record(act, material, step, studies.facility_of(act.session, participant).code)
    return donation


def correct_receipt(act: Act, code: str, order: ReceiptCorrectionIn) -> Receipt:
    """Say which volume (ml) should have been recorded at the reception; the wrong one stays in the record.

    Raises NoSuchMaterial, NothingToCorrect.
    """
    donation = queries.donation_for_change(act, code)
    lines = queries.receipts(act.session, donation.id)
    if not lines or lines[-1].volume_ml == order.volume_ml:
        raise NothingToCorrect(what="volume")
    wrong = lines[-1]
    return act.add(
        Receipt(
            id=act.new_id(),
            donation_id=donation.id,
            accepted=wrong.accepted,
            temperature_c=wrong.temperature_c,
            volume_ml=order.volume_ml,
            container_intact=wrong.container_intact,
            remark=wrong.remark,
            received_by=wrong.received_by,
            received_at=wrong.received_at,
            corrects=wrong.id,
            correction_reason=order.reason,
        )
    )
