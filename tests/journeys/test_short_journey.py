"""A trial of two participants through HTTP, with everything tried wrong; and that each check of its records can fail."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL

from devices.trial import founding
from tests.instance import open_to, passwords_of, started
from tests.journeys import invariants
from tests.journeys.__main__ import expected, trial
from tests.waiting import until

TAMPERS: dict[str, str] = tomllib.loads(Path(__file__).with_name("tampers.toml").read_text(encoding="utf-8"))
OURS = "IN ('public'::regnamespace, 'sealed'::regnamespace)"
CONSTRAINTS = (
    "SELECT conrelid::regclass::text, conname FROM pg_constraint"
    f" WHERE contype IN ('u', 'x', 'f', 'c') AND conparentid = 0 AND connamespace {OURS}"
)
INDICES = (
    "SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
    f" WHERE indisunique AND NOT indisprimary AND NOT c.relispartition AND c.relnamespace {OURS}"
)
TRIGGERED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0"
WALKED = 2


@pytest.fixture(scope="module")
def walked() -> Iterator[tuple[str, Any]]:
    """The superuser's way to the database of a trial that is over, and who walked it."""
    members = founding.everybody()
    passwords = passwords_of(members)
    with started() as instance, open_to(instance, passwords) as speaker:
        yield instance.admin_url, trial(speaker, members, passwords, WALKED)


def test_a_short_trial_keeps_every_invariant_and_refuses_everything_wrong(walked: tuple[str, Any]) -> None:
    url, (bench, people) = walked
    assert invariants.broken(url) == {}
    counts = invariants.counted(url)
    assert {name: counts[name] for name in expected(WALKED)} == expected(WALKED)
    assert [one.tally.administered for one in people] == [2] * WALKED
    assert bench.refused.total() > 500
    assert min(bench.refused.values()) >= 1


def test_each_invariant_has_its_tamper() -> None:
    assert TAMPERS.keys() == invariants.INVARIANTS.keys()


@pytest.mark.parametrize("says", TAMPERS)
def test_a_broken_invariant_is_seen(walked: tuple[str, Any], says: str) -> None:
    url, _ = walked
    with psycopg.connect(url) as db:
        _without_guards(db)
        db.execute(SQL(TAMPERS[says]))  # type: ignore[arg-type]
        seen = db.execute(SQL(invariants.INVARIANTS[says])).fetchall()  # type: ignore[arg-type]
        db.rollback()
    assert seen, "nobody would notice"


def _without_guards(db: psycopg.Connection[Any]) -> None:
    """The database itself refuses all of this; here, until the rollback, it must not."""
    tables = [table for (table,) in db.execute(TRIGGERED).fetchall()]
    until(lambda: _locked(db, tables))
    for table in tables:
        db.execute(SQL(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    for table, name in db.execute(CONSTRAINTS).fetchall():
        db.execute(SQL(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name} CASCADE"))
    for (name,) in db.execute(INDICES).fetchall():
        db.execute(SQL(f"DROP INDEX IF EXISTS {name} CASCADE"))


def _locked(db: psycopg.Connection[Any], tables: list[str]) -> bool:
    """Everything is locked before anything is done: the worker is still at work, in an order of its own."""
    try:
        with db.transaction():
            db.execute(SQL(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"))
    except psycopg.errors.DeadlockDetected:
        return False
    return True
