"""Many sites allocate at the same moment: every sequence of the sealed list is given once, in order, none skipped."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text

from biobank.act.acts import Acts, Overtaken, RefusedByDatabase
from biobank.act.kinds import Kind
from biobank.act.people import Side
from biobank.act.randomness import Randomness
from biobank.db.engines import Engines
from biobank.db.roles import Login
from tests.allocations import seed, upload
from tests.database import Database

pytestmark = pytest.mark.every_postgresql

WRITERS, SPARE = 32, 4
TAKEN = """
SELECT a.stratum, a.position, s.code FROM sealed.allocation a JOIN participant p ON p.id = a.participant_id
  JOIN site s ON s.id = p.site_id ORDER BY a.stratum, a.position
"""


class ChangedTheirMind(Exception):
    """The act is undone at its very end."""


@pytest.fixture
def acts(database: Database) -> Iterator[Acts]:
    """Acts as the application begins them, with a connection for every writer."""
    address = database.engines.url(Login.BEDSIDE).set(username=None, password=None)
    engines = Engines(address.render_as_string(), database.server.passwords, pool_size=WRITERS)
    yield Acts(engines, database.clock, Randomness(b"test"))
    engines.dispose()


def allocate(acts: Acts, database: Database, participant: UUID, *, undone: bool = False) -> None:
    """One allocation by the bedside's login, as the application makes it; ``undone`` fails when all is done."""
    with acts.begin(database.people[Side.BEDSIDE], Kind.ALLOCATE) as act:
        act.session.connection().execute(text("SELECT sealed.assign_next(:participant)"), {"participant": participant})
        if undone:
            raise ChangedTheirMind


@pytest.mark.parametrize("strata", [("01", "02"), ("all",)])
def test_32_writers_at_once_get_the_list_in_order_each_place_once_and_no_place_is_skipped(
    database: Database, acts: Acts, strata: tuple[str, ...]
) -> None:
    participants = seed(database, {"01": WRITERS // 2, "02": WRITERS // 2})
    upload(acts, database, *strata, length=WRITERS // len(strata) + SPARE)
    together = Barrier(WRITERS)

    def write(turn: int) -> None:
        together.wait()
        if turn % 4 == 0:
            with suppress(ChangedTheirMind):
                allocate(acts, database, participants[turn], undone=True)
        allocate(acts, database, participants[turn])

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    taken = database.rows(TAKEN)
    assert [(stratum, place) for stratum, place, _ in taken] == [
        (stratum, place) for stratum in strata for place in range(1, WRITERS // len(strata) + 1)
    ]
    assert all(stratum in (site, "all") for stratum, _, site in taken)
    assert database.rows("SELECT count(*) FROM sealed.access WHERE function = 'assign_next'") == [(WRITERS,)]


def test_one_participant_asked_for_32_times_at_once_gets_one_place(database: Database, acts: Acts) -> None:
    participant, *_ = seed(database, {"01": 1})
    upload(acts, database, "01", length=WRITERS)
    together, refused = Barrier(WRITERS), []

    def write(_: int) -> None:
        together.wait()
        try:
            allocate(acts, database, participant)
        except (Overtaken, RefusedByDatabase) as refusal:
            refused.append(refusal.code)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert len(refused) == WRITERS - 1
    assert database.rows("SELECT position FROM sealed.allocation WHERE participant_id IS NOT NULL") == [(1,)]


def test_a_used_up_stratum_takes_nothing_from_another(database: Database, acts: Acts) -> None:
    participants = seed(database, {"01": 3, "02": 3})
    upload(acts, database, "01", "02", length=2)
    for one in participants[:4]:
        allocate(acts, database, one)
    for one in participants[4:]:
        with pytest.raises(RefusedByDatabase):
            allocate(acts, database, one)
    assert [row[:2] for row in database.rows(TAKEN)] == [("01", 1), ("01", 2), ("02", 1), ("02", 2)]
