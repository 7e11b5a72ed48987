"""When something about a freezer is an alarm. Plain Python over plain data.

A condition is asked of the latest readings, with hysteresis where it stands already.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from biobank.monitoring.alarm_rules import AlarmKind, AlarmRule, Condition, Heard, Measures, Standing
from biobank.monitoring.rules import Limit

SUSPECT_FOR = timedelta(minutes=15)
"""So long after the last reading with an impossible time its alarm stands, where right ones came since; general knowledge."""


def of_freezer(
    freezer: str, probes: Sequence[Heard], limit: Limit, rule: AlarmRule, standing: Standing, now: datetime
) -> list[Condition]:
    """Everything that is so of one freezer and its probes at ``now``.

    What a probe said longer ago than it may be silent tells nothing new: it ends no alarm, and begins none. Where its device's
    clock is known to be wrong, it said that when it was heard; one that comes as late as was signed of it is right. Nothing is so
    since a time to come.
    """
    heard = [_by_our_clock(one) for one in probes if one.heard_at is not None]
    warm = [one for one in heard if one.kind is Measures.TEMPERATURE]
    living = {one.sensor for one in heard if now - one.told_at <= _may_be_silent(one, rule) + one.late}
    fresh = [one for one in warm if one.sensor in living]
    found = [_too_warm(freezer, warm, fresh, limit, standing), _disagreement(freezer, fresh, rule, standing)]
    for one in probes:
        found += [_silence(one, rule, now), _wrong_time(one, now), _drift(one, rule)]
    for one in fresh:
        found += [_rise(one, rule), _frozen(one, rule)]
    for one in heard:
        said = [*_level(one, rule, standing), *_beyond(one, standing)]
        found += [it for it in said if one.sensor in living or (it is not None and (it.kind, it.subject) in standing)]
    return [one._replace(since=min(one.since, now)) for one in found if one is not None]


def as_watched(condition: Condition, freezer: str, said: Iterable[Heard], limit: Limit, rule: AlarmRule) -> Condition:
    """The condition since when a watch would have seen it that was never away, by what the probes ``said``, in order of time."""
    key, since = (condition.kind, condition.subject), None
    probes: dict[str, Heard] = {}
    for one in said:
        probes[one.sensor] = one
        standing: Standing = frozenset({key} if since else ())
        found = of_freezer(freezer, [*probes.values()], limit, rule, standing, _by_our_clock(one).told_at)
        began = next((it.since for it in found if (it.kind, it.subject) == key), None)
        since = began and (since or began)
    return condition._replace(since=min(since or condition.since, condition.since))


def of_proof(conditions: Iterable[Condition]) -> list[Condition]:
    """Those of a freezer that only proves alarms: its one warmth is a test and says so, and its steep rise is none of its own."""
    return [
        one._replace(words=f"TEST, no freezer is warm: {one.words}") if one.kind is AlarmKind.TOO_WARM else one
        for one in conditions
        if one.kind is not AlarmKind.RISING
    ]


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


def is_wrong(off: timedelta, late: timedelta, *, suspect: bool, behind: bool) -> bool:
    """Whether a device's clock tells nothing: its time is an impossible one, or it is known to be behind, and by more than its
    readings are on their way.
    """
    return suspect or (behind and not timedelta(0) < off <= late)


def _by_our_clock(one: Heard) -> Heard:
    if one.heard_at is None:
        return one
    off = one.heard_at - one.told_at
    if not is_wrong(off, one.late, suspect=one.clock_suspect, behind=one.clock_behind):
        return one
    before = one.before and one.before._replace(at=one.before.at + off)
    steady = one.steady_since and one.steady_since + off
    return one._replace(told_at=one.heard_at, before=before, steady_since=steady, warm_since=None)


def _too_warm(freezer: str, heard: Sequence[Heard], fresh: Sequence[Heard], limit: Limit, standing: Standing) -> Condition | None:
    """Above the limit; where it stands already, until every probe is down by the hysteresis, also one that fell silent."""
    stands = (AlarmKind.TOO_WARM, freezer) in standing
    line, asked = (limit.calm_milli, heard) if stands else (limit.limit_milli, fresh)
    warm = [one for one in asked if one.value_milli > line]
    if not warm:
        return None
    since, warmest = min(one.warm_since or one.told_at for one in warm), max(warm, key=lambda one: one.value_milli)
    words = f"Freezer {freezer} is too warm: {_said(warmest.value_milli)} °C, limit {_said(limit.limit_milli)} °C"
    return Condition(AlarmKind.TOO_WARM, freezer, since, limit.delay, words)


def _disagreement(freezer: str, fresh: Sequence[Heard], rule: AlarmRule, standing: Standing) -> Condition | None:
    """Redundant probes tell different things of the same time; a standing alarm ends at nine tenths of what they may differ."""
    last = max((one.told_at for one in fresh), default=None)
    fresh = [one for one in fresh if last and last - one.told_at <= timedelta(seconds=rule.silence_s)]
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


def _may_be_silent(one: Heard, rule: AlarmRule) -> timedelta:
    return one.every or timedelta(seconds=rule.silence_s)


def _silence(one: Heard, rule: AlarmRule, now: datetime) -> Condition | None:
    """Counted from the last arrival, and from the registration of a probe that was never heard."""
    last = one.heard_at or one.registered_at
    if now - last <= _may_be_silent(one, rule):
        return None
    return Condition(
        AlarmKind.SILENT, one.sensor, last, timedelta(0), f"Sensor {one.sensor} is silent since {last:%Y-%m-%d %H:%M} UTC"
    )


def _wrong_time(one: Heard, now: datetime) -> Condition | None:
    if one.heard_at is not None and one.clock_suspect:
        words = f"Sensor {one.sensor} tells an impossible time: {one.told_at:%Y-%m-%d %H:%M} UTC"
        return Condition(AlarmKind.WRONG_TIME, one.sensor, one.heard_at, timedelta(0), words)
    if one.suspect_at is not None and now - one.suspect_at <= SUSPECT_FOR:
        words = f"Sensor {one.sensor} tells impossible times among others"
        return Condition(AlarmKind.WRONG_TIME, one.sensor, one.suspect_at, timedelta(0), words)
    return None


def _drift(one: Heard, rule: AlarmRule) -> Condition | None:
    """The device's clock differs from the server's by more than its readings are on their way, and for so long that no buffer is
    being emptied.
    """
    if one.heard_at is None or one.clock_suspect:
        return None
    off, allowed = one.heard_at - one.told_at, timedelta(seconds=rule.drift_s)
    if -allowed <= off <= allowed + one.late:
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


def _level(one: Heard, rule: AlarmRule, standing: Standing) -> list[Condition | None]:
    return [_low(one, rule, standing), _falling(one, rule)] if one.kind is Measures.LEVEL else []


def _low(one: Heard, rule: AlarmRule, standing: Standing) -> Condition | None:
    """Too little nitrogen; a standing alarm ends a tenth above the limit, so that a wave in the tank does not end it."""
    line = rule.level_low_milli
    if (AlarmKind.LEVEL_LOW, one.sensor) in standing:
        line = line * 11 // 10
    if one.value_milli >= line:
        return None
    words = f"Level {one.sensor} is at {_said(one.value_milli)} %, low below {_said(rule.level_low_milli)} %"
    return Condition(AlarmKind.LEVEL_LOW, one.sensor, one.told_at, timedelta(seconds=rule.delay_s), words)


def _falling(one: Heard, rule: AlarmRule) -> Condition | None:
    """A level that will be low before long if it goes on falling as it does."""
    if one.before is None or one.value_milli < rule.level_low_milli:
        return None
    fallen, over = one.before.value_milli - one.value_milli, (one.told_at - one.before.at).total_seconds()
    left = one.value_milli - rule.level_low_milli
    if fallen <= 0 or left * over > rule.forecast_s * fallen:
        return None
    words = f"Level {one.sensor} is at {_said(one.value_milli)} % and will be low in {left * over / fallen / 3600:.1f} h"
    return Condition(AlarmKind.LEVEL_FALLING, one.sensor, one.told_at, timedelta(seconds=rule.delay_s), words)


_KINDS = {
    Measures.WEIGHT: (AlarmKind.WEIGHT_LOW, AlarmKind.ABOVE),
    Measures.LID: (AlarmKind.BELOW, AlarmKind.LID_OPEN),
    Measures.MAINS: (AlarmKind.MAINS_LOST, AlarmKind.ABOVE),
    Measures.OXYGEN: (AlarmKind.OXYGEN_LOW, AlarmKind.ABOVE),
}
"""As what a value below and above its limits is known; as such else."""


def _beyond(one: Heard, standing: Standing) -> list[Condition | None]:
    """Below or above the limits of the sensor itself."""
    bounds = one.bounds
    if bounds is None:
        return []
    below, above = _KINDS.get(one.kind, (AlarmKind.BELOW, AlarmKind.ABOVE))
    found: list[Condition | None] = []
    for kind, limit, sign in ((below, bounds.low_milli, 1), (above, bounds.high_milli, -1)):
        if limit is None:
            continue
        line = limit + sign * bounds.hysteresis_milli if (kind, one.sensor) in standing else limit
        if (one.value_milli - line) * sign < 0:
            found.append(Condition(kind, one.sensor, one.told_at, bounds.delay, _beyond_words(kind, one, limit)))
    return found


def _beyond_words(kind: AlarmKind, one: Heard, limit_milli: int) -> str:
    if kind is AlarmKind.LID_OPEN:
        return f"Lid {one.sensor} is open"
    if kind is AlarmKind.MAINS_LOST:
        return f"Mains {one.sensor} are lost"
    return f"Sensor {one.sensor} says {_said(one.value_milli)}, limit {_said(limit_milli)} ({kind.replace('_', ' ')})"


def _said(value_milli: int) -> str:
    return f"{value_milli / 1000:.1f}"
