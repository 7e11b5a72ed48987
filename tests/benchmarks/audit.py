"""The rate of acts with the trail beside the rate without it: in turns, in the same run, on one durable PostgreSQL.

Each act sends what the program sends for a handover or its confirmation, with nothing of the program between, and in one go,
so that the database is what is measured: the act, the idempotency key, the lock of the root, two changed rows. In the copy
without a trail the triggers are dropped, and nothing seals.
"""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, cycle
from multiprocessing import get_context
from statistics import mean, median
from threading import Event
from uuid import UUID, uuid4

import psycopg

from biobank import work
from biobank.act.acts import Acts
from biobank.audit import keys
from biobank.audit.headsfile import NAME, HeadsFile
from biobank.audit.keyfile import KeyFile
from biobank.audit.keys import Signing
from biobank.clock import SystemClock
from biobank.db.homes import throwaway_home
from biobank.db.roles import Login
from tests.benchmarks.figures import figure
from tests.database import Server, begin_preparing, prepared
from tests.telemetry import Installation, passing

LEAST = 0.5
ON, OFF = "with_trail", "without_trail"
_BEGIN = "SELECT audit.begin_act(%s, %s, %s, %s, %s, %s, NULL)"
_PERSON = "INSERT INTO person (id, username, name, side, enrolled_at) VALUES (%s, %s, %s, 'facility', now())"
_LOT = "INSERT INTO material (id, scope, kind, code, root_id, registered_at) VALUES (%s, 'facility', 'lot', %s, %s, now())"
_CLAIM = (
    "INSERT INTO idempotency_key (login, person_id, key, route, body_hmac, claimed_at)"
    " VALUES (session_user, %s, %s, 'hand_over', '\\x00', %s) ON CONFLICT DO NOTHING RETURNING 1"
)
_KEEP = "UPDATE idempotency_key SET answer = %s WHERE login = session_user AND person_id = %s AND key = %s"
_HAND_OVER = (
    "INSERT INTO handover (id, material_id, material_scope, handed_by, handed_at, to_place)"
    " VALUES (%s, %s, 'facility', %s, %s, 'store')"
)
_TAKE_OVER = "UPDATE handover SET taken_by = %s, taken_at = %s WHERE material_id = %s AND taken_at IS NULL"
_EVENT = (
    "INSERT INTO custody_event (id, material_id, material_scope, scope, step, place, person_id, occurred_at, recorded_at)"
    " VALUES (%s, %s, 'facility', 'facility', %s, 'store', %s, %s, %s)"
)


@dataclass(frozen=True)
class Amounts:
    """How many clients in how many processes, for how long each time and how often.

    Each client takes its lots in turn, so that what is measured is not one row's many dead versions.
    """

    clients: int = 16
    processes: int = 4
    seconds: float = 4.0
    rounds: int = 8
    lots: int = 400


@dataclass(frozen=True)
class Bench:
    """One address for each side of the comparison, two people, and the lots of every client."""

    addresses: dict[str, str]
    people: tuple[UUID, UUID]
    lots: list[list[UUID]]
    acts: Acts
    signing: Signing


def main() -> int:
    """Measure on a durable server."""
    with prepared(durable=True) as server:
        return measure(server, Amounts())


def measure(server: Server, amounts: Amounts) -> int:
    """Measure, print, and end with 0 only where the trail costs no more than it may."""
    rounds = []
    processes = ProcessPoolExecutor(amounts.processes, mp_context=get_context("spawn"))
    with _prepared(server, amounts) as bench, processes as clients:
        shares = [bench.lots[number :: amounts.processes] for number in range(amounts.processes)]
        for side in (ON, OFF):
            _rate(clients, bench, shares, side, 1.0)
        for number in range(amounts.rounds):
            order = (ON, OFF) if number % 2 else (OFF, ON)
            rates = {side: _rate(clients, bench, shares, side, amounts.seconds) for side in order}
            rounds.append(rates)
            print(f"  round {number + 1}: {rates[ON]:.0f}/s with the trail, {rates[OFF]:.0f}/s without", flush=True)
        complete = _is_complete(bench)
    rate = {side: mean(one[side] for one in rounds) for side in (ON, OFF)}
    ratio = figure(rate[ON] / rate[OFF])
    told = {
        "bench": "audit",
        "ratio": ratio,
        "least": LEAST,
        "clients": amounts.clients,
        "rounds": amounts.rounds,
        "seconds": 2 * amounts.seconds * amounts.rounds,
    }
    told["median_of_rounds"] = figure(median(one[ON] / one[OFF] for one in rounds))
    told |= {f"{side}_per_second": round(found) for side, found in rate.items()}
    print(json.dumps(told | {"every_change_in_the_trail": complete}))
    return 0 if ratio >= LEAST and complete else 1


