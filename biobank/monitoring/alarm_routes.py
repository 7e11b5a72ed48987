"""Alarms of the freezers; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.monitoring import alarm_operations as operations
from biobank.monitoring import alarm_queries as queries
from biobank.monitoring.alarm_schemas import (
    AcknowledgeIn,
    AlarmOut,
    AlarmRuleIn,
    AlarmRuleOut,
    AlarmsOut,
    ArmIn,
    DisabledOut,
    DisableIn,
    FreezerAlarmsOut,
)
from biobank.monitoring.queries import freezer_where
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["alarms"])


@router.get("/alarms")
def alarms(look: Look) -> list[AlarmOut]:
    """Every alarm that is not over where the person works."""
    with look() as session:
        return [AlarmOut.of(one) for one in queries.standing(session, look.person)]


@router.get("/disabled-alarms")
def disabled(look: Look) -> list[DisabledOut]:
    """Everything that is disabled where the person works, what ends first coming first."""
    with look() as session:
        return [DisabledOut.of(one) for one in queries.disabled(session, look.person, look.acts.clock.now())]


@router.post("/alarms/acknowledgement")
def acknowledge(order: AcknowledgeIn, begin: Begin) -> AlarmsOut:
    """Acknowledge alarms: you know of them and do something about them."""
    with begin(Kind.ACKNOWLEDGE_ALARM, reason=order.reason) as act:
        operations.acknowledge(act, order.numbers)
        return act.answer(AlarmsOut(alarms=[AlarmOut.of(one) for one in queries.standing(act.session, act.person)]))


@router.get("/freezers/{code}/alarms")
def of_freezer(code: Code, look: Look) -> FreezerAlarmsOut:
    """The alarms of a freezer and its sensors, what is disabled of them, and by what they are judged."""
    with look() as session:
        return FreezerAlarmsOut.of(session, look.person, freezer_where(session, look.person, code), look.acts.clock.now())


@router.post("/freezers/{code}/alarms/disabling", status_code=201)
def disable(code: Code, order: DisableIn, begin: Begin) -> FreezerAlarmsOut:
    """Disable alarms of a freezer and its sensors for a time; then they are armed again by themselves."""
    with begin(Kind.DISABLE_ALARMS, reason=order.reason) as act:
        freezer = operations.disable(act, code, order)
        return act.answer(FreezerAlarmsOut.of(act.session, act.person, freezer, act.recorded_at))


@router.post("/freezers/{code}/alarms/arming")
def arm(code: Code, order: ArmIn, begin: Begin) -> FreezerAlarmsOut:
    """Arm all alarms of a freezer before their time."""
    with begin(Kind.ARM_ALARMS, reason=order.reason) as act:
        freezer = operations.arm(act, code)
        return act.answer(FreezerAlarmsOut.of(act.session, act.person, freezer, act.recorded_at))


@router.post("/freezers/{code}/alarms/rule", status_code=201)
def set_rule(code: Code, order: AlarmRuleIn, begin: Begin) -> AlarmRuleOut:
    """Sign by what the alarms of a freezer are judged from now on."""
    with begin(Kind.SET_ALARM_RULE, reason=order.reason, signature=order.signature) as act:
        return act.answer(AlarmRuleOut.of(operations.set_rule(act, code, order)))
