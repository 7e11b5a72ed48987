"""When something about a freezer is an alarm, and what may become of it (ISA-18.2). Plain Python over plain data.

A condition is asked of the latest readings, with hysteresis where it stands already; the time since when it stands is kept
with the alarm, so that a delay goes on through a restart. Values are in thousandths of the sensor's unit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from biobank.errors import Conflict
from biobank.monitoring.rules import Limit, Point


class AlarmState(StrEnum):
    """Where an alarm stands, in the words of ISA-18.2."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned_unacknowledged"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed_by_design"
    OUT_OF_SERVICE = "out_of_service"


_S = AlarmState
_SILENCED = frozenset({_S.SHELVED, _S.SUPPRESSED, _S.OUT_OF_SERVICE})
NEXT_OF_ALARM: dict[AlarmState, frozenset[AlarmState]] = {
    _S.NORMAL: frozenset({_S.UNACKNOWLEDGED}) | _SILENCED,
    _S.UNACKNOWLEDGED: frozenset({_S.ACKNOWLEDGED, _S.RETURNED}) | _SILENCED,
    _S.ACKNOWLEDGED: frozenset({_S.NORMAL}) | _SILENCED,
    _S.RETURNED: frozenset({_S.NORMAL, _S.UNACKNOWLEDGED}) | _SILENCED,
    _S.SHELVED: frozenset({_S.NORMAL, _S.UNACKNOWLEDGED}) | _SILENCED - {_S.SHELVED},
    _S.SUPPRESSED: frozenset({_S.NORMAL, _S.UNACKNOWLEDGED}) | _SILENCED - {_S.SUPPRESSED},
    _S.OUT_OF_SERVICE: frozenset({_S.NORMAL, _S.UNACKNOWLEDGED}) | _SILENCED - {_S.OUT_OF_SERVICE},
}
"""An alarm begins normal, while its delay runs, and ends normal. Whoever disables one shelves it or takes it out of service;
the alarms that follow from a common cause are suppressed by design."""
WAITING = frozenset({_S.UNACKNOWLEDGED, _S.RETURNED})
"""Somebody still has to say that they know."""


class AlarmKind(StrEnum):
    """What an alarm is about."""

    TOO_WARM = "too_warm"
    RISING = "rising"
    SILENT = "silent"
    FROZEN = "frozen"
    DISAGREEING = "disagreeing"
    CLOCK_DRIFT = "clock_drift"
    WRONG_TIME = "wrong_time"
    DEVICE_SILENT = "device_silent"
    REFUSED = "refused"


class NotWaiting(Conflict):
    """Nobody has to acknowledge this alarm now."""

    code = "alarm_not_waiting"


@dataclass(frozen=True)
class AlarmRule:
    """By what a freezer's alarms are judged, beside its limit, whose delay is the excursion's.

    What stands here is what holds until somebody signs a rule of their own; general knowledge, none of it from a standard.
    """

    silence_s: int = 900
    frozen_s: int = 21_600
    rise_milli: int = 10_000
    rise_s: int = 600
    disagreement_milli: int = 10_000
    drift_s: int = 120
    delay_s: int = 300
    """How long a disagreement or a drift lasts before it counts."""


class Heard(NamedTuple):
    """What is known of one probe: what it said last, and what it said before."""

    sensor: str
    device: str
    """Site and name of the device that reads it."""
    registered_at: datetime
    heard_at: datetime | None
    """When its last reading arrived; None where there was none yet."""
    told_at: datetime
    """The device's time of that reading; without meaning where there was none."""
    value_milli: int
    clock_suspect: bool
    is_thermometer: bool = True
    """What measures something else has its silence and its clock watched."""
    before: Point | None = None
    """The reading at the beginning of the time over which a rise is measured."""
    steady_since: datetime | None = None
    """Since when it says the very same; None where that is shorter than the rule wants to know."""


