"""How long `biobank audit verify` walks a log of a million entries on two cores; and that it finds one changed byte in it."""

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg

from biobank import work
from biobank.act.acts import Acts
from biobank.act.people import PREPARER_OF_DATABASE, WORKER
from biobank.audit import keys
from biobank.audit.keys import Signing
from biobank.clock import SystemClock
from biobank.db.homes import throwaway_home
from biobank.settings import Settings
from tests.benchmarks.figures import figure
from tests.database import Server, prepared
from tests.telemetry import Installation, passing

ENTRIES, OF_AN_ACT, WRITERS, CORES = 1_000_000, 5, 4, 2
MOST_SECONDS = 60.0
_WRITE = f"""
DO $$ DECLARE lot uuid; BEGIN
  FOR n IN 1..current_setting('bench.acts')::int LOOP
    PERFORM audit.begin_act(gen_random_uuid(), 'prepare_database', '{PREPARER_OF_DATABASE.id}', 'system', now(), now(), NULL);
    lot := gen_random_uuid();
    INSERT INTO material (id, scope, kind, code, root_id, registered_at) VALUES (lot, 'facility', 'lot', lot::text, lot, now());
    INSERT INTO custody_event (id, material_id, material_scope, scope, step, place, person_id, occurred_at, recorded_at)
    SELECT gen_random_uuid(), lot, 'facility', 'facility', 'receive', 'a place in the store', '{PREPARER_OF_DATABASE.id}',
           now(), now()
      FROM generate_series(1, {OF_AN_ACT - 3});
    INSERT INTO handover (id, material_id, material_scope, handed_by, handed_at, to_place)
    VALUES (lot, lot, 'facility', '{PREPARER_OF_DATABASE.id}', now(), 'a place in the store');
    UPDATE handover SET taken_by = '{WORKER.id}', taken_at = now() WHERE id = lot;
    COMMIT;
  END LOOP;
END $$
"""


def main() -> int:
    """Measure on a durable server, on two cores."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])  # before the server starts, so that it has no more either
    with prepared(durable=True) as server:
        return measure(server)


def measure(server: Server, entries: int = ENTRIES) -> int:
    """Measure, print, and end with 0 only where it was quick enough, good before and found out after."""
    with throwaway_home() as home, passing(server) as there:
        _fill(there, home, entries)
        code, said, seconds = _verify(there, home)
        print(said, flush=True)
        entry = _flip(there)
        code_after, said_after, _ = _verify(there, home)
        print(said_after, flush=True)
    counts = [int(number) for number in re.findall(r"(\d+) (?:leaves|entries|acts|heads,)", said)]
    named = code_after == 1 and f"entry {entry} " in said_after
    told = {
        "bench": "verify",
        "ratio": figure(MOST_SECONDS / seconds),
        "seconds": figure(seconds),
        "most_seconds": MOST_SECONDS,
    }
    told |= dict(zip(("leaves", "entries", "acts", "heads"), counts, strict=False))
    cores = len(os.sched_getaffinity(0))
    print(json.dumps(told | {"cores": cores, "good": code == 0, "one_changed_byte_named": named}))
    return 0 if seconds <= MOST_SECONDS and code == 0 and named else 1


def _fill(there: Installation, home: Path, entries: int) -> None:
    """Write a log of so many entries, sealed and signed while it grows."""
    acts, signing = replace(there.acts, clock=SystemClock()), Signing.of(Settings(home=home))
    keys.make(acts, signing)
    print(f"Writing {entries} entries …", flush=True)
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(_write, there, entries // OF_AN_ACT // WRITERS) for _ in range(WRITERS)]
        while not all(one.done() for one in writers):
            _seal(acts, signing)
            time.sleep(0.5)
        for one in writers:
            one.result()
    _seal(acts, signing)


def _write(there: Installation, acts: int) -> None:
    with psycopg.connect(there.owner_url, autocommit=True, options=f"-c bench.acts={acts} -c synchronous_commit=off") as db:
        db.execute(_WRITE.encode())


def _seal(acts: Acts, signing: Signing) -> None:
    work.seal(acts)
    work.signs(signing)(acts)


def _verify(there: Installation, home: Path) -> tuple[int, str, float]:
    """The command as a person gives it: exit code, words, seconds."""
    command = [sys.executable, "-m", "biobank.cli", "audit", "verify"]
    started = time.monotonic()
    done = subprocess.run(
        command, env=there.environment | {"BIOBANK_HOME": str(home)}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr, time.monotonic() - started


def _flip(there: Installation) -> int:
    """Change one letter of the entry in the middle, as somebody with every right could; returns which."""
    with psycopg.connect(there.owner_url) as db:
        db.execute("ALTER TABLE audit.entry DISABLE TRIGGER ALL")
        middle = "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM audit.entry"
        changed = f"UPDATE audit.entry SET body = overlay(body placing 'x' from 30 for 1) WHERE id = ({middle}) RETURNING id"
        [(entry,)] = db.execute(changed.encode()).fetchall()
        return int(entry)
