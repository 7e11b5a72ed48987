"""People who speak to the application, each with a session of their own."""

from collections.abc import Mapping
from copy import copy, deepcopy
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from biobank.clock import FixedClock
from tests.serving import PASSWORD, hire


class Voices:
    """What people ask and do, by their user names: ``post`` and ``get`` give the raw answer, ``done`` and ``told`` its JSON."""

    people: ClassVar[Mapping[str, tuple[Side, Role, str | None]]] = {}
    """Side, role and place of whoever is hired when first needed."""

    def __init__(self, client: TestClient, clock: FixedClock) -> None:
        self.client = client
        self.clock = clock
        self._sessions: dict[str, dict[str, str]] = {}

    def on(self, client: TestClient, clock: FixedClock) -> Self:
        """The same lab on a clone of its database."""
        clone = copy(self)
        clone.client, clone.clock, clone._sessions = client, clock, deepcopy(self._sessions)
        return clone

    def as_(self, who: str) -> dict[str, str]:
        """The headers of a person, who is hired when first needed."""
        if who not in self._sessions:
            side, role, place = self.people[who]
            self._sessions[who] = hire(self.client, who, side, role, place=place)
        return self._sessions[who]

    def hire(self, who: str, *roles: Role, side: Side = Side.FACILITY, place: str | None = None) -> None:
        """Somebody who is not among the people of the tests, or one of them with other roles."""
        self._sessions[who] = hire(self.client, who, side, *roles, place=place)

    def post(self, who: str, route: str, body: Any = None, **headers: str) -> Any:
        """The raw answer to a write."""
        return self.client.post(f"/api{route}", json={} if body is None else body, headers=self.as_(who) | headers)

    def get(self, who: str, route: str) -> Any:
        """The raw answer to a read."""
        return self.client.get(f"/api{route}", headers=self.as_(who))

    def done(self, who: str, route: str, body: Any = None) -> Any:
        """The JSON of a write that succeeds."""
        answer = self.post(who, route, body)
        assert answer.is_success, f"{route}: {answer.status_code} {answer.text}"
        return answer.json()

    def told(self, who: str, route: str) -> Any:
        """The JSON of a read that succeeds."""
        answer = self.get(who, route)
        assert answer.is_success, f"{route}: {answer.status_code} {answer.text}"
        return answer.json()

    def sign(self, who: str, meaning: str = "I approve this") -> dict[str, str]:
        """What a person gives to sign."""
        self.as_(who)
        return {"username": who, "password": PASSWORD, "meaning": meaning}

    @property
    def today(self) -> date:
        """The day on which the clock stands."""
        return self.clock.now().date()

    def wait(self, **step: float) -> None:
        """Move the clock, such as ``wait(days=7)``."""
        self.clock.advance(timedelta(**step))
