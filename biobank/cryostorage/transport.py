"""What the logger of a transport wrote: a CSV of times and temperatures, read strictly. Plain Python."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from biobank.cryostorage.warming import ALL, Span, Travelled, in_seconds, length
from biobank.monitoring import loggers
from biobank.monitoring.loggers import Line, LoggerFormat, refused

HEADER = "time,temperature_c"
_TIME, _TEMPERATURE = HEADER.split(",")
FORM = LoggerFormat(
    logger="transport", version=1, delimiter=",", decimal=".", time=[_TIME], value=_TEMPERATURE, unit="°C"
)  # fmt: skip
MOST_READINGS = 19_999
_WARMEST = Decimal(100)


@dataclass(frozen=True)
class Log:
    """The readings of a transport, in their order. What lies between two of them is as warm as the warmer of both.

    Nobody knows how warm it was beside a reading without a temperature, or where two lie further apart than ``gap``.
    """

    readings: tuple[Line, ...]
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
        return [one.value for one in self.readings if one.value is not None]

    def above(self, above_c: Decimal) -> list[Span]:
        """When it was above a threshold (°C), as far as it is known."""
        return [span for span, warmest_c in self._steps() if warmest_c is not None and warmest_c > above_c]

    def travelled(self, thresholds_c: Collection[Decimal]) -> Travelled:
        """What the ledger of a unit takes of it."""
        return Travelled({above_c: self.above(above_c) for above_c in thresholds_c}, self.unknown)

    def _steps(self) -> Iterator[tuple[Span, Decimal | None]]:
        for one, other in pairwise(self.readings):
            known = [told for told in (one.value, other.value) if told is not None]
            told = len(known) == 2 and other.at - one.at <= self.gap
            yield (one.at, other.at), max(known) if told else None


def read(text: str, gap: timedelta, now: datetime) -> Log:
    """The log in a file: a header, then a time with its zone and a temperature (°C, or nothing) in each line.

    Raises LoggerFileRefused with the row, the column and why.
    """
    readings: list[Line] = []
    for line in loggers.read(text, FORM):
        if line.value is not None and line.value > _WARMEST:
            raise refused(line.row, _TEMPERATURE, f"no temperature of a transport lies above {_WARMEST} °C")
        if readings and line.at <= readings[-1].at:
            raise refused(line.row, _TIME, "the time does not lie after that of the row before")
        readings.append(line)
    last = readings[-1].row if readings else 1
    if not 2 <= len(readings) <= MOST_READINGS:
        raise refused(last, _TIME, f"a log has 2 to {MOST_READINGS} readings")
    if readings[-1].at > now:
        raise refused(last, _TIME, "the time lies in the future")
    return Log(tuple(readings), gap)
