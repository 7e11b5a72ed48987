"""What was tested, what the batch's specification demands of it, and what is still missing or failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from biobank.cryostorage.tables import FreezingRun, Unit
from biobank.custody.tables import CustodyEvent, Material, Step
from biobank.db.columns import counts
from biobank.donation import queries as donations
from biobank.donation.tables import Donation
from biobank.expansion.tables import Batch, CellCount
from biobank.quality import rules
from biobank.quality.rules import Assessment, Bounds, Marker, Outcome
from biobank.quality.tables import DonorTest, Result
from biobank.studies import queries as studies
from biobank.studies.specification import DonorTesting, Specification, SpecifiedTest
from biobank.studies.tables import Weight


@dataclass(frozen=True)
class Demands:
    """What a batch is held against: its pinned specification, and what the limits of its participant follow from.

    ``weight_kg`` is the last weight, None as long as nobody has weighed the participant. ``made_at`` is when the product
    was frozen last, or harvested last where it was never frozen, and no sooner than that was recorded.
    """

    specification: Specification
    donor_testing: DonorTesting
    fill_volume_ml: Decimal
    weight_kg: Decimal | None
    made_at: datetime | None

    def bounds(self, test: SpecifiedTest) -> Bounds:
        """What a number of this test must lie between, for this participant."""
        return rules.bounds(test, self.weight_kg, self.fill_volume_ml)


def donor_testing(session: Session, donation: Donation) -> DonorTesting:
    """The donor tests that the participant's protocol version asks for."""
    return studies.protocol(session, donations.participant_of(session, donation)).donor_testing


def demands(session: Session, batch: Batch) -> Demands:
    """What ``batch`` is held against."""
    participant = donations.participant_of(session, donations.donation_of_root(session, batch.root_id))
    protocol = studies.protocol(session, participant)
    pinned = studies.definition_of_study(session, participant.study_id).specifications
    return Demands(
        specification=next(one for one in pinned if one.label == batch.specification_version),
        donor_testing=protocol.donor_testing,
        fill_volume_ml=protocol.kit.fill_volume_ml,
        weight_kg=_last_weight(session, participant.id),
        made_at=_made_at(session, batch.id),
    )


def _last_weight(session: Session, participant_id: UUID) -> Decimal | None:
    wanted = select(Weight).where(Weight.participant_id == participant_id, counts(Weight))
    last = session.exec(wanted.order_by(col(Weight.measured_at).desc()).limit(1)).first()
    return last.weight_kg if last is not None else None


def _made_at(session: Session, batch_id: UUID) -> datetime | None:
    """By the later of what was declared and when it was recorded: a back-dated entry shortens no days."""
    frozen_at = func.max(func.greatest(FreezingRun.frozen_at, Material.registered_at))
    runs = select(frozen_at).join(Unit, col(Unit.run_id) == col(FreezingRun.id)).join(Material, col(Material.id) == col(Unit.id))
    frozen: datetime | None = session.exec(runs.where(FreezingRun.batch_id == batch_id)).one()
    if frozen is not None:
        return frozen
    counted_at = func.max(func.greatest(CellCount.counted_at, CustodyEvent.recorded_at))
    harvests = select(counted_at).join(CustodyEvent, col(CustodyEvent.material_id) == col(CellCount.culture_id))
    of_batch = harvests.where(CellCount.batch_id == batch_id, CustodyEvent.step == Step.HARVEST)
    harvested: datetime | None = session.exec(of_batch).one()
    return harvested


def recorders(session: Session, batch: Batch) -> set[UUID]:
    """Everybody who recorded a result of a batch or a test of its donor."""
    tested = {one.recorded_by for one in results(session, batch.id)}
    return tested | {one.recorded_by for one in donor_tests(session, batch.root_id)}


def results(session: Session, batch_id: UUID) -> Sequence[Result]:
    """Every result of a batch, attempt by attempt."""
    wanted = select(Result).where(Result.batch_id == batch_id)
    return session.exec(wanted.order_by(col(Result.test), col(Result.attempt))).all()


def standings(session: Session, batch: Batch) -> dict[str, str]:
    """Whether a test is required or informative, by its code, as the batch's specification says."""
    return {test.code: test.standing for test in demands(session, batch).specification.tests}


def donor_tests(session: Session, root_id: UUID) -> Sequence[DonorTest]:
    """Every donor test about a donation, attempt by attempt."""
    wanted = select(DonorTest).where(DonorTest.root_id == root_id)
    return session.exec(wanted.order_by(col(DonorTest.marker), col(DonorTest.attempt))).all()


def assess(session: Session, batch: Batch) -> Assessment:
    """Hold what was recorded about ``batch`` and its donor against what is demanded, by the weight known today."""
    asked = demands(session, batch)
    latest = {result.test: _outcome(asked, result) for result in results(session, batch.id)}
    markers = [Marker(done.marker, done.reactive) for done in donor_tests(session, batch.root_id)]
    return Assessment(
        missing=rules.missing(asked.specification, latest, asked.made_at),
        failed=rules.failed(asked.specification, latest),
        donor_tests_missing=rules.donor_tests_missing(asked.donor_testing, markers),
        donor_tests_reactive=rules.donor_tests_reactive(asked.donor_testing, markers),
    )


def _outcome(asked: Demands, result: Result) -> Outcome:
    """Judged again: a participant who lost weight since has a lower endotoxin limit."""
    test = rules.specified(asked.specification, result.test)
    still = rules.meets(test, asked.bounds(test), result.value, result.finding, result.comparator)
    return Outcome(result.passed and still, result.recorded_at)
