"""The counters that arrived, kept between batches: highest per sensor and boot, and the gaps below it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from biobank.monitoring.copying import array
from biobank.monitoring.counters import Arrived, Span
from biobank.monitoring.rules import GapState


@dataclass
class State:
    """What has arrived of one sensor and boot, and how the database knows it."""

    arrived: Arrived = field(default_factory=Arrived)
    stored: Arrived = field(default_factory=Arrived)


States = dict[tuple[bytes, int], State]
"""By the sensor's id, as bytes, and boot."""
_OF_KEYS = "(sensor_id, boot) IN (SELECT * FROM unnest(%s::uuid[], %s::bigint[]))"


def load(db: Connection, wanted: Collection[tuple[bytes, int]]) -> States:
    """The states of these sensors and boots, locked against a second ingest until the transaction ends."""
    states: States = {key: State() for key in wanted}
    if not states:
        return states
    keys = [array(sensor.hex() for sensor, _ in wanted), array(boot for _, boot in wanted)]
    counters = f"SELECT sensor_id, boot, highest FROM sensor_counter WHERE {_OF_KEYS} ORDER BY sensor_id, boot FOR UPDATE"
    gaps = f"SELECT sensor_id, boot, first_counter, last_counter, state FROM reading_gap WHERE {_OF_KEYS} ORDER BY first_counter"
    with db.pipeline():
        highest_of, gaps_of = db.execute(counters, keys), db.execute(gaps, keys)
    for sensor, boot, highest in highest_of:
        states[sensor.bytes, boot].arrived.highest = highest
    for sensor, boot, first, last, kind in gaps_of:
        arrived = states[sensor.bytes, boot].arrived
        (arrived.missing if kind == GapState.MISSING else arrived.lost).append((first, last))
    for state in states.values():
        state.stored = state.arrived.copy()
    return states


def save(db: Connection, states: States, now: datetime) -> None:
    """Write down what changed."""
    changed = {key: state for key, state in states.items() if state.arrived != state.stored}
    if not changed:
        return
    sensors, boots = zip(*changed, strict=True)
    db.execute(
        "INSERT INTO sensor_counter (sensor_id, boot, highest) SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[])"
        " ON CONFLICT (sensor_id, boot) DO UPDATE SET highest = excluded.highest",
        [array(sensor.hex() for sensor in sensors), array(boots), array(state.arrived.highest for state in changed.values())],
    )
    before = {(key, *gap) for key, state in changed.items() for gap in _gaps(state.stored)}
    after = {(key, *gap) for key, state in changed.items() for gap in _gaps(state.arrived)}
    if before == after:
        return
    with db.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM reading_gap WHERE sensor_id = %s AND boot = %s AND first_counter = %s",
            [(UUID(bytes=sensor), boot, span[0]) for (sensor, boot), span, _ in before - after],
        )
        cursor.executemany(
            "INSERT INTO reading_gap (sensor_id, boot, first_counter, last_counter, state, found_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [(UUID(bytes=sensor), boot, *span, kind.value, now) for (sensor, boot), span, kind in after - before],
        )


def _gaps(arrived: Arrived) -> list[tuple[Span, GapState]]:
    return [(span, GapState.MISSING) for span in arrived.missing] + [(span, GapState.LOST) for span in arrived.lost]
