"""Single statements on the event loop: with the rights of one login, reading only, also when the server drops connections."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from biobank.db.glances import Glances
from biobank.db.roles import Login
from tests.database import Database

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


def test_a_row_comes_with_its_columns_as_attributes_and_nothing_as_none(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        nothing = await glances.first("SELECT 1 AS one WHERE %(no)s", {"no": False})
        return nothing, await glances.first("SELECT %(one)s::int AS one, current_user AS who", {"one": 1})

    nothing, row = run(database, ask)
    assert nothing is None
    assert (row.one, row.who) == (1, "biobank_facility")


def test_a_glance_changes_nothing_even_where_its_login_might(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        return await glances.first("INSERT INTO code_counter VALUES ('facility', 'X', 1) RETURNING last", {})

    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        run(database, ask)


def test_the_bedsides_glances_see_no_more_than_its_login(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        return await glances.first("SELECT 1 FROM unit", {})

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(database, ask, Login.BEDSIDE)


def test_many_who_ask_at_once_share_few_connections_and_all_get_their_own_answer(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        asked = (glances.first("SELECT %(n)s::int AS n, pg_backend_pid() AS backend", {"n": n}) for n in range(100))
        return await asyncio.gather(*asked)

    rows = run(database, ask)
    assert [row.n for row in rows] == list(range(100))
    assert len({row.backend for row in rows}) <= 2


def test_what_was_committed_before_a_glance_is_seen_by_it(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        seen = []
        for number in range(3):
            with database.admin() as db:
                db.execute("INSERT INTO code_counter VALUES ('facility', %s, 1)", [f"X{number}"])
            seen.append((await glances.first("SELECT count(*) AS n FROM code_counter", {})).n)
        return seen

    assert run(database, ask) == [1, 2, 3]


def test_a_refused_statement_leaves_the_connection_fit_for_the_next(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        with pytest.raises(psycopg.errors.DivisionByZero):
            await glances.first("SELECT 1 / 0", {})
        return await glances.first("SELECT 7 AS n", {})

    assert run(database, ask).n == 7


def test_connections_that_the_server_dropped_are_made_anew_without_a_word(database: Database) -> None:
    async def ask(glances: Glances) -> Any:
        backend = "SELECT pg_backend_pid() AS n, pg_sleep(0.05) IS NULL AS slept"
        before = {row.n for row in await asyncio.gather(*(glances.first(backend, {}) for _ in range(2)))}
        with database.admin() as db:
            for one in before:
                db.execute("SELECT pg_terminate_backend(%s)", [one])
        return before, (await glances.first(backend, {})).n

    before, after = run(database, ask)
    assert len(before) == 2
    assert after not in before
