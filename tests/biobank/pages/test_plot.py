"""The temperature plot as lines of a drawing."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from biobank.pages.plot import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, degrees, plot_of

START = datetime(2026, 3, 15, 9, tzinfo=UTC)


def step(minute: int, low: str, high: str) -> dict[str, Any]:
    return {"at": (START + timedelta(minutes=minute)).isoformat(), "lowest_c": low, "highest_c": high, "readings": 3}


def told(*steps: dict[str, Any], excursions: tuple[dict[str, Any], ...] = (), end: int = 90) -> dict[str, Any]:
    return {
        "freezer": "F1",
        "end": (START + timedelta(minutes=end)).isoformat(),
        "limit_c": "-135",
        "series": [{"sensor": "S1", "steps": list(steps)}],
        "excursions": list(excursions),
    }


def test_nothing_is_drawn_where_nothing_was_heard() -> None:
    assert plot_of(told()) is None


def test_everything_lies_within_the_frame() -> None:
    drawn = plot_of(told(step(0, "-190.2", "-189.9"), step(5, "-150", "-120"), step(10, "-190", "-188")))
    assert drawn is not None
    for point in drawn.lines[0].path.replace("M", "").replace("L", "").replace("Z", "").split():
        x, y = map(float, point.split(","))
        assert LEFT <= x <= WIDTH - RIGHT
        assert TOP <= y <= HEIGHT - BOTTOM
    assert TOP <= drawn.limit_y <= HEIGHT - BOTTOM
    assert (drawn.lowest, drawn.highest) == ("−190.2 °C", "−120.0 °C")


@pytest.mark.parametrize("minutes", [(0, 5, 10, 15, 60, 65, 70), (0, 17, 84)])
def test_a_line_is_broken_where_nothing_was_heard(minutes: tuple[int, ...]) -> None:
    steps = [step(minute, "-190", "-189") for minute in minutes]
    drawn = plot_of(told(*steps))
    assert drawn is not None
    assert drawn.lines[0].path.count("M") == 2


def test_a_line_ends_where_the_last_was_heard_and_the_drawing_where_the_time_ends_that_was_asked_for() -> None:
    drawn = plot_of(told(step(0, "-190", "-189"), step(5, "-190", "-189"), end=60))
    assert drawn is not None
    assert max(float(x) for x in re.findall(r"[ML]([\d.]+),", drawn.lines[0].path)) < LEFT + (WIDTH - LEFT - RIGHT) / 10
    assert drawn.columns[-1].words == "10:00"


def test_an_excursion_that_lasts_reaches_the_edge() -> None:
    warm = {"started_at": START.isoformat(), "ended_at": None, "peak_c": "-120", "limit_c": "-135"}
    drawn = plot_of(told(step(0, "-190", "-189"), step(5, "-130", "-120"), excursions=(warm,)))
    assert drawn is not None
    assert drawn.warm[0].left + drawn.warm[0].width == pytest.approx(WIDTH - RIGHT, abs=0.2)


@pytest.mark.parametrize("minutes", [1, 60, 60 * 24, 60 * 24 * 30, 60 * 24 * 3650])
def test_the_axis_has_a_few_lines_whatever_the_time(minutes: int) -> None:
    drawn = plot_of(told(step(0, "-190", "-189"), step(minutes, "-190", "-189"), end=minutes))
    assert drawn is not None
    assert len(drawn.columns) <= 42
    assert 1 <= len(drawn.rows) <= 8


def test_a_temperature_has_a_true_minus_sign() -> None:
    assert degrees("-158.26") == "−158.3 °C"
