"""What must be so at the end, worked out from what the devices measured alone: brute force, with no code and no table of ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from devices.payloads import Reading
from tests.faults.fleet import Remembered

LIMIT_MILLI, DELAY_MS, CALM_MILLI = -150_000, 2_000, -155_000
"""The rule of every freezer of a run, as it is written into the database."""
LOOK_S = 10.0
"""So soon after the delay an alarm is there, where nothing of the watch is away."""


@dataclass(frozen=True)
class Excursion:
    """Too warm from ``start_ms`` to ``end_ms`` (None while it lasts), at most ``peak_milli``."""

    start_ms: int
    end_ms: int | None
    peak_milli: int


def excursions(measured: Sequence[Reading]) -> list[Excursion]:
    """Every time above the limit that lasted longer than the delay."""
    readings = sorted(measured, key=lambda reading: reading.time_ms)
    return [one for one, last_ms in _warm(readings) if (one.end_ms or last_ms) - one.start_ms > DELAY_MS]


def _warm(readings: Sequence[Reading]) -> Iterator[tuple[Excursion, int]]:
    """Each time above the limit, however short, and the last reading of it."""
    at = 0
    while at < len(readings):
        if readings[at].value_milli <= LIMIT_MILLI:
            at += 1
            continue
        end = next((n for n in range(at, len(readings)) if readings[n].value_milli <= CALM_MILLI), len(readings))
        peak = max(reading.value_milli for reading in readings[at:end])
        over = readings[end].time_ms if end < len(readings) else None
        yield Excursion(readings[at].time_ms, over, peak), readings[end - 1].time_ms
        at = end + 1


def known_warm(freezer: Remembered) -> list[tuple[float, float | None]]:
    """From when to when (monotonic) everybody could know that it is too warm, whatever the device's clock said: from the receipt
    that covered a warm reading, until it measured the first calm one (None: it never did).
    """
    spans, since = [], None
    receipts = iter(freezer.covered)
    receipt = next(receipts, None)
    for reading, at in zip(freezer.measured, freezer.at, strict=True):
        while receipt is not None and receipt[1] < reading.counter:
            receipt = next(receipts, None)
        if reading.value_milli <= LIMIT_MILLI:
            if since is not None:
                spans.append((since, at))
            since = None
        elif since is None and receipt is not None:
            since = receipt[0]
    return [(start, end) for start, end in spans if end > start] + ([(since, None)] if since is not None else [])


def alarm_due(known: Sequence[tuple[float, float | None]], away: Sequence[tuple[float, float]]) -> bool:
    """Whether a freezer's alarm had to be raised: it is warm to the end, or was known to be for long enough while nothing of the
    watch was ``away``.
    """
    return any(end is None or _longest_quiet(start, end, away) > DELAY_MS / 1000 + LOOK_S for start, end in known)


def _longest_quiet(start: float, end: float, away: Sequence[tuple[float, float]]) -> float:
    longest, quiet_since = 0.0, start
    for gone, back in sorted(away):
        if back <= quiet_since:
            continue
        if gone >= end:
            break
        longest, quiet_since = max(longest, gone - quiet_since), back
    return max(longest, end - quiet_since)
