"""The application on a real database, with its first administrator: what tests of routes share."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.access import operations
from biobank.access.schemas import PersonIn
from biobank.act.kinds import Kind
from biobank.act.people import PREPARER_OF_DATABASE, Role, Side
from biobank.app import make_app
from biobank.clock import FixedClock
from biobank.db.roles import Login
from biobank.settings import Settings
from tests.telemetry import Installation

PASSWORD = "a long enough password"


@pytest.fixture
def clock() -> FixedClock:
    """The clock of the application under test; a test moves it with ``advance``, or sets ``at``."""
    return FixedClock(datetime(2026, 3, 15, 9, tzinfo=UTC))


@pytest.fixture
def client(installation: Installation, clock: FixedClock) -> Iterator[TestClient]:
    order = PersonIn(
        username="ada", name="Ada Administrator", side=Side.DESK, roles=frozenset({Role.ADMINISTRATOR}), password=PASSWORD
    )
    with installation.acts.begin(PREPARER_OF_DATABASE, Kind.ENROL_PERSON, login=Login.DESK) as act:
        operations.enrol(act, order)
    told = installation.environment
    settings = Settings(database_url=told["DATABASE_URL"], credentials=told["BIOBANK_CREDENTIALS"], pool_size=5, clock="system")
    with TestClient(make_app(settings, clock), raise_server_exceptions=False) as client:
        yield client


def signed_in(client: TestClient, username: str = "ada", password: str = PASSWORD) -> dict[str, str]:
    answer = client.post("/api/sign-in", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    client.cookies.clear()
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def enrol(client: TestClient, as_who: dict[str, str], **changed: Any) -> Any:
    order = {"username": "tom", "name": "Tom Technician", "side": "facility", "roles": ["technician"], "password": PASSWORD}
    return client.post("/api/people", json=order | changed, headers=as_who)


def hire(client: TestClient, username: str, side: Side, *roles: Role, place: str | None = None) -> dict[str, str]:
    """Enrol somebody through the administrator and sign them in."""
    told = {"username": username, "name": f"{username.title()} Person", "side": side, "roles": list(roles), "place": place}
    answer = enrol(client, signed_in(client), **told)
    assert answer.status_code == 201, answer.text
    return signed_in(client, username)
