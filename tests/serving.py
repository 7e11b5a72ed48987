"""The application on a real database, with its first administrator: what tests of routes share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from biobank.access import enrolment, identity, passwords
from biobank.access.schemas import PersonIn
from biobank.act.acts import Acts
from biobank.act.people import Role, Side
from biobank.app import make_app
from biobank.clock import FixedClock
from biobank.settings import Settings
from tests.telemetry import Installation

PASSWORD = "a long enough password"
INSIDE = "testclient, 127.0.0.0/8, 192.0.2.0/24, 198.51.100.0/24, 2001:db8::/32"
"""The networks of the documentation (RFC 5737, RFC 3849), but for 203.0.113.0/24, which lies outside."""
BEGINS = datetime(2026, 3, 15, 9, tzinfo=UTC)
ADMINISTRATORS = ("ada", "vera")
"""Ada enrols, and Vera sees who people are."""


@pytest.fixture
def clock(start: Any) -> FixedClock:
    """The clock of the application under test; a test moves it with ``advance``, or sets ``at``."""
    return FixedClock(start.at)


class Remembering:
    """The program's own hasher, asked each question once: hundreds of tests hire a dozen people with one password."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.hash = cache(hasher.hash)
        self.verify = cache(hasher.verify)


REMEMBERING = Remembering(passwords._hasher)


@pytest.fixture
def client(installation: Installation, clock: FixedClock) -> Iterator[TestClient]:
    with answering(installation, clock) as client:
        yield client


@contextmanager
def answering(installation: Installation, clock: FixedClock) -> Iterator[TestClient]:
    """The application on an installation."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", REMEMBERING)
        with TestClient(make_app(settings_of(installation), clock), raise_server_exceptions=False) as client:
            yield client


def settings_of(installation: Installation) -> Settings:
    """The settings of the application on an installation."""
    told = installation.environment
    return Settings(database_url=told["DATABASE_URL"], credentials=told["BIOBANK_CREDENTIALS"], pool_size=5, inside=INSIDE)


def first_administrators(acts: Acts, settings: Settings) -> None:
    """Enrol Ada and Vera, as `biobank people first` does."""
    key = bytes.fromhex(settings.secrets["instance_key"])
    for username in ADMINISTRATORS:
        name, roles = f"{username.title()} Administrator", frozenset({Role.ADMINISTRATOR})
        order = PersonIn(username=username, name=name, side=Side.DESK, roles=roles, password=PASSWORD)
        enrolment.enrol_first(acts, order, identity.digest_of(key, f"document of {username}"))


def signed_in(client: TestClient, username: str = "ada", password: str = PASSWORD) -> dict[str, str]:
    answer = client.post("/api/sign-in", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    client.cookies.clear()
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def enrol(client: TestClient, as_who: dict[str, str], **changed: Any) -> Any:
    """Enrol somebody who stands there, is seen by Vera, and is trained for long."""
    order = {"username": "tom", "name": "Tom Technician", "side": "facility", "roles": ["technician"], "password": PASSWORD}
    order |= {"trained_until": "2040-01-01T00:00:00Z", "delegated_until": "2040-01-01T00:00:00Z"}
    return client.post("/api/people", json=order | {"identity": seen(changed.get("username", "tom"))} | changed, headers=as_who)


def seen(username: str) -> dict[str, str]:
    """A document of somebody, and Vera who saw it."""
    return {"document": f"document of {username}", "shown": "passport", "verifier": "vera", "password": PASSWORD}


def hire(client: TestClient, username: str, side: Side, *roles: Role, place: str | None = None) -> dict[str, str]:
    """Enrol somebody through the administrator and sign them in."""
    told = {"username": username, "name": f"{username.title()} Person", "side": side, "roles": list(roles), "place": place}
    answer = enrol(client, signed_in(client), **told)
    assert answer.status_code == 201, answer.text
    return signed_in(client, username)


def badge(client: TestClient, username: str, who: dict[str, str]) -> dict[str, str]:
    """Give somebody who is signed in a badge with a PIN; what they show as a second person."""
    told = {"badge": f"badge of {username}", "pin": "4711"}
    given = client.post(f"/api/people/{username}/badge", json={"badge": told["badge"]}, headers=signed_in(client))
    chosen = client.post("/api/me/pin", json={"password": PASSWORD, "pin": told["pin"]}, headers=who)
    assert (given.status_code, chosen.status_code) == (200, 200), chosen.text
    return told


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal; no code where nothing was refused."""
    return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else ""
