"""What people do with alarms: acknowledge, disable and arm them, and sign by what they are judged."""

from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import col, select

from biobank.access.signing import sign
from biobank.act.acts import Act
from biobank.errors import BadInput, Conflict
from biobank.monitoring import alarm_queries as queries
from biobank.monitoring import alarm_rules
from biobank.monitoring.alarm_rules import AlarmState
from biobank.monitoring.alarm_schemas import AlarmRuleIn, DisableIn
from biobank.monitoring.alarm_tables import Alarm, AlarmDisabling, AlarmSetting
from biobank.monitoring.queries import freezer_where
from biobank.monitoring.tables import Freezer

LONGEST = timedelta(days=31)
"""Nothing is disabled for longer; a default of this system, which the database repeats."""


class NothingDisabled(Conflict):
    """No alarm of this freezer is disabled."""

    code = "nothing_disabled"


class WrongEnd(BadInput):
    """Alarms are disabled until a time that comes, and not for ever."""

    code = "wrong_end"


def acknowledge(act: Act, numbers: Iterable[int]) -> list[Alarm]:
    """Somebody knows of these alarms; the act's reason says what they do about them. Raises NoSuchAlarm, NotWaiting."""
    return [_acknowledged(act, alarm) for alarm in queries.of_numbers(act.session, act.person, numbers)]


def disable(act: Act, code: str, order: DisableIn) -> Freezer:
    """Disable alarms of a freezer and its sensors; they are armed again by themselves. Raises NoSuchFreezer, WrongEnd."""
    freezer = freezer_where(act.session, act.person, code)
    if not act.recorded_at < order.until <= act.recorded_at + LONGEST:
        raise WrongEnd(field="until", days=LONGEST.days)
    act.add(
        AlarmDisabling(
            id=act.new_id(),
            freezer_id=freezer.id,
            kind=order.kind,
            how=order.how,
            reason=order.reason,
            disabled_by=act.person.id,
            disabled_at=act.recorded_at,
            until_at=order.until,
        )
    )
    return freezer


def arm(act: Act, code: str) -> Freezer:
    """Arm everything that is disabled of a freezer before its time. Raises NoSuchFreezer, NothingDisabled."""
    freezer = freezer_where(act.session, act.person, code)
    lasting = select(AlarmDisabling).where(
        AlarmDisabling.freezer_id == freezer.id,
        col(AlarmDisabling.until_at) > act.recorded_at,
        col(AlarmDisabling.rearmed_at).is_(None),
    )
    found = act.session.exec(lasting.with_for_update()).all()
    if not found:
        raise NothingDisabled(freezer=code)
    for one in found:
        one.rearmed_at, one.rearmed_by = act.recorded_at, act.person.id
        act.add(one)
    return freezer


def set_rule(act: Act, code: str, order: AlarmRuleIn) -> AlarmSetting:
    """Sign the next version of what a freezer's alarms are judged by. Raises NoSuchFreezer, NotSigned."""
    freezer = freezer_where(act.session, act.person, code)
    before = queries.setting(act.session, freezer.id)
    number = before.number + 1 if before else 1
    content = order.model_dump(exclude={"signature", "reason"})
    signature = sign(act, f"alarms of {code}, {number}", content)
    return act.add(
        AlarmSetting(
            id=act.new_id(),
            freezer_id=freezer.id,
            number=number,
            **content,
            set_at=act.recorded_at,
            signature_id=signature.id,
        )
    )


def _acknowledged(act: Act, alarm: Alarm) -> Alarm:
    alarm.state = alarm_rules.acknowledged(alarm.number, AlarmState(alarm.state))
    alarm.acknowledged_at, alarm.acknowledged_by = act.recorded_at, act.person.id
    if alarm.state is AlarmState.NORMAL:
        alarm.closed_at = act.recorded_at
    return act.add(alarm)
