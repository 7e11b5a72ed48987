"""The clean room: from an accepted donation to a verified harvest; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.expansion import operations, queries
from biobank.expansion.schemas import (
    BatchFileOut,
    BatchOut,
    CountIn,
    CountOut,
    CultureOut,
    FeedIn,
    FeedOut,
    IsolationIn,
    RouteIn,
    SeedIn,
    VerifyIn,
)
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["clean room"])


@router.post("/donations/{code}/routing", status_code=201)
def route(code: Code, order: RouteIn, begin: Begin) -> BatchOut:
    """Open the batch of an accepted donation."""
    with begin(Kind.ROUTE, occurred_at=order.occurred_at) as act:
        return act.answer(BatchOut.of(act.session, operations.route(act, code)))


@router.get("/batches")
def batches(look: Look) -> list[BatchOut]:
    """Every batch made where the person works."""
    with look() as session:
        return [BatchOut.shown(one) for one in queries.batches(session, look.person)]


@router.get("/batches/{code}")
def batch(code: Code, look: Look) -> BatchFileOut:
    """A batch with its cultures and counts."""
    with look() as session:
        return BatchFileOut.of(session, queries.batch(session, look.person, code))


@router.post("/batches/{code}/isolation", status_code=201)
def isolate(code: Code, order: IsolationIn, begin: Begin) -> CountOut:
    """Count what was isolated from the donation."""
    with begin(Kind.ISOLATE, occurred_at=order.occurred_at) as act:
        return act.answer(CountOut.of(operations.isolate(act, code, order.donation, order), code))


@router.post("/batches/{code}/cultures", status_code=201)
def seed(code: Code, order: SeedIn, begin: Begin) -> CultureOut:
    """Seed the vessels of a passage."""
    with begin(Kind.SEED, occurred_at=order.occurred_at) as act:
        made = operations.seed(act, code, order)
        return act.answer(CultureOut.of(made, code, queries.label_of(act.session, made.id)))


@router.post("/cultures/{code}/feeds", status_code=201)
def feed(code: Code, order: FeedIn, begin: Begin) -> FeedOut:
    """Change the medium."""
    with begin(Kind.FEED, occurred_at=order.occurred_at) as act:
        fed, lot = operations.feed(act, code, order)
        return act.answer(FeedOut.of(fed, code, lot.code))


@router.post("/cultures/{code}/harvest", status_code=201)
def harvest(code: Code, order: CountIn, begin: Begin) -> CountOut:
    """Harvest a culture and count."""
    with begin(Kind.HARVEST, occurred_at=order.occurred_at) as act:
        count = operations.harvest(act, code, order)
        _, its_batch = queries.culture(act.session, act.person, code)
        return act.answer(CountOut.of(count, its_batch.code, code))


@router.post("/cultures/{code}/harvest/verification")
def verify_harvest(code: Code, order: VerifyIn, begin: Begin) -> CountOut:
    """Confirm a harvest count as a second person."""
    with begin(Kind.VERIFY_HARVEST) as act:
        count = operations.verify_harvest(act, code)
        _, its_batch = queries.culture(act.session, act.person, code)
        return act.answer(CountOut.of(count, its_batch.code, code))
