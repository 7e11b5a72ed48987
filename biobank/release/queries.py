"""What lies before the people who decide about a batch, and what they decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from biobank.access.signed import stands
from biobank.access.tables import PersonRow, Signature
from biobank.act.acts import Act, Overtaken
from biobank.act.people import Side
from biobank.cryostorage import queries as cryostorage
from biobank.cryostorage.identification import Identified, identifications
from biobank.cryostorage.ledgers import ledger
from biobank.cryostorage.warming import Ledger
from biobank.custody import queries as custody
from biobank.custody.rules import HoldKind
from biobank.custody.tables import Hold, Material, MaterialKind
from biobank.deviations.rules import DeviationState
from biobank.deviations.tables import Deviation
from biobank.donation import queries as donations
from biobank.donation.tables import Donation
from biobank.expansion import queries as batches
from biobank.expansion.tables import Batch, Culture, Feed
from biobank.labelling import queries as labelling
from biobank.quality import queries as quality
from biobank.quality.rules import Assessment
from biobank.quality.tables import DonorTest, Result
from biobank.release.rules import Stage, Verdict, signed_content
from biobank.release.tables import Decision, TrailReview

Signed = tuple[Decision, Signature]
_DIGEST = text("SELECT entries, up_to, sha256 FROM trail_digest(:batch)")
_AUTHORS = text("SELECT * FROM trail_authors(:batch)")
_AFTER = text("SELECT count(*) FROM trail_of_batch(:batch) WHERE id > :up_to")


@dataclass(frozen=True)
class Trail:
    """The trail of a batch as it stands: how many entries, the last one, the hash of all; and who reviewed it, the last one last.

    ``unread`` is how many entries nobody has reviewed; all of them where what was reviewed is no longer what is there.
    """

    entries: int
    up_to: int
    sha256: bytes
    reviews: Sequence[tuple[TrailReview, PersonRow]]
    unread: int


@dataclass(frozen=True)
class ReleaseFile:
    """Everything that a decision about a batch rests on. Deviations and holds are open, unless they are said to be closed."""

    batch: Batch
    donation: Donation
    units: Sequence[str]
    ledgers: Mapping[str, Ledger]
    """How warm each unit was."""
    assessment: Assessment
    results: Sequence[Result]
    donor_tests: Sequence[DonorTest]
    deviations: Sequence[tuple[Deviation, Material]]
    closed_deviations: Sequence[tuple[Deviation, Material]]
    holds: Sequence[tuple[Hold, Material]]
    decisions: Sequence[Signed]
    trail: Trail
    open_labels: Sequence[int]
    """The numbers of the labels that nobody accounted for."""
    identified: Sequence[Identified]
    """The units that were identified without their label."""

    def on_the_whole(self) -> list[Hold]:
        """The holds on what the batch was made from, on the batch, or on what went into it: a held unit is held alone."""
        return [hold for hold, about in self.holds if about.kind != MaterialKind.UNIT]

    def decision(self, stage: Stage) -> Decision | None:
        """What was decided at a stage."""
        return next((taken for taken, _ in self.decisions if taken.stage == stage), None)


def batch_for_decision(act: Act, code: str) -> Batch:
    """The batch, its root and those of the lots that it was fed with locked. Raises NoSuchBatch, Overtaken."""
    found = batches.batch(act.session, act.person, code)
    fed = _lots(act.session, found.id)
    custody.lock_roots(act, [found.root_id, *fed])
    act.session.refresh(found)
    if not _lots(act.session, found.id) <= fed:
        raise Overtaken
    return found


def _lots(session: Session, batch_id: UUID) -> set[UUID]:
    wanted = select(Feed.lot_id).join(Culture, col(Culture.id) == col(Feed.culture_id)).where(Culture.batch_id == batch_id)
    return set(session.exec(wanted))


def release_file(session: Session, batch: Batch, now: datetime) -> ReleaseFile:
    """What is known about ``batch`` at ``now``."""
    units = cryostorage.units_of(session, batch.id)
    return ReleaseFile(
        batch=batch,
        donation=donations.donation_of_root(session, batch.root_id),
        units=[unit.code for unit in units],
        ledgers={unit.code: ledger(session, unit, now) for unit in units},
        assessment=quality.assess(session, batch),
        results=quality.results(session, batch.id),
        donor_tests=quality.donor_tests(session, batch.root_id),
        deviations=_deviations(session, batch.root_id, DeviationState.OPEN),
        closed_deviations=_deviations(session, batch.root_id, DeviationState.CLOSED),
        holds=_open_holds(session, {batch.root_id} | _lots(session, batch.id)),
        decisions=decisions(session, batch.id),
        trail=trail(session, batch.id),
        open_labels=[one.number for one, _ in labelling.open_labels(session, batch.root_id, Side.FACILITY)],
        identified=identifications(session, *(unit.id for unit in units)),
    )


def trail(session: Session, batch_id: UUID) -> Trail:
    """The trail of a batch, and how far it was reviewed."""
    db = session.connection()
    now = db.execute(_DIGEST, {"batch": batch_id}).one()
    wanted = select(TrailReview, PersonRow).join(PersonRow, col(PersonRow.id) == col(TrailReview.reviewed_by))
    found = wanted.where(TrailReview.batch_id == batch_id).order_by(col(TrailReview.up_to), col(TrailReview.reviewed_at))
    reviews = session.exec(found).all()
    if any(one.sha256 == now.sha256 for one, _ in reviews):
        unread = 0
    else:
        after = reviews[-1][0].up_to if reviews else 0
        unread = db.execute(_AFTER, {"batch": batch_id, "up_to": after}).scalar_one() or now.entries
    return Trail(now.entries, now.up_to, bytes(now.sha256), reviews, unread)


def authors(session: Session, batch_id: UUID) -> set[UUID]:
    """Whose work the trail of a batch tells of."""
    return set(session.connection().execute(_AUTHORS, {"batch": batch_id}).scalars())


def _deviations(session: Session, root_id: UUID, state: DeviationState) -> Sequence[tuple[Deviation, Material]]:
    wanted = select(Deviation, Material).join(Material, col(Material.id) == col(Deviation.material_id))
    of_root = wanted.where(Deviation.root_id == root_id, Deviation.state == state)
    return session.exec(of_root.order_by(col(Deviation.code))).all()


def _open_holds(session: Session, roots: set[UUID]) -> Sequence[tuple[Hold, Material]]:
    wanted = select(Hold, Material).join(Material, col(Material.id) == col(Hold.material_id))
    still_open = wanted.where(col(Hold.root_id).in_(roots), col(Hold.lifted_at).is_(None))
    return session.exec(still_open.order_by(col(Hold.number))).all()


def decisions(session: Session, batch_id: UUID) -> Sequence[Signed]:
    """What was decided about a batch, in the order of the stages, each with its signature."""
    wanted = select(Decision, Signature).join(Signature, col(Signature.id) == col(Decision.signature_id))
    found = session.exec(wanted.where(Decision.batch_id == batch_id)).all()
    return sorted(found, key=lambda one: list(Stage).index(Stage(one[0].stage)))


def decided_by(session: Session, batch: Batch, stage: Stage) -> PersonRow:
    """Who took the decision of a stage that was taken."""
    wanted = select(PersonRow).join(Decision, col(Decision.decided_by) == col(PersonRow.id))
    return session.exec(wanted.where(Decision.batch_id == batch.id, Decision.stage == stage)).one()


def is_signed(batch: Batch, decision: Decision, signature: Signature) -> bool:
    """Whether the signature is under this very decision, as it stands in the records now."""
    content = signed_content(batch.code, Stage(decision.stage), Verdict(decision.verdict), decision.reviewed)
    return stands(signature, batch.code, content, decision.decided_by)


def not_released(session: Session, root_id: UUID) -> Sequence[tuple[Hold, Material]]:
    """The holds that the sponsor's release lifts, those of the batch and of its units, each with its material."""
    return [(hold, about) for hold, about in _open_holds(session, {root_id}) if hold.kind == HoldKind.NOT_RELEASED]
