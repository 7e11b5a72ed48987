"""Open lids, pulled racks, transports and the ledgers of units; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.cryostorage import handling, ledgers, queries
from biobank.cryostorage.warming_schemas import LedgerOut, OpenIn, OpeningOut, PullOut, RuleIn, RuleOut, TransportIn, TransportOut
from biobank.donation import queries as donations
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["warming"])


@router.post("/freezers/{code}/lid-openings", status_code=201)
def record_opening(code: Code, order: OpenIn, begin: Begin) -> OpeningOut:
    """Record that the lid or door of a freezer stood open until now, or until the time given."""
    with begin(Kind.RECORD_OPENING, occurred_at=order.occurred_at) as act:
        return act.answer(OpeningOut.of(handling.record_opening(act, code, order.open_s), code))


@router.post("/units/{code}/rack-pulls", status_code=201)
def record_pull(code: Code, order: OpenIn, begin: Begin) -> PullOut:
    """Record that the rack was pulled for this unit; it was back now, or at the time given."""
    with begin(Kind.RECORD_PULL, occurred_at=order.occurred_at) as act:
        return act.answer(PullOut.of(handling.record_pull(act, code, order.open_s), code))


@router.post("/transports", status_code=201)
def import_log(order: TransportIn, begin: Begin) -> TransportOut:
    """Import what the logger of a transport wrote about donations or units."""
    with begin(Kind.IMPORT_TRANSPORT) as act:
        return act.answer(TransportOut.of(handling.import_log(act, order.materials, order.file)))


@router.get("/donations/{code}/transports")
def transports(code: Code, look: Look) -> list[TransportOut]:
    """What the loggers of a donation's transports told."""
    with look() as session:
        travelled = donations.donation(session, look.person, code)
        return [TransportOut.of(one) for one in ledgers.transports(session, travelled.id)]


@router.get("/units/{code}/warming")
def ledger(code: Code, look: Look) -> LedgerOut:
    """How long a unit was above each threshold in its life, and what is left of its budget."""
    with look() as session:
        unit = queries.unit(session, look.person, code)
        found = ledgers.ledger(session, unit, look.acts.clock.now())
        travelled = [TransportOut.of(one) for one in ledgers.transports(session, unit.id)]
        return LedgerOut.of(unit.code, ledgers.rule(session).number, found, travelled)


@router.get("/warming-rule")
def rule(look: Look) -> RuleOut:
    """What is charged for openings and pulls, and what is asked of freezers and loggers."""
    with look() as session:
        return RuleOut.of(ledgers.rule(session))


@router.post("/warming-rule", status_code=201)
def set_rule(order: RuleIn, begin: Begin) -> RuleOut:
    """Set the rule by which every ledger is told from now on."""
    with begin(Kind.SET_WARMING_RULE, reason=order.reason) as act:
        handling.set_rule(act, order)
        return act.answer(RuleOut.of(ledgers.rule(act.session)))
