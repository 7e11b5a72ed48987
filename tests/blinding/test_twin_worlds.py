"""A first twin world: two participants up to the first dose, and leaks planted on purpose that must be caught."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from fastapi import FastAPI, Request, Response
from sqlalchemy import make_url

from biobank.db.prepare import ensure_database
from tests.blinding.worlds import FEW_LOOKS, Seen, differences, live, settings_of, world
from tests.database import TEMPLATE, WHEEL, Servers

Plant = Callable[[FastAPI, str], None]
Looks = Sequence[tuple[int, int]]


@pytest.fixture
def twin(servers: Servers, tmp_path: Path) -> Iterator[Callable[..., list[Seen]]]:
    """Lives one world on a database of its own."""
    server, names = servers.of(WHEEL), list[str]()
    asides = list[list[str]]()

    def lived(sequences: str, plant: Plant | None = None, looks: Looks = FEW_LOOKS) -> list[Seen]:
        names.append(f"twin_{uuid4().hex[:12]}")
        ensure_database(server.admin_url, names[-1], TEMPLATE)
        url = str(make_url(server.admin_url).set(username=None, password=None, database=names[-1]))
        settings = settings_of(url, tmp_path, server.credentials)
        planted = None if plant is None else lambda app: plant(app, server.url(names[-1]))
        with world(settings, planted) as there:
            seen = live(there, sequences, period=1, looks=looks)
        asides.append(there.aside)
        return seen

    yield lived
    assert asides[:1] != asides[1:], "the facility did the same in both worlds: what was there to notice?"
    for name in names:
        server.drop(name)


def without_row_security(_app: FastAPI, url: str) -> None:
    """The bedside's filter on custody events is gone."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("ALTER TABLE custody_event DISABLE ROW LEVEL SECURITY")


def with_kits_from_their_plan_on(_app: FastAPI, url: str) -> None:
    """The bedside sees a kit as soon as it is planned, of saline days before."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("ALTER TABLE kit DISABLE ROW LEVEL SECURITY")


def with_a_header_of_thawed_units(app: FastAPI, url: str) -> None:
    """A diagnostic header, put there by somebody who did not think, tells how much was thawed so far."""

    @app.middleware("http")
    async def thawed(request: Request, call_next: Callable[..., Response]) -> Response:
        answer = await call_next(request)  # type: ignore[misc]
        if request.url.path == "/api/kits":
            with psycopg.connect(url) as db:
                answer.headers["X-Rows"] = str(db.execute("SELECT count(*) FROM thaw").fetchone())
        return answer


def test_the_bedside_sees_no_difference_between_the_arms(twin: Callable[..., list[Seen]]) -> None:
    cells, saline = twin("AB"), twin("BB")
    assert len(cells) > 500
    assert {one.status for one in cells} >= {200, 201, 403, 404}
    assert differences(cells, saline) == []


LEAKS: dict[Plant, str] = {
    with_kits_from_their_plan_on: r"25 Mar 20:45 \w+ GET /api/kits: body",
    with_a_header_of_thawed_units: r"01 Apr 10:45 \w+ GET /api/kits: headers",
    without_row_security: r"01 Apr 12:45 \w+ GET /api/materials/\w+: body",
}
"""Where each shows, and none of the others."""


def test_every_planted_leak_is_caught(twin: Callable[..., list[Seen]]) -> None:
    def plant(app: FastAPI, url: str) -> None:
        for leak in LEAKS:
            leak(app, url)

    looks = [(-7, 20), (0, 10), (0, 12)]
    found = differences(twin("AB", plant, looks), twin("BB", plant, looks))
    for leak, seen in LEAKS.items():
        assert any(re.match(seen, one) for one in found), f"nobody noticed: {leak.__name__}"
