"""When something is an alarm, and what may become of it."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from biobank.monitoring.alarm_conditions import as_watched, of_devices, of_freezer
from biobank.monitoring.alarm_rules import (
    NEXT_OF_ALARM,
    USUAL_BOUNDS,
    WAITING,
    AlarmKind,
    AlarmRule,
    AlarmState,
    Bounds,
    Condition,
    Heard,
    Measures,
    NotWaiting,
    Standing,
    acknowledged,
    next_state,
)
from biobank.monitoring.rules import Limit, Point

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
LIMIT = Limit(-150_000, timedelta(seconds=60), 5_000)
RULE = AlarmRule()
NOTHING: Standing = frozenset()
SILENCED = (AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def probe(value: float = -160, sensor: str = "S1", told: float = 1, **changed: Any) -> Heard:
    """A probe that said ``value`` (°C) ``told`` seconds ago, and was heard then."""
    known = Heard(sensor, "oslo/d1", ago(86_400), ago(told), ago(told), round(value * 1000), False)
    return known._replace(**changed)


def found(*probes: Heard, standing: Standing = NOTHING) -> dict[AlarmKind, Condition]:
    return {one.kind: one for one in of_freezer("F1", probes, LIMIT, RULE, standing, NOW)}


def test_every_step_is_one_of_the_table() -> None:
    for state, present, due, silenced in product(AlarmState, (True, False), (True, False), (None, *SILENCED)):
        after = next_state(state, present=present, due=due, silenced=silenced)
        assert after in NEXT_OF_ALARM[state] | {state}


@pytest.mark.parametrize(
    ("state", "present", "due", "silenced", "after"),
    [
        ("normal", True, False, None, "normal"),
        ("normal", True, True, None, "unacknowledged"),
        ("normal", True, True, AlarmState.SHELVED, "shelved"),
        ("unacknowledged", True, True, None, "unacknowledged"),
        ("unacknowledged", False, False, None, "returned_unacknowledged"),
        ("unacknowledged", True, True, AlarmState.SUPPRESSED, "suppressed_by_design"),
        ("acknowledged", True, True, None, "acknowledged"),
        ("acknowledged", False, False, None, "normal"),
        ("returned_unacknowledged", False, False, None, "returned_unacknowledged"),
        ("returned_unacknowledged", True, False, None, "unacknowledged"),
        ("shelved", True, True, AlarmState.SHELVED, "shelved"),
        ("shelved", True, True, None, "unacknowledged"),
        ("out_of_service", False, False, AlarmState.OUT_OF_SERVICE, "normal"),
    ],
)
def test_what_becomes_of_an_alarm(state: str, present: bool, due: bool, silenced: AlarmState | None, after: str) -> None:
    assert next_state(AlarmState(state), present=present, due=due, silenced=silenced) == after


def test_only_what_waits_is_acknowledged() -> None:
    assert acknowledged(1, AlarmState.UNACKNOWLEDGED) is AlarmState.ACKNOWLEDGED
    assert acknowledged(1, AlarmState.RETURNED) is AlarmState.NORMAL
    for state in set(AlarmState) - WAITING:
        with pytest.raises(NotWaiting):
            acknowledged(1, state)


def test_a_cold_living_freezer_has_no_alarm() -> None:
    assert found(probe(), probe(-158, "S2")) == {}


def test_too_warm_lasts_from_its_reading_with_the_delay_of_the_excursion() -> None:
    warm = found(probe(-149.9, told=30), probe(-140, "S2", told=10))[AlarmKind.TOO_WARM]
    assert (warm.subject, warm.since, warm.delay) == ("F1", ago(30), LIMIT.delay)
    assert "-140.0" in warm.words
    assert found(probe(-150)) == {}


def test_a_clock_that_is_ahead_delays_no_alarm() -> None:
    ahead = found(probe(-140, told=-240, heard_at=ago(1)))
    assert ahead[AlarmKind.TOO_WARM].since == NOW


def test_too_warm_ends_below_the_hysteresis_of_every_probe_and_not_by_silence() -> None:
    standing = frozenset({(AlarmKind.TOO_WARM, "F1")})
    assert AlarmKind.TOO_WARM in found(probe(-154.9), standing=standing)
    assert AlarmKind.TOO_WARM not in found(probe(-155), standing=standing)
    assert AlarmKind.TOO_WARM in found(probe(-160), probe(-140, "S2", told=3600), standing=standing)


def test_readings_that_come_late_begin_no_alarm_of_now() -> None:
    late = probe(-100, told=3600, heard_at=ago(1))
    assert AlarmKind.TOO_WARM not in found(late)
    assert AlarmKind.CLOCK_DRIFT in found(late)


@pytest.mark.parametrize(("before", "alarms"), [(Point(ago(601), -171_000), True), (Point(ago(601), -169_000), False)])
def test_a_rise_is_measured_against_its_time(before: Point, alarms: bool) -> None:
    assert (AlarmKind.RISING in found(probe(before=before))) is alarms


def test_silence_is_counted_for_each_sensor_also_for_one_never_heard() -> None:
    assert AlarmKind.SILENT not in found(probe(told=900))
    assert found(probe(told=901))[AlarmKind.SILENT].since == ago(901)
    assert found(probe(heard_at=None))[AlarmKind.SILENT].since == ago(86_400)
    assert found(probe(heard_at=None, registered_at=ago(10))) == {}


def test_a_sensor_that_speaks_seldom_is_silent_and_past_telling_anything_by_its_own_interval() -> None:
    week = timedelta(days=7)
    assert found(probe(-140, told=week.total_seconds(), every=week)).keys() == {AlarmKind.TOO_WARM}
    assert found(probe(-140, told=week.total_seconds() + 1, every=week)).keys() == {AlarmKind.SILENT}
    assert found(probe(told=61, every=timedelta(minutes=1))).keys() == {AlarmKind.SILENT}
    assert found(probe(heard_at=None, every=week)) == {}
    assert found(probe(-160), probe(-190, "S2", told=902, every=week)) == {}, "they speak of different times"


@pytest.mark.parametrize(("seconds", "alarms"), [(21_601, True), (21_600, False)])
def test_the_same_value_for_hours_is_a_frozen_one(seconds: int, alarms: bool) -> None:
    assert (AlarmKind.FROZEN in found(probe(steady_since=ago(seconds)))) is alarms


def test_redundant_probes_that_disagree_alarm_until_they_agree_again() -> None:
    assert AlarmKind.DISAGREEING not in found(probe(-160), probe(-170, "S2"))
    alarm = found(probe(-160), probe(-170.1, "S2"))[AlarmKind.DISAGREEING]
    assert alarm.delay == timedelta(seconds=RULE.delay_s)
    standing = frozenset({(AlarmKind.DISAGREEING, "F1")})
    assert AlarmKind.DISAGREEING in found(probe(-160), probe(-169.1, "S2"), standing=standing)
    assert AlarmKind.DISAGREEING not in found(probe(-160), probe(-169, "S2"), standing=standing)


def test_a_clock_that_drifts_or_cannot_be_right_alarms() -> None:
    assert AlarmKind.CLOCK_DRIFT not in found(probe(told_at=ago(121)))
    assert AlarmKind.CLOCK_DRIFT in found(probe(told_at=ago(122)))
    assert AlarmKind.CLOCK_DRIFT in found(probe(told_at=ago(-130)))


def test_a_clock_is_right_whose_readings_come_as_late_as_was_signed() -> None:
    late = timedelta(minutes=10)
    assert AlarmKind.CLOCK_DRIFT not in found(probe(told_at=ago(721), late=late))
    assert AlarmKind.CLOCK_DRIFT in found(probe(told_at=ago(722), late=late))
    assert AlarmKind.CLOCK_DRIFT in found(probe(told_at=ago(-130), late=late)), "a clock that is ahead is no road"
    warm = {off: found(probe(-100, told_at=ago(off), late=late, clock_behind=True))[AlarmKind.TOO_WARM] for off in (599, 720)}
    assert (warm[599].since, warm[720].since) == (ago(599), ago(1))
    said = [AlarmKind.TOO_WARM in found(probe(-100, told_at=ago(off), late=late)) for off in (1500, 1501)]
    assert said == [True, False], "a probe may be silent for a quarter of an hour beside"


@pytest.mark.parametrize(("wrong", "alarm"), [("clock_suspect", AlarmKind.WRONG_TIME), ("clock_behind", AlarmKind.CLOCK_DRIFT)])
def test_a_clock_that_is_known_to_be_wrong_delays_no_alarm_and_hastens_none(wrong: str, alarm: AlarmKind) -> None:
    told = found(probe(-100, told=3600, heard_at=ago(2), **{wrong: True}))
    assert told.keys() == {AlarmKind.TOO_WARM, alarm}
    assert told[AlarmKind.TOO_WARM].since == ago(2)
    assert AlarmKind.TOO_WARM not in found(probe(-100, told=3600, heard_at=ago(901), **{wrong: True}))


def level(percent: float, **changed: Any) -> Heard:
    return probe(percent, kind=Measures.LEVEL, **changed)


def test_a_low_level_is_an_alarm_until_it_is_well_above() -> None:
    assert AlarmKind.LEVEL_LOW not in found(level(20))
    alarm = found(level(19.9))[AlarmKind.LEVEL_LOW]
    assert (alarm.subject, alarm.delay) == ("S1", timedelta(seconds=RULE.delay_s))
    standing = frozenset({(AlarmKind.LEVEL_LOW, "S1")})
    assert AlarmKind.LEVEL_LOW in found(level(21.9), standing=standing)
    assert AlarmKind.LEVEL_LOW not in found(level(22), standing=standing)
    assert found(level(60)) == {}, "a level is not too warm"


@pytest.mark.parametrize(("before", "hours"), [(50, "12.0"), (49.9, None), (80, "3.0"), (35, None)])
def test_a_falling_level_is_an_alarm_half_a_day_before_it_is_low(before: float, hours: str | None) -> None:
    told = found(level(40, before=Point(ago(21_601), round(before * 1000))))
    assert (AlarmKind.LEVEL_FALLING in told) is (hours is not None)
    assert hours is None or f"low in {hours} h" in told[AlarmKind.LEVEL_FALLING].words


@pytest.mark.parametrize(
    ("kind", "value", "alarm"),
    [
        (Measures.LID, 1, AlarmKind.LID_OPEN),
        (Measures.LID, 0, None),
        (Measures.MAINS, 0, AlarmKind.MAINS_LOST),
        (Measures.MAINS, 1, None),
        (Measures.OXYGEN, 19.4, AlarmKind.OXYGEN_LOW),
        (Measures.OXYGEN, 19.5, None),
    ],
)
def test_lids_mains_and_oxygen_alarm_beyond_their_limits_after_a_delay(
    kind: Measures, value: float, alarm: AlarmKind | None
) -> None:
    bounds = USUAL_BOUNDS[kind]
    told = found(probe(value, kind=kind, bounds=bounds))
    assert [*told] == [alarm] * (alarm is not None)
    assert all(one.delay == bounds.delay and one.subject == "S1" for one in told.values())


@pytest.mark.parametrize(
    ("value", "standing", "alarms"),
    [
        (29.9, None, {AlarmKind.WEIGHT_LOW}),
        (30, None, set()),
        (30.9, AlarmKind.WEIGHT_LOW, {AlarmKind.WEIGHT_LOW}),
        (31, AlarmKind.WEIGHT_LOW, set()),
        (80.1, None, {AlarmKind.ABOVE}),
        (79.1, AlarmKind.ABOVE, {AlarmKind.ABOVE}),
        (79, AlarmKind.ABOVE, set()),
    ],
)
def test_limits_of_a_sensor_end_inside_by_their_hysteresis(
    value: float, standing: AlarmKind | None, alarms: set[AlarmKind]
) -> None:
    weighs = probe(value, kind=Measures.WEIGHT, bounds=Bounds(30_000, 80_000, 1_000, timedelta(0)))
    assert found(weighs, standing=frozenset({(standing, "S1")} if standing else ())).keys() == alarms


def test_what_nobody_limited_and_what_was_said_long_ago_is_beyond_nothing() -> None:
    assert found(probe(-1, kind=Measures.WEIGHT)) == {}
    lost = probe(0, kind=Measures.MAINS, bounds=USUAL_BOUNDS[Measures.MAINS], told=901)
    assert found(lost).keys() == {AlarmKind.SILENT}
    standing = frozenset({(AlarmKind.MAINS_LOST, "S1")})
    assert found(lost, standing=standing).keys() == {AlarmKind.SILENT, AlarmKind.MAINS_LOST}, "silence ends no alarm"


@pytest.mark.parametrize(
    ("percents", "since"),
    [((19, 19, 19), 180), ((19, 23, 19), 60), ((19, 21, 21), 180), ((21, 21, 19), 60), ((), 1)],
    ids=["ever since", "it was well above between", "not well above", "only lately", "as far as it is known"],
)
def test_where_nobody_watched_an_alarm_began_as_somebody_would_have_seen_it(percents: tuple[float, ...], since: float) -> None:
    said = [level(percent, told=180 - 60 * number) for number, percent in enumerate(percents)]
    now = found(level(19))[AlarmKind.LEVEL_LOW]
    assert as_watched(now, "F1", said, LIMIT, RULE).since == ago(since)


def silences(*sensors: str) -> list[Condition]:
    return [Condition(AlarmKind.SILENT, one, ago(1000), timedelta(0), "silent") for one in sensors]


@pytest.mark.parametrize(
    ("silent", "caused"),
    [(("S1", "S2"), True), (("S1",), False), (("S3",), False)],
    ids=["both of a device", "one of two", "the only one of another"],
)
def test_a_device_all_of_whose_sensors_are_silent_is_their_cause(silent: tuple[str, ...], caused: bool) -> None:
    probes = [probe(), probe(sensor="S2"), probe(sensor="S3", device="oslo/d2")]
    conditions = of_devices(silences(*silent), probes)
    causes = [one for one in conditions if one.kind is AlarmKind.DEVICE_SILENT]
    assert bool(causes) is caused
    expected = (AlarmKind.DEVICE_SILENT, "oslo/d1") if caused else None
    assert {one.cause for one in conditions if one not in causes} == {expected}
