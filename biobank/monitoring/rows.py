"""The readings of a batch as columns: what is asked of each of them is asked of all at once (decision 0010)."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from biobank.monitoring import triples
from biobank.monitoring.counters import Arrived

Rows = NDArray[np.void]
"""Readings with the fields of ROW."""
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

ROW = np.dtype(
    [
        ("sensor", "V16"),
        ("rank", "i4"),
        ("report", "i4"),
        ("time_ms", "i8"),
        ("boot", "i8"),
        ("counter", "i8"),
        ("value_milli", "i4"),
        ("suspect", "?"),
    ]
)
"""The sensor's id and its place among the ids of the batch; which report of the batch told it; time in ms since 1970 UTC,
value in thousandths of the sensor's unit; whether the clock is suspect.
"""


def times(readings: Iterable[bytes]) -> NDArray[np.int64]:
    """The times (ms since 1970 UTC) of readings as `triples` packs them."""
    return np.frombuffer(b"".join(readings), triples.NUMBER)[1::3]


def of_reports(keys: Sequence[tuple[bytes, int]], readings: Sequence[bytes]) -> Rows:
    """All readings of some reports in the order of their arrival: for each report the sensor's id, the boot, and its readings as
    `triples` packs them. Raises OverflowError for a value that no record holds.
    """
    told = np.frombuffer(b"".join(readings), triples.NUMBER).reshape(-1, 3)
    counts, sensors = [len(one) // triples.SIZE for one in readings], [sensor for sensor, _ in keys]
    rank = {sensor: place for place, sensor in enumerate(sorted(set(sensors)))}
    rows = np.zeros(len(told), ROW)
    rows["report"] = np.repeat(np.arange(len(counts)), counts)
    rows["sensor"] = np.frombuffer(b"".join(sensors), "V16")[rows["report"]]
    rows["rank"] = np.array([rank[sensor] for sensor in sensors], "i4")[rows["report"]]
    rows["boot"] = np.array([boot for _, boot in keys], "i8")[rows["report"]]
    rows["counter"], rows["time_ms"], rows["value_milli"] = told[:, 0], told[:, 1], told[:, 2]
    if np.any(rows["value_milli"] != told[:, 2]):
        raise OverflowError("a value of more than 32 bits")
    return rows


def begins(*columns: NDArray[np.generic]) -> Places:
    """Where a new group begins, in columns that are sorted by all of them."""
    changes = np.zeros(len(columns[0]), bool)
    changes[:1] = True
    for column in columns:
        changes[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changes)


def ends(starts: Places, length: int) -> Places:
    """The last place of each group that begins at ``starts``."""
    return np.append(starts[1:], length) - 1


def in_order(rows: Rows) -> Rows:
    """By sensor and time; of one sensor and millisecond in the order of arrival."""
    return rows[np.lexsort((rows["time_ms"], rows["rank"]))]


def repeated(rows: Rows) -> Places:
    """In rows that are in order: the places of those of a sensor and millisecond that one before has told."""
    told = np.ones(len(rows), bool)
    told[begins(rows["rank"], rows["time_ms"])] = False
    return np.flatnonzero(told)


def new(
    rows: Rows, keys: Sequence[int], oldest: Sequence[int | None], arrived: Sequence[Arrived]
) -> tuple[Flags, Flags]:
    """Which rows, in the order of arrival, are new by their counter, and which of these are ahead of all before; ``arrived`` is
    brought up to date.

    For each report: which of ``arrived`` it tells of, and the oldest counter that its device still holds. Where nothing is
    missing and each counter is the one after the last, there is nothing to find out.
    """
    fresh, ahead = np.ones(len(rows), bool), np.ones(len(rows), bool)
    key = np.array(keys)[rows["report"]]
    order = np.argsort(key, kind="stable")
    key, counter = key[order], rows["counter"][order]
    starts = begins(key)
    follows = np.diff(counter, prepend=0) == 1
    follows[starts] = counter[starts] == np.array([one.highest for one in arrived])[key[starts]] + 1
    usual = np.logical_and.reduceat(follows & ~_gives_up(rows, oldest)[order], starts)
    for start, last, is_usual in zip(starts, ends(starts, len(rows)), usual, strict=True):
        of_key, places = arrived[key[start]], order[start : last + 1]
        if is_usual and not of_key.missing:
            of_key.highest = int(counter[last])
        else:
            fresh[places], ahead[places] = _one_by_one(rows[places], oldest, of_key)
    return fresh, ahead


def _gives_up(rows: Rows, oldest: Sequence[int | None]) -> Flags:
    """Rows of reports whose device no longer holds even what it reports."""
    starts = begins(rows["report"])
    lowest = np.repeat(rows["counter"][starts], np.diff(starts, append=len(rows)))
    held: NDArray[np.int64] = np.array([one or 0 for one in oldest])[rows["report"]]
    return held > lowest


def _one_by_one(rows: Rows, oldest: Sequence[int | None], arrived: Arrived) -> tuple[list[bool], list[bool]]:
    fresh: list[bool] = []
    ahead: list[bool] = []
    told = zip(rows["report"].tolist(), rows["counter"].tolist(), strict=True)
    for report, group in groupby(told, key=lambda one: one[0]):
        for _, counter in group:
            ahead.append(counter > arrived.highest)
            fresh.append(arrived.awaits(counter))
            if fresh[-1]:
                arrived.take(counter)
        gone_below = oldest[report]
        if gone_below is not None:
            arrived.give_up_below(gone_below)
    return fresh, ahead


def heard_last(rows: Rows, live: Flags) -> Places:
    """Of rows in the order of arrival, for each sensor the place of the last one that was said live, as it arrives; where none
    was, of the one that was said last, and of those with a wrong clock only where there is no other."""
    told = np.where(live, 0, rows["time_ms"])
    order = np.lexsort((told, ~(live | rows["suspect"]), live, rows["rank"]))
    return order[ends(begins(rows["rank"][order]), len(rows))]
