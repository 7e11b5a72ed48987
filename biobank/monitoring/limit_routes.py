"""The limits of single sensors, and how often each speaks; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.monitoring import limits
from biobank.monitoring.alarm_tables import SensorInterval, SensorLimit
from biobank.monitoring.limit_schemas import IntervalIn, IntervalOut, LimitIn, LimitOut
from biobank.monitoring.queries import freezer_where
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["alarms"])


@router.get("/freezers/{code}/sensor-limits")
def of_freezer(code: Code, look: Look) -> list[LimitOut]:
    """The limits that were signed for sensors of a freezer, incubator or room, the latest of each."""
    with look() as session:
        return [LimitOut.of(*one) for one in limits.signed(session, freezer_where(session, look.person, code), SensorLimit)]


@router.post("/freezers/{code}/sensor-limits", status_code=201)
def set_limit(code: Code, order: LimitIn, begin: Begin) -> LimitOut:
    """Sign beyond which values a sensor by itself is an alarm from now on."""
    with begin(Kind.SET_SENSOR_LIMIT, reason=order.reason, signature=order.signature) as act:
        freezer = freezer_where(act.session, act.person, code)
        return act.answer(LimitOut.of(*limits.set_limit(act, freezer, order)))


@router.get("/freezers/{code}/sensor-intervals")
def intervals(code: Code, look: Look) -> list[IntervalOut]:
    """How often sensors of a freezer, incubator or room speak and measure at least, and how late, where that was signed."""
    with look() as session:
        freezer = freezer_where(session, look.person, code)
        return [IntervalOut.of(*one) for one in limits.signed(session, freezer, SensorInterval)]


@router.post("/freezers/{code}/sensor-intervals", status_code=201)
def set_interval(code: Code, order: IntervalIn, begin: Begin) -> IntervalOut:
    """Sign how often a sensor speaks and measures at least from now on, and how old its newest reading may be when it arrives."""
    with begin(Kind.SET_SENSOR_INTERVAL, reason=order.reason, signature=order.signature) as act:
        freezer = freezer_where(act.session, act.person, code)
        return act.answer(IntervalOut.of(*limits.set_interval(act, freezer, order)))