@contextmanager
def _prepared(server: Server, amounts: Amounts) -> Iterator[Bench]:
    people, lots = (uuid4(), uuid4()), [[uuid4() for _ in range(amounts.lots)] for _ in range(amounts.clients)]
    with throwaway_home() as home, passing(server) as on:
        with psycopg.connect(on.owner_url) as db:
            begin_preparing(db, datetime.now(UTC))
            for person, name in zip(people, ("tom", "tina"), strict=True):
                db.execute(_PERSON, [person, name, name.title()])
            for lot in chain.from_iterable(lots):
                db.execute(_LOT, [lot, str(lot), lot])
        with passing(server, on.database) as off:
            with psycopg.connect(off.owner_url) as db:
                audited = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_row'"
                for (table,) in db.execute(audited).fetchall():
                    db.execute(f"DROP TRIGGER audit_row ON {table}".encode())
            acts = replace(on.acts, clock=SystemClock())
            signing = Signing(KeyFile(home / "keys"), HeadsFile(home / "heads" / NAME))
            keys.make(acts, signing)
            yield Bench({ON: _address(on), OFF: _address(off)}, people, lots, acts, signing)


def _address(there: Installation) -> str:
    url = there.acts.engines.url(Login.FACILITY).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def _rate(clients: ProcessPoolExecutor, bench: Bench, shares: list[list[list[UUID]]], side: str, seconds: float) -> float:
    """Acts per second on one side; the sealer and the signer work beside the side that has a trail."""
    stop, until = Event(), time.time() + 0.5 + seconds
    with ThreadPoolExecutor(1) as beside:
        sealing = beside.submit(_seal_on, bench, stop) if side == ON else None
        running = [clients.submit(_clients, bench.addresses[side], bench.people, share, until) for share in shares]
        done = sum(one.result() for one in running)
        stop.set()
        if sealing is not None:
            sealing.result()
    return done / seconds


def _seal_on(bench: Bench, stop: Event) -> None:
    tasks: tuple[tuple[Callable[[Acts], int], float], ...] = ((work.seal, 1.0), (work.signs(bench.signing), 2.0))
    due = dict.fromkeys((task for task, _ in tasks), 0.0)
    while not stop.wait(0.1):
        for task, every in tasks:
            if time.monotonic() >= due[task]:
                due[task] = time.monotonic() + every
                task(bench.acts)


def _clients(address: str, people: tuple[UUID, UUID], lots: list[list[UUID]], until: float) -> int:
    """Some of the clients, in one process; acts done after the first half second."""
    with ThreadPoolExecutor(len(lots)) as threads:
        return sum(threads.map(partial(_client, address, people, until), lots))


def _client(address: str, people: tuple[UUID, UUID], until: float, lots: list[UUID]) -> int:
    counted, begin = 0, time.time() + 0.5
    with psycopg.connect(address, prepare_threshold=1) as db:
        for lot in cycle(lots):
            for step in ("hand_over", "take_over"):
                with db.pipeline():
                    _act(db, step, people[step == "take_over"], lot)
                now = time.time()
                counted += begin <= now <= until
            if now > until:
                break
    return counted


def _act(db: psycopg.Connection, step: str, person: UUID, lot: UUID) -> None:
    now, key = datetime.now(UTC), str(uuid4())
    db.execute(_BEGIN, [uuid4(), step, person, "facility", now, now])
    db.execute(_CLAIM, [person, key, now])
    db.execute("SELECT * FROM material WHERE id = %s", [lot])
    db.execute("SELECT id FROM material WHERE id = ANY (%s) ORDER BY id FOR UPDATE", [[lot]])
    db.execute("SELECT * FROM handover WHERE material_id = %s AND taken_at IS NULL", [lot])
    if step == "hand_over":
        db.execute(_HAND_OVER, [uuid4(), lot, person, now])
    else:
        db.execute(_TAKE_OVER, [person, now, lot])
    db.execute(_EVENT, [uuid4(), lot, step, person, now, now])
    db.execute(_KEEP, ['{"done": true}', person, key])
    db.commit()


def _is_complete(bench: Bench) -> bool:
    """Whether every change of the measured side has its entry, and the other side has none."""
    counts = {}
    for side in (ON, OFF):
        with psycopg.connect(bench.addresses[side]) as db:
            told = "SELECT count(*) FROM audit.entry WHERE table_name IN ('public.handover', 'public.custody_event')"
            done = "SELECT (SELECT count(*) + count(taken_at) FROM handover) + (SELECT count(*) FROM custody_event)"
            counts[side] = [(db.execute(sql.encode()).fetchone() or (0,))[0] for sql in (told, done)]
    return counts[ON][0] == counts[ON][1] > 0 and counts[OFF][0] == 0 < counts[OFF][1]
