"""The file of a transport's logger is read strictly: row by row, and refused whole with the row, the column and why."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from biobank.cryostorage import transport
from biobank.monitoring.loggers import LoggerFileRefused

NOW = datetime(2030, 1, 2, tzinfo=UTC)
GAP = timedelta(minutes=10)


def written(*lines: str) -> str:
    return "\n".join((transport.HEADER, *lines)) + "\n"


def minute(number: int) -> datetime:
    return datetime(2030, 1, 1, 12, tzinfo=UTC) + timedelta(minutes=number)


def test_between_two_readings_it_is_as_warm_as_the_warmer_of_both() -> None:
    log = transport.read(
        written("2030-01-01T12:00Z,-160", "2030-01-01T12:05:00Z,-130.5", "2030-01-01T13:10:00+01:00,-160"), GAP, NOW
    )
    assert log.above(Decimal(-135)) == [(minute(0), minute(5)), (minute(5), minute(10))]
    assert log.above(Decimal("-130.5")) == []
    assert (log.span, log.unknown, max(log.known_c)) == ((minute(0), minute(10)), [], Decimal("-130.5"))


def test_nobody_knows_how_warm_it_was_beside_a_reading_without_temperature_or_in_a_gap() -> None:
    log = transport.read(
        written("2030-01-01T12:00Z,-160", "2030-01-01T12:05Z,", "2030-01-01T12:10Z,-160", "2030-01-01T12:21Z,-160"), GAP, NOW
    )
    assert log.unknown == [(minute(0), minute(5)), (minute(5), minute(10)), (minute(10), minute(21))]
    assert log.travelled([Decimal(-170)]).above == {Decimal(-170): []}


def test_a_file_with_a_mark_and_lines_of_windows_is_read() -> None:
    text = "\ufeff" + written("2030-01-01T12:00Z,-160", "2030-01-01T12:05Z,-160").replace("\n", "\r\n")
    assert len(transport.read(text, GAP, NOW).readings) == 2


MANY = [f"{minute(number):%Y-%m-%dT%H:%MZ},-160" for number in range(-20_000, 0)]


@pytest.mark.parametrize(
    ("text", "row", "column", "why"),
    [
        ("", 1, "time", "headings"),
        ("Time;Temp\n2030-01-01T12:00Z;-160\n", 1, "time", "headings"),
        (written("2030-01-01T12:00Z,-160"), 2, "time", "2 to 19999"),
        (written(*MANY), 20_001, "time", "2 to 19999"),
        (written("2030-01-01T12:00Z,-160", "2030-01-01T12:05Z"), 3, "all", "headings"),
        (written("2030-01-01T12:00Z,-160", "", "2030-01-01T12:05Z,-160"), 3, "all", "headings"),
        (written("2030-01-01T12:00,-160", "2030-01-01T12:05Z,-160"), 2, "time", "zone"),
        (written("2030-02-30T12:00Z,-160", "2030-01-01T12:05Z,-160"), 2, "time", "no time"),
        (written("01.01.2030 12:00,-160", "2030-01-01T12:05Z,-160"), 2, "time", "no time"),
        (written("2030-01-01T12:00Z,-160", "2030-01-01T12:00Z,-160"), 3, "time", "after"),
        (written("2030-01-01T12:00Z,-160", "2030-01-01T11:00Z,-160"), 3, "time", "after"),
        (written("2030-01-01T12:00Z,-160,5", "2030-01-01T12:05Z,-160"), 2, "all", "headings"),
        (written("2030-01-01T12:00Z,ERR", "2030-01-01T12:05Z,-160"), 2, "temperature_c", "number"),
        (written("2030-01-01T12:00Z,-1.6e2", "2030-01-01T12:05Z,-160"), 2, "temperature_c", "number"),
        (written("2030-01-01T12:00Z,-274", "2030-01-01T12:05Z,-160"), 2, "temperature_c", "below"),
        (written("2030-01-01T12:00Z,101", "2030-01-01T12:05Z,-160"), 2, "temperature_c", "above"),
        (written("2030-01-01T12:00Z,-160", "2030-01-02T00:01Z,-160"), 3, "time", "future"),
    ],
)
def test_what_cannot_be_relied_on_is_refused_with_its_row_and_column(text: str, row: int, column: str, why: str) -> None:
    with pytest.raises(LoggerFileRefused) as refusal:
        transport.read(text, GAP, NOW)
    assert (refusal.value.facts["row"], refusal.value.facts["column"]) == (row, column)
    assert why in str(refusal.value.facts["why"])