class Condition(NamedTuple):
    """Something that is so now: an alarm once it lasts as long as its delay."""

    kind: AlarmKind
    subject: str
    since: datetime
    delay: timedelta
    words: str
    cause: tuple[AlarmKind, str] | None = None
    """The alarm from which this one follows."""


Standing = frozenset[tuple[AlarmKind, str]]
"""The alarms that stand already, by kind and subject."""


def next_state(state: AlarmState, *, present: bool, due: bool, silenced: AlarmState | None) -> AlarmState:
    """What becomes of an alarm whose condition is ``present``, and has lasted its delay where ``due``.

    Silencing hides what is there and ends by itself: what is there then is to be acknowledged anew.
    """
    if not present:
        return _S.RETURNED if state in WAITING else _S.NORMAL
    if silenced is not None:
        return silenced
    if state in (_S.UNACKNOWLEDGED, _S.ACKNOWLEDGED):
        return state
    return _S.UNACKNOWLEDGED if due or state is _S.RETURNED else _S.NORMAL


def acknowledged(number: int, state: AlarmState) -> AlarmState:
    """What becomes of an alarm that somebody acknowledges. Raises NotWaiting."""
    if state not in WAITING:
        raise NotWaiting(number=number, state=state)
    return _S.ACKNOWLEDGED if state is _S.UNACKNOWLEDGED else _S.NORMAL


def of_freezer(
    freezer: str, probes: Sequence[Heard], limit: Limit, rule: AlarmRule, standing: Standing, now: datetime
) -> list[Condition]:
    """Everything that is so of one freezer and its probes at ``now``.

    What a probe said longer ago than it may be silent tells nothing new: it ends no alarm, and begins none.
    """
    heard = [one for one in probes if one.heard_at is not None]
    warm = [one for one in heard if one.is_thermometer]
    fresh = [one for one in warm if not one.clock_suspect and now - one.told_at <= timedelta(seconds=rule.silence_s)]
    found = [_too_warm(freezer, warm, fresh, limit, standing), _disagreement(freezer, fresh, rule, standing)]
    for one in probes:
        found += [_silence(one, rule, now), _wrong_time(one), _drift(one, rule)]
    for one in fresh:
        found += [_rise(one, rule), _frozen(one, rule)]
    return [condition for condition in found if condition is not None]


def of_devices(conditions: Iterable[Condition], probes: Iterable[Heard]) -> list[Condition]:
    """The same conditions, and those of devices all of whose probes are silent: that is the cause, and these follow."""
    conditions = list(conditions)
    silent = {one.subject: one for one in conditions if one.kind is AlarmKind.SILENT}
    by_device: dict[str, list[str]] = {}
    for probe in probes:
        by_device.setdefault(probe.device, []).append(probe.sensor)
    causes: dict[str, Condition] = {}
    for device, sensors in by_device.items():
        if len(sensors) > 1 and all(sensor in silent for sensor in sensors):
            since = max(silent[sensor].since for sensor in sensors)
            words = f"Device {device} is silent, with its {len(sensors)} sensors"
            cause = Condition(AlarmKind.DEVICE_SILENT, device, since, timedelta(0), words)
            causes |= dict.fromkeys(sensors, cause)
    follow = [
        one._replace(cause=(AlarmKind.DEVICE_SILENT, causes[one.subject].subject))
        if one.kind is AlarmKind.SILENT and one.subject in causes
        else one
        for one in conditions
    ]
    return [*dict.fromkeys(causes.values()), *follow]


def _too_warm(freezer: str, heard: Sequence[Heard], fresh: Sequence[Heard], limit: Limit, standing: Standing) -> Condition | None:
    """Above the limit; where it stands already, until every probe is down by the hysteresis, also one that fell silent."""
    stands = (AlarmKind.TOO_WARM, freezer) in standing
    line, asked = (limit.calm_milli, heard) if stands else (limit.limit_milli, fresh)
    warm = [one for one in asked if one.value_milli > line]
    if not warm:
        return None
    first, warmest = min(warm, key=lambda one: one.told_at), max(warm, key=lambda one: one.value_milli)
    words = f"Freezer {freezer} is too warm: {_said(warmest.value_milli)} °C, limit {_said(limit.limit_milli)} °C"
    return Condition(AlarmKind.TOO_WARM, freezer, first.told_at, limit.delay, words)


