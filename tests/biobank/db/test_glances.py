"""Single statements on the event loop: with the rights of one login, reading only, also when the server drops connections."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from biobank.db.glances import Glances
from biobank.db.roles import Login
from tests.database import Database

BACKENDS = "SELECT k AS key, pg_backend_pid() AS backend, statement_timestamp() AS at FROM unnest(%(keys)s::int[]) k"
COUNTED = "SELECT k AS key, (SELECT count(*) FROM code_counter) AS n FROM unnest(%(keys)s::int[]) k"
Ask = Callable[[Glances], Awaitable[Any]]


def run(database: Database, ask: Ask, login: Login = Login.FACILITY) -> Any:
    """What ``ask`` gets from glances of a login, which are closed afterwards."""

    async def asking() -> Any:
        glances = Glances(database.engines.url(login), connections=2)
        try:
            return await ask(glances)
        finally:
            await glances.close()

    return asyncio.run(asking())


def test_a_row_comes_by_its_key_with_columns_as_attributes_and_nothing_as_none(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        found = "SELECT k AS key, current_user AS who FROM unnest(%(keys)s::int[]) k WHERE k < 5"
        return await glances.first(found, 1), await glances.first(found, 7)

    row, nothing = run(database, ask)
    assert (row.key, row.who) == (1, "biobank_facility")
    assert nothing is None


def test_a_glance_changes_nothing_even_where_its_login_might(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        return await glances.first("INSERT INTO code_counter SELECT 'facility', unnest(%(keys)s::text[]), 1 RETURNING last", "X")

    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        run(database, ask)


def test_the_bedsides_glances_see_no_more_than_its_login(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        return await glances.first("SELECT code AS key FROM unit WHERE code = ANY(%(keys)s)", "X")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(database, ask, Login.BEDSIDE)


def test_many_who_ask_at_once_are_answered_by_few_statements_and_each_for_their_own_key(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        return await asyncio.gather(*(glances.first(BACKENDS, number % 250) for number in range(500)))

    rows = run(database, ask)
    assert [row.key for row in rows] == [number % 250 for number in range(500)]
    assert len({row.at for row in rows}) < 10
    assert len({row.backend for row in rows}) <= 2


def test_what_was_committed_before_somebody_asks_is_seen_also_while_others_are_asking(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        slow = asyncio.create_task(glances.first(COUNTED + ", pg_sleep(0.3)", 1))
        await asyncio.sleep(0.1)
        with database.admin() as db:
            db.execute("INSERT INTO code_counter VALUES ('facility', 'X', 1)")
        return (await glances.first(COUNTED + ", pg_sleep(0.3)", 1)).n, (await slow).n

    assert run(database, ask) == (1, 0)


def test_a_refused_statement_refuses_everybody_in_it_and_leaves_the_connection_fit_for_the_next(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        divided = "SELECT k AS key, 1 / k AS n FROM unnest(%(keys)s::int[]) k"
        refused = await asyncio.gather(glances.first(divided, 0), glances.first(divided, 1), return_exceptions=True)
        return refused, await glances.first(divided, 1)

    refused, row = run(database, ask)
    assert [type(one) for one in refused] == [psycopg.errors.DivisionByZero] * 2
    assert row.n == 1


def test_who_gives_up_waiting_takes_nobodys_answer_away(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        asked = [asyncio.create_task(glances.first(BACKENDS, number)) for number in range(3)]
        await asyncio.sleep(0)  # all have asked, and nothing can have been answered yet
        asked[0].cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    gone, *others = run(database, ask)
    assert isinstance(gone, asyncio.CancelledError)
    assert [row.key for row in others] == [1, 2]


def test_connections_that_the_server_dropped_are_made_anew_without_a_word(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        before = (await glances.first(BACKENDS, 1)).backend
        with database.admin() as db:
            db.execute("SELECT pg_terminate_backend(%s)", [before])
        return before, (await glances.first(BACKENDS, 1)).backend

    before, after = run(database, ask)
    assert after != before
