"""How long `biobank audit verify` walks a log of a million entries on two cores; and that it finds one changed byte in it."""

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from biobank import work
from biobank.act.acts import Acts
from biobank.act.coded import coded
from biobank.act.people import PREPARER_OF_DATABASE, WORKER
from biobank.act.randomness import Randomness
from biobank.audit import keys
from biobank.audit.keys import Signing
from biobank.clock import SystemClock
from biobank.db.embedded import EmbeddedPostgres
from biobank.db.engines import Engines
from biobank.db.homes import throwaway_home
from biobank.db.prepare import ensure_secrets, prepare
from biobank.settings import Settings

ENTRIES, OF_AN_ACT, WRITERS, CORES = 1_000_000, 5, 4, 2
MOST_SECONDS = 60.0
DATABASE = "biobank"
_WRITE = f"""
DO $$ DECLARE lot uuid; BEGIN
  FOR n IN 1..{ENTRIES // OF_AN_ACT // WRITERS} LOOP
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
    """Measure, print, and end with 0 only where it was quick enough, good before and found out after."""
    with throwaway_home() as home:
        with EmbeddedPostgres(home).start(fast=True) as postgres:
            settings = _filled(postgres, home)
        os.sched_setaffinity(
            0, sorted(os.sched_getaffinity(0))[:CORES]
        )  # before the server starts, so that it has no more either
        with EmbeddedPostgres(home).start(fast=True) as postgres:
            settings = settings.model_copy(update={"database_url": f"postgresql://127.0.0.1:{postgres.port}/{DATABASE}"})
            code, said, seconds = _verify(settings)
            print(said, flush=True)
            entry = _flip(postgres)
            code_after, said_after, _ = _verify(settings)
            print(said_after, flush=True)
    counts = [int(number) for number in re.findall(r"(\d+) (?:leaves|entries|acts|heads,)", said)]
    named = code_after == 1 and f"entry {entry} " in said_after
    told = {
        "bench": "verify",
        "ratio": round(MOST_SECONDS / seconds, 2),
        "seconds": round(seconds, 1),
        "most_seconds": MOST_SECONDS,
    }
    told |= dict(zip(("leaves", "entries", "acts", "heads"), counts, strict=False))
    print(json.dumps(told | {"cores": CORES, "good": code == 0, "one_changed_byte_named": named}))
    return 0 if seconds <= MOST_SECONDS and code == 0 and named else 1


def _filled(postgres: EmbeddedPostgres, home: Path) -> Settings:
    """A log of a million entries, sealed and signed while it grew."""
    url = f"postgresql://127.0.0.1:{postgres.port}/{DATABASE}"
    settings = Settings(database_url=url, home=home)
    prepare(postgres.admin_url, url, settings.credentials_file, coded(), datetime.now(UTC))
    acts = Acts(Engines(url, ensure_secrets(settings.credentials_file), pool_size=2), SystemClock(), Randomness(b"bench"))
    signing = Signing.of(settings)
    keys.make(acts, signing)
    print(f"Writing {ENTRIES} entries …", flush=True)
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(_write, _owner(postgres)) for _ in range(WRITERS)]
        while not all(one.done() for one in writers):
            _seal(acts, signing)
            time.sleep(0.5)
        for one in writers:
            one.result()
    _seal(acts, signing)
    acts.engines.dispose()
    return settings


def _owner(postgres: EmbeddedPostgres) -> str:
    return make_url(postgres.admin_url).set(database=DATABASE).render_as_string(hide_password=False)


def _write(owner: str) -> None:
    with psycopg.connect(owner, autocommit=True) as db:
        db.execute(_WRITE.encode())


def _seal(acts: Acts, signing: Signing) -> None:
    work.seal(acts)
    work.signs(signing)(acts)


def _verify(settings: Settings) -> tuple[int, str, float]:
    """The command as a person gives it: exit code, words, seconds."""
    environment = os.environ | {"DATABASE_URL": settings.database_url, "BIOBANK_HOME": str(settings.home)}
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "biobank.cli", "audit", "verify"], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr, time.monotonic() - started


def _flip(postgres: EmbeddedPostgres) -> int:
    """Change one letter of one entry in the middle, as somebody with every right could; returns which."""
    with psycopg.connect(_owner(postgres)) as db:
        db.execute("ALTER TABLE audit.entry DISABLE TRIGGER ALL")
        changed = "UPDATE audit.entry SET body = overlay(body placing 'x' from 30 for 1) WHERE id = %s RETURNING id"
        [(entry,)] = db.execute(changed, [ENTRIES // 2]).fetchall()
        return int(entry)
