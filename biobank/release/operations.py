"""Deciding about a batch: QA's disposition, the QP's certification, the sponsor's release, each signed."""

from typing import Any

from biobank.access.signing import canonical, sign
from biobank.act.acts import Act
from biobank.cryostorage import queries as cryostorage
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.tables import Step
from biobank.expansion import queries as batches
from biobank.expansion.rules import BatchPurpose, BatchState, product_on_labels
from biobank.expansion.tables import Batch
from biobank.labelling.operations import print_labels
from biobank.quality import queries as quality
from biobank.release import queries, rules
from biobank.release.queries import ReleaseFile, Signed
from biobank.release.rules import Stage, Verdict
from biobank.release.tables import Decision, TrailReview
from biobank.studies import queries as studies

_STEP = {Stage.DISPOSITION: Step.DISPOSE, Stage.CERTIFICATION: Step.CERTIFY, Stage.SPONSOR_RELEASE: Step.RELEASE}


def review_trail(act: Act, code: str, up_to: int) -> Batch:
    """Record that the whole trail of a batch was read, up to its last entry; done again after whatever is written later.

    Raises NoSuchBatch, ReviewedOwnWork, TrailReviewed, TrailMoved.
    """
    batch = queries.batch_for_decision(act, code)
    trail = queries.trail(act.session, batch.id)
    reviewers = {who.id for one, who in trail.reviews if one.sha256 == trail.sha256}
    rules.check_may_review(batch.code, act.person.id, queries.authors(act.session, batch.id), reviewers)
    rules.check_read_to_the_end(batch.code, up_to, trail.up_to)
    act.add(
        TrailReview(
            id=act.new_id(),
            batch_id=batch.id,
            root_id=batch.root_id,
            entries=trail.entries,
            up_to=trail.up_to,
            sha256=trail.sha256,
            reviewed_by=act.person.id,
            reviewed_at=act.recorded_at,
        )
    )
    return batch


def decide(act: Act, code: str, stage: Stage, verdict: Verdict) -> Signed:
    """Take one decision about a batch and sign it; the sponsor's approval lifts *not released* from the batch and its units,
    and prints the label of the release.

    Raises NoSuchBatch, BatchFailed, BiobankOnly, DecidedAlready, DecisionMissing, MadeItYourself, NotSigned; for an approval also
    ResultsMissing, ResultsFailed, DonorTestsMissing, DonorTestReactive, DeviationOpen, LabelsUnaccounted, OnHold,
    TrailUnread.
    """
    batch = queries.batch_for_decision(act, code)
    file = queries.release_file(act.session, batch, act.recorded_at)
    _check(act, file, stage, verdict)
    reviewed = canonical(_reviewed(file)).decode()
    signature = sign(act, code, rules.signed_content(batch.code, stage, verdict, reviewed))
    decision = act.add(
        Decision(
            id=act.new_id(),
            batch_id=batch.id,
            root_id=batch.root_id,
            purpose=batch.purpose,
            stage=stage,
            verdict=verdict,
            reviewed=reviewed,
            signature_id=signature.id,
            decided_by=act.person.id,
            decided_at=act.recorded_at,
        )
    )
    _record(act, batch, stage, verdict)
    return decision, signature


def _check(act: Act, file: ReleaseFile, stage: Stage, verdict: Verdict) -> None:
    batch = file.batch
    taken = {Stage(one.stage): Verdict(one.verdict) for one, _ in file.decisions}
    rules.check_not_failed(batch.code, BatchState(batch.state))
    rules.check_may_decide(batch.code, BatchPurpose(batch.purpose), stage, taken)
    hands = cryostorage.makers(act.session, batch.id) | quality.recorders(act.session, batch)
    rules.check_hands(batch.code, act.person.id, hands, {one.decided_by for one, _ in file.decisions})
    if verdict is Verdict.APPROVED:
        open_ones = [deviation.code for deviation, _ in file.deviations]
        labels = [str(number) for number in file.open_labels]
        rules.check_fit(batch.code, file.assessment, open_ones, labels, materials.blocking(file.on_the_whole()))
        rules.check_trail_read(batch.code, stage, file.trail.unread)


def _reviewed(file: ReleaseFile) -> dict[str, Any]:
    """What lay before the person who decided; the codes and hashes in it lead to the records."""
    return {
        "donation": file.donation.din,
        "process": file.batch.process_version,
        "specification": file.batch.specification_version,
        "units": list(file.units),
        "warming": [
            [code, line.above_c, line.seconds, line.budget_s] for code, one in file.ledgers.items() for line in one.lines
        ],
        "results": [[one.test, one.attempt, one.told, one.finding, one.method, one.passed] for one in file.results],
        "donor_tests": [[one.marker, one.attempt, one.reactive, one.sampled_on] for one in file.donor_tests],
        "open_deviations": [deviation.code for deviation, _ in file.deviations],
        "open_labels": list(file.open_labels),
        "identified": [[one.unit, one.position, one.sha256.hex()] for one in file.identified],
        "open_holds": [[hold.number, hold.kind, about.code] for hold, about in file.holds],
        "decisions": [signature.content_sha256.hex() for _, signature in file.decisions],
        "trail": {"entries": file.trail.entries, "up_to": file.trail.up_to, "sha256": file.trail.sha256.hex()},
        "trail_reviews": [[who.username, one.up_to, one.reviewed_at] for one, who in file.trail.reviews],
    }


def _record(act: Act, batch: Batch, stage: Stage, verdict: Verdict) -> None:
    material = materials.material(act.session, batch.code)
    place = batches.origin(act.session, batch).facility.code
    if verdict is Verdict.REJECTED:
        custody.record(act, material, Step.REJECT, place)
        return
    if stage is not Stage.SPONSOR_RELEASE:
        custody.record(act, material, _STEP[stage], place)
        return
    for hold, about in queries.not_released(act.session, batch.root_id):
        hold.lifted_by, hold.lifted_at, hold.lift_reason = act.person.id, act.recorded_at, "Released by the sponsor"
        custody.record(act, about, Step.RELEASE, place)
    act.session.flush()
    print_labels(act, material, {"release": _label(act, batch)}, batch.code)


def _label(act: Act, batch: Batch) -> dict[str, str]:
    """What stands on the label of a released batch; a kit made of it has an expiry of its own."""
    participant = batches.origin(act.session, batch).participant
    study = studies.protocol(act.session, participant).study
    return {
        "identity": participant.code,
        "product": product_on_labels(study, BatchPurpose(batch.purpose), "frozen cells"),
        "batch": batch.code,
        "released_at": f"{act.recorded_at:%Y-%m-%d %H:%M} UTC",
        "certified_by": queries.decided_by(act.session, batch, Stage.CERTIFICATION).name,
    }
