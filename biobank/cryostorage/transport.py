"""What the logger of a transport wrote: a CSV of times and temperatures, read strictly. Plain Python."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from biobank.cryostorage.warming import ALL, Span, Travelled, in_seconds, length
from biobank.errors import BadInput

HEADER = "time,temperature_c"
MOST_LINES = 20_000
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")
_TEMPERATURE = re.compile(r"-?\d{1,3}(\.\d{1,3})?")
_COLDEST, _WARMEST = Decimal(-273), Decimal(100)


class TransportLogRefused(BadInput):
    """A line of the file says nothing that could be relied on; the whole file is refused."""

    code = "transport_log_refused"


@dataclass(frozen=True)
class Reading:
    """What the logger told at a time; without a temperature it did not know."""

    at: datetime
    temperature_c: Decimal | None


@dataclass(frozen=True)
class Log:
    """The readings of a transport, in their order. What lies between two of them is as warm as the warmer of both.

    Nobody knows how warm it was beside a reading without a temperature, or where two lie further apart than ``gap``.
    """

    readings: tuple[Reading, ...]
    gap: timedelta

    @property
    def span(self) -> Span:
        """From the first reading to the last."""
        return self.readings[0].at, self.readings[-1].at

    @property
    def unknown(self) -> list[Span]:
        """When nobody knows how warm it was."""
        return [span for span, warmest_c in self._steps() if warmest_c is None]

    @property
    def unknown_s(self) -> int:
        """For how long (s) nobody knows."""
        return in_seconds(ALL * length(self.unknown))

    @property
    def known_c(self) -> list[Decimal]:
        """Every temperature that was told (°C)."""
        return [one.temperature_c for one in self.readings if one.temperature_c is not None]

    def above(self, above_c: Decimal) -> list[Span]:
        """When it was above a threshold (°C), as far as it is known."""
        return [span for span, warmest_c in self._steps() if warmest_c is not None and warmest_c > above_c]

    def travelled(self, thresholds_c: Collection[Decimal]) -> Travelled:
        """What the ledger of a unit takes of it."""
        return Travelled({above_c: self.above(above_c) for above_c in thresholds_c}, self.unknown)

    def _steps(self) -> Iterator[tuple[Span, Decimal | None]]:
        for one, other in pairwise(self.readings):
            both = (one.temperature_c, other.temperature_c)
            known = [temperature for temperature in both if temperature is not None]
            told = len(known) == len(both) and other.at - one.at <= self.gap
            yield (one.at, other.at), max(known) if told else None


def read(text: str, gap: timedelta, now: datetime) -> Log:
    """The log in a file: a header, then a time with its zone and a temperature (°C, or nothing) in each line.

    Raises TransportLogRefused with the line and why.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").removesuffix("\n").split("\n")
    if lines[0] != HEADER:
        raise _refused(1, f"the header must be {HEADER}")
    if not 2 < len(lines) <= MOST_LINES:
        raise _refused(len(lines), f"a log has 2 to {MOST_LINES - 1} readings")
    readings: list[Reading] = []
    for number, line in enumerate(lines[1:], 2):
        readings.append(_reading(number, line))
        if len(readings) > 1 and readings[-1].at <= readings[-2].at:
            raise _refused(number, "the time does not lie after that of the line before")
    if readings[-1].at > now:
        raise _refused(len(lines), "the time lies in the future")
    return Log(tuple(readings), gap)


def _reading(number: int, line: str) -> Reading:
    time, comma, temperature = line.partition(",")
    if not comma:
        raise _refused(number, "a time and a temperature are expected, with a comma between them")
    return Reading(_time(number, time), _temperature(number, temperature) if temperature else None)


def _time(number: int, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if _TIME.fullmatch(text) else _no_time(number)
    except (ValueError, OverflowError):
        return _no_time(number)


def _no_time(number: int) -> datetime:
    raise _refused(number, "the time is none, or has no zone")


def _temperature(number: int, text: str) -> Decimal:
    if not _TEMPERATURE.fullmatch(text):
        raise _refused(number, "the temperature is no number with a dot and at most three places")
    if not _COLDEST <= (temperature_c := Decimal(text)) <= _WARMEST:
        raise _refused(number, f"no temperature lies outside of {_COLDEST} to {_WARMEST} °C")
    return temperature_c


def _refused(line: int, why: str) -> TransportLogRefused:
    return TransportLogRefused(field="file", line=line, why=why)
