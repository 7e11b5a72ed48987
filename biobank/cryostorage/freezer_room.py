"""The freezer room: the log of each freezer, and how all of them stand; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.cryostorage import freezer_log, retention
from biobank.cryostorage.freezer_log import FreezerLogOut, LogIn, LogOut, StandingOut
from biobank.cryostorage.retention import KeptOut, RetentionIn, RetentionOut
from biobank.monitoring import queries as freezers
from biobank.monitoring.tables import NOTHING_LIES
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["freezers"])


@router.post("/freezers/{code}/log", status_code=201)
def write(code: Code, order: LogIn, begin: Begin) -> LogOut:
    """Write into the log of a freezer: filled, read by hand, serviced, decontaminated, or the slots kept in reserve."""
    with begin(Kind.WRITE_FREEZER_LOG, occurred_at=order.occurred_at) as act:
        return act.answer(LogOut.of(freezer_log.write(act, code, order), act.person.name))


@router.get("/freezers/{code}/log")
def log(code: Code, look: Look) -> FreezerLogOut:
    """The log of a freezer, the newest line first."""
    with look() as session:
        return freezer_log.log(session, freezers.freezer_where(session, look.person, code), look.acts.clock.now())


@router.get("/freezers/{code}/retention")
def kept(code: Code, look: Look) -> KeptOut:
    """For how many years the raw readings of a freezer are kept at least."""
    with look() as session:
        return retention.kept(session, freezers.freezer_where(session, look.person, code))


@router.get("/retention-rule")
def retention_rule(look: Look) -> RetentionOut:
    """For how long raw readings are kept."""
    with look() as session:
        return RetentionOut.of(session, retention.current(session))


@router.post("/retention-rule", status_code=201)
def set_retention_rule(order: RetentionIn, begin: Begin) -> RetentionOut:
    """Set for how long raw readings are kept; nothing is deleted by that."""
    with begin(Kind.SET_RETENTION, reason=order.reason, signature=order.signature) as act:
        return act.answer(RetentionOut.of(act.session, retention.set_rule(act, order)))


@router.get("/freezer-room")
def standings(look: Look) -> list[StandingOut]:
    """How every freezer with positions stands where the person works, and which one is to be read by hand."""
    now = look.acts.clock.now()
    with look() as session:
        standing = (one for one in freezers.freezers(session, look.person) if one.kind not in NOTHING_LIES)
        return [freezer_log.standing(session, one, now) for one in standing]
