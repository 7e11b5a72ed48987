"""Who is told of what, when, and how it reads."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from biobank.notices.rules import LONGEST_PAUSE, MOST_LINES, ON_ITS_WAY, OnDuty, Told, Waiting, due, message, pause, subject

NOW = datetime(2026, 12, 24, 22, tzinfo=UTC)
NOBODY_TOLD: Told = {}


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def alarm(raised: float = 60, facility: str | None = "gmp-1") -> Waiting:
    return Waiting(uuid4(), facility, "too_warm", "F1", "Freezer F1 is too warm", ago(raised))


def duty(after: float = 0, facility: str = "gmp-1", **changed: Any) -> OnDuty:
    on = OnDuty(uuid4(), uuid4(), facility, timedelta(seconds=after), ago(3_600), ago(-3_600))
    return on._replace(**changed)


def test_the_chain_is_told_one_after_the_other_and_each_once() -> None:
    chain = [duty(0), duty(60), duty(61)]
    one = alarm(60)
    told = due([one], chain, NOBODY_TOLD, NOW)
    assert [each.duty for each in told] == chain[:2]
    known = {(one.alarm_id, chain[0].duty_id, one.since): 0}
    assert [each.duty for each in due([one], chain, known, NOW)] == chain[1:2]


def test_an_alarm_that_is_raised_again_is_told_again() -> None:
    one, on = alarm(), duty()
    known = {(one.alarm_id, on.duty_id, ago(7_200)): 0}
    assert len(due([one], [on], known, NOW)) == 1


@pytest.mark.parametrize(
    ("minutes", "before", "turns"),
    [
        (10, None, [0]),
        (24, 0, []),
        (25, 0, [1]),
        (25, 1, []),
        (60, 0, [3]),
        (60, ON_ITS_WAY, []),
    ],
)
def test_the_last_of_the_chain_is_told_again_every_quarter_of_an_hour(minutes: int, before: int | None, turns: list[int]) -> None:
    one, first, last = alarm(minutes * 60), duty(0), duty(600)
    told = {(one.alarm_id, first.duty_id, one.since): 0}
    if before is not None:
        told[one.alarm_id, last.duty_id, one.since] = before
    found = due([one], [first, last], told, NOW)
    assert [(each.duty, each.turn) for each in found] == [(last, turn) for turn in turns]


def test_a_proof_is_told_to_everybody_at_once_and_never_again() -> None:
    proof, chain = alarm(3_600)._replace(proof_id=uuid4()), [duty(0), duty(7_200)]
    assert [(each.duty, each.turn) for each in due([proof], chain, NOBODY_TOLD, NOW)] == [(one, 0) for one in chain]
    assert due([proof], chain, {(proof.alarm_id, one.duty_id, proof.since): 0 for one in chain}, NOW) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"starts_at": NOW}, True),
        ({"starts_at": NOW + timedelta(seconds=1)}, False),
        ({"ends_at": NOW}, False),
        ({"ends_at": None}, True),
    ],
)
def test_whoever_is_on_duty_now_is_told(changed: dict[str, Any], told: bool) -> None:
    always, asked = duty(), duty(**changed)
    assert (asked in [each.duty for each in due([alarm()], [always, asked], NOBODY_TOLD, NOW)]) is told


def test_where_nobody_is_on_duty_everybody_is_told_who_ever_is() -> None:
    off = [duty(ends_at=ago(1)), duty(starts_at=ago(-1))]
    assert [each.duty for each in due([alarm()], off, NOBODY_TOLD, NOW)] == off


def test_another_facility_is_told_only_of_what_belongs_to_none_or_to_one_where_nobody_is_told() -> None:
    here, there = duty(), duty(facility="gmp-2")
    assert [each.duty for each in due([alarm()], [here, there], NOBODY_TOLD, NOW)] == [here]
    assert [each.duty for each in due([alarm(facility=None)], [here, there], NOBODY_TOLD, NOW)] == [here, there]
    assert [each.duty for each in due([alarm(facility="gmp-3")], [here, there], NOBODY_TOLD, NOW)] == [here, there]


def test_pauses_double_up_to_the_longest() -> None:
    assert [pause(rounds).total_seconds() for rounds in (1, 2, 3)] == [15, 30, 60]
    assert pause(1_000) == LONGEST_PAUSE


def test_two_hundred_alarms_read_as_a_few_lines() -> None:
    lines = [("too_warm", f"Freezer F{number:03} is too warm") for number in range(200)] + [("silent", "Sensor S1 is silent")]
    assert subject(lines) == "201 alarms: 200 too warm, 1 silent"
    text = message(lines, "http://b.example/")
    assert len(text.splitlines()) < MOST_LINES + 10
    assert "- and 180 more" in text
    assert "- Sensor S1 is silent" in text
    assert text.endswith("http://b.example/\n")


def test_a_single_alarm_is_its_own_heading() -> None:
    assert subject([("too_warm", "Freezer F1 is too warm")]) == "Alarm: Freezer F1 is too warm"
