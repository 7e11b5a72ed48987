"""The verifier: walks the whole log, and names which entry was changed, removed, inserted or cut off.

It reads as the auditor, who sees no entry of a sealed table: those are known to it by their hash.
"""

import multiprocessing
import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import chain

from biobank.audit import stored
from biobank.audit.findings import Finding, Report, What
from biobank.audit.headsfile import Exported
from biobank.audit.holding import Held, hold
from biobank.audit.joining import Joined, join
from biobank.audit.walking import STRETCH, Stretch, Walk, snapshot, walk


def verify(address: str, outside: Exported, processes: int | None = None) -> Report:
    """Verify the log in the database at ``address`` (the auditor's, libpq form) against its heads and those ``outside``."""
    with snapshot(address, "") as db, ThreadPoolExecutor(1) as beside:
        [(name,)] = db.execute("SELECT pg_export_snapshot()").fetchall()
        heads, keys, extent = stored.heads(db), stored.keys(db), stored.extent(db)
        tables, silenced = stored.watched(db)
        rows = beside.submit(_rows, address, name, tables)
        sizes = {*heads, *(head.size for head in outside.heads)}
        joined = join(_walked(_stretches(address, name, extent.beyond, sizes), processes or _cores()), extent.beyond, STRETCH)
        held = hold(joined, heads, keys, outside)
        waiting, late = stored.waiting(db)
        strays = [Finding(What.INSERTED, f"leaf {number}, beyond the end of the log") for number in extent.strays]
        found = [*_differing(joined, held), *joined.findings, *strays, *late, *_rechained(db, held), *held.findings, *silenced]
        report = Report(joined.size, joined.entries, joined.acts, len(tables), len(heads), len(outside.heads), waiting)
        report.findings, report.notes = [*found, *rows.result()], held.notes
    return report


def _cores() -> int:
    return max(1, min(4, len(os.sched_getaffinity(0))))


def _stretches(address: str, name: str, beyond: int, sizes: Iterable[int]) -> list[Walk]:
    ordered = sorted(sizes)
    found = []
    for first in range(0, beyond, STRETCH):
        last = min(first + STRETCH, beyond)
        notes = tuple(ordered[bisect_right(ordered, first) : bisect_right(ordered, last)])
        found.append(Walk(address, name, first, last, notes))
    return found


def _walked(stretches: list[Walk], processes: int) -> Iterator[Stretch]:
    if processes == 1 or len(stretches) < 3:
        yield from map(walk, stretches)
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(walk, stretches)


def _rows(address: str, name: str, tables: dict[str, int]) -> list[Finding]:
    with snapshot(address, name) as db:
        return list(chain.from_iterable(stored.unexplained(db, table, identifier) for table, identifier in tables.items()))


def _differing(joined: Joined, held: Held) -> Iterator[Finding]:
    """Where a leaf and what it stands for disagree, a head over the leaf tells which of them was changed."""
    over = sorted(held.good)
    for number, name in sorted(joined.differing.items()):
        at = bisect_right(over, number)
        if at < len(over):
            yield Finding(What.CHANGED, f"{name}: not what leaf {number} was sealed for, under the head of {over[at]} leaves")
        else:
            yield Finding(What.CHANGED, f"{name}, or leaf {number} that stands for it")


def _rechained(db: stored.Connection, held: Held) -> Iterator[Finding]:
    if held.bad is None:
        return
    first = held.first_doubted
    names = stored.entries_between(db, first, held.bad)
    more = f", and {held.later_bad} later heads" if held.later_bad else ""
    yield Finding(
        What.CHANGED,
        f"something in leaves {first} to {held.bad - 1} was changed, removed or inserted ({names}):"
        f" their root is not the one that was signed (head of {held.bad} leaves{more})",
    )