def _disagreement(freezer: str, fresh: Sequence[Heard], rule: AlarmRule, standing: Standing) -> Condition | None:
    """Redundant probes tell different things; a standing alarm ends at nine tenths of what they may differ."""
    if len(fresh) < 2:
        return None
    low, high = min(fresh, key=lambda one: one.value_milli), max(fresh, key=lambda one: one.value_milli)
    allowed = rule.disagreement_milli
    if (AlarmKind.DISAGREEING, freezer) in standing:
        allowed = allowed * 9 // 10
    if high.value_milli - low.value_milli <= allowed:
        return None
    told = f"{low.sensor} {_said(low.value_milli)}, {high.sensor} {_said(high.value_milli)} °C"
    since = max(low.told_at, high.told_at)
    delay = timedelta(seconds=rule.delay_s)
    return Condition(AlarmKind.DISAGREEING, freezer, since, delay, f"Probes of freezer {freezer} disagree: {told}")


def _silence(one: Heard, rule: AlarmRule, now: datetime) -> Condition | None:
    """Counted from the last arrival, and from the registration of a probe that was never heard."""
    last = one.heard_at or one.registered_at
    if now - last <= timedelta(seconds=rule.silence_s):
        return None
    return Condition(
        AlarmKind.SILENT, one.sensor, last, timedelta(0), f"Sensor {one.sensor} is silent since {last:%Y-%m-%d %H:%M} UTC"
    )


def _wrong_time(one: Heard) -> Condition | None:
    if one.heard_at is None or not one.clock_suspect:
        return None
    words = f"Sensor {one.sensor} tells an impossible time: {one.told_at:%Y-%m-%d %H:%M} UTC"
    return Condition(AlarmKind.WRONG_TIME, one.sensor, one.heard_at, timedelta(0), words)


def _drift(one: Heard, rule: AlarmRule) -> Condition | None:
    """The device's clock differs from the server's for so long that it is no buffer that is being emptied."""
    if one.heard_at is None or one.clock_suspect:
        return None
    off = one.heard_at - one.told_at
    if abs(off) <= timedelta(seconds=rule.drift_s):
        return None
    words = f"The clock of sensor {one.sensor} is off by {abs(off).total_seconds():.0f} s"
    return Condition(AlarmKind.CLOCK_DRIFT, one.sensor, one.heard_at, timedelta(seconds=rule.delay_s), words)


def _rise(one: Heard, rule: AlarmRule) -> Condition | None:
    if one.before is None:
        return None
    rise, over = one.value_milli - one.before.value_milli, one.told_at - one.before.at
    if over <= timedelta(0) or rise * rule.rise_s <= rule.rise_milli * over.total_seconds():
        return None
    words = f"Sensor {one.sensor} rose by {_said(rise)} °C in {over.total_seconds() / 60:.0f} min"
    return Condition(AlarmKind.RISING, one.sensor, one.told_at, timedelta(0), words)


def _frozen(one: Heard, rule: AlarmRule) -> Condition | None:
    """A living probe never says exactly the same for hours."""
    if one.steady_since is None or one.told_at - one.steady_since < timedelta(seconds=rule.frozen_s):
        return None
    words = f"Sensor {one.sensor} says exactly {_said(one.value_milli)} °C since {one.steady_since:%Y-%m-%d %H:%M} UTC"
    return Condition(AlarmKind.FROZEN, one.sensor, one.steady_since, timedelta(0), words)


def _said(value_milli: int) -> str:
    return f"{value_milli / 1000:.1f}"
