"""What may become of an alarm (ISA-18.2), and by what it is judged. Plain Python over plain data.

The time since when a condition stands is kept with the alarm, so that a delay goes on through a restart. Values are in
thousandths of the sensor's unit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from biobank.errors import Conflict
from biobank.monitoring.rules import Point


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
    READINGS_MISSING = "readings_missing"
    LEVEL_LOW = "level_low"
    LEVEL_FALLING = "level_falling"
    NOT_PROVEN = "not_proven"
    NOBODY_TOLD = "nobody_told"
    WEIGHT_LOW = "weight_low"
    LID_OPEN = "lid_open"
    MAINS_LOST = "mains_lost"
    OXYGEN_LOW = "oxygen_low"
    BELOW = "below_limit"
    ABOVE = "above_limit"


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
    """How long a disagreement, a drift or a low level lasts before it counts."""
    level_low_milli: int = 20_000
    """Thousandths of a per cent of full."""
    forecast_s: int = 43_200
    """A level that will be low within this is an alarm before it is: half a day, so that somebody can still fill up."""
    slope_s: int = 21_600
    """Over how long the fall of a level is measured."""
    repeat_s: int = 900
    """So often whoever stands last in the chain is told again of what nobody acknowledges."""


class Measures(StrEnum):
    """What of a sensor's kind matters here; of all else, the silence, the clock and signed limits."""

    TEMPERATURE = "temperature"
    LEVEL = "level"
    WEIGHT = "weight"
    LID = "lid"
    MAINS = "mains"
    OXYGEN = "oxygen"
    OTHER = "other"


class Bounds(NamedTuple):
    """Below ``low_milli`` or above ``high_milli`` for as long as ``delay`` is an alarm; it ends inside by the hysteresis."""

    low_milli: int | None
    high_milli: int | None
    hysteresis_milli: int
    delay: timedelta


USUAL_BOUNDS: dict[Measures, Bounds] = {
    Measures.LID: Bounds(None, 500, 0, timedelta(minutes=3)),
    Measures.MAINS: Bounds(500, None, 0, timedelta(minutes=1)),
    Measures.OXYGEN: Bounds(19_500, None, 300, timedelta(seconds=10)),
}
"""What holds until somebody signs limits of a sensor: a lid open (1) for three minutes, mains away (0) for one, oxygen of a room
below 19.5 %, at which 29 CFR 1910.146 calls air deficient. The delays are general knowledge. What a tank weighs, and what an
incubator holds, only its user knows."""


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
    kind: Measures = Measures.TEMPERATURE
    before: Point | None = None
    """The reading at the beginning of the time over which a rise, or the fall of a level, is measured."""
    steady_since: datetime | None = None
    """Since when it says the very same; None where that is shorter than the rule wants to know."""
    warm_since: datetime | None = None
    """Since when it was too warm as its readings were judged, also those that came while nobody watched."""
    bounds: Bounds | None = None
    """The limits of this sensor by itself, signed or usual for what it measures."""
    clock_behind: bool = False
    every: timedelta | None = None
    """So often it speaks at least, where somebody signed that of it; else it may be silent for as long as the rule says."""
    late: timedelta = timedelta(0)
    """So old the newest that it says may be when it arrives, where somebody signed that of it."""
    suspect_at: datetime | None = None
    """When a reading with an impossible time arrived last, also where right ones came after it."""


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
