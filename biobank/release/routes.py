"""The release file of a batch and the three signed decisions about it; for the facility only."""

from fastapi import APIRouter

from biobank.act.acts import Act
from biobank.act.kinds import Kind
from biobank.expansion import queries as batches
from biobank.redaction import queries as redactions
from biobank.release import operations, queries
from biobank.release.rules import Stage
from biobank.release.schemas import DecisionIn, DecisionOut, ReleaseFileOut, TrailReviewIn, TrailStandingOut
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["release"])


@router.get("/batches/{code}/release-file")
def release_file(code: Code, look: Look) -> ReleaseFileOut:
    """What is known about a batch, what is missing, what holds it back, and what was decided."""
    with look() as session:
        batch = batches.batch(session, look.person, code)
        told = ReleaseFileOut.of(session, queries.release_file(session, batch, look.acts.clock.now()))
        return redactions.overlay(session, look.person).on(told)


@router.get("/batches/{code}/trail-review")
def trail_standing(code: Code, look: Look) -> TrailStandingOut:
    """How much of the trail of a batch there is, and who reviewed it up to where."""
    with look() as session:
        batch = batches.batch(session, look.person, code)
        return TrailStandingOut.of(batch, queries.trail(session, batch.id))


@router.post("/batches/{code}/trail-review", status_code=201)
def review_trail(code: Code, order: TrailReviewIn, begin: Begin) -> TrailStandingOut:
    """Record that you have read the whole trail of a batch, up to the entry given."""
    with begin(Kind.REVIEW_TRAIL) as act:
        batch = operations.review_trail(act, code, order.up_to)
        return act.answer(TrailStandingOut.of(batch, queries.trail(act.session, batch.id)))


@router.post("/batches/{code}/disposition", status_code=201)
def dispose(code: Code, order: DecisionIn, begin: Begin) -> DecisionOut:
    """QA's decision after the review."""
    with begin(Kind.DISPOSE, signature=order.signature) as act:
        return _decided(act, code, Stage.DISPOSITION, order)


@router.post("/batches/{code}/certification", status_code=201)
def certify(code: Code, order: DecisionIn, begin: Begin) -> DecisionOut:
    """The Qualified Person's certification."""
    with begin(Kind.CERTIFY, signature=order.signature) as act:
        return _decided(act, code, Stage.CERTIFICATION, order)


@router.post("/batches/{code}/sponsor-release", status_code=201)
def release(code: Code, order: DecisionIn, begin: Begin) -> DecisionOut:
    """The sponsor's release; with it the batch and its units may go to their patient."""
    with begin(Kind.RELEASE, signature=order.signature) as act:
        return _decided(act, code, Stage.SPONSOR_RELEASE, order)


def _decided(act: Act, code: str, stage: Stage, order: DecisionIn) -> DecisionOut:
    decision, signature = operations.decide(act, code, stage, order.verdict)
    batch = batches.batch(act.session, act.person, code)
    return act.answer(DecisionOut.of(batch, decision, signature))
