"""Where tests begin: what many of them need is walked once in a process, and each test gets a clone of the database behind it.

A folder's fixture `start` says how far its tests have come; what was walked on the way is found there by the walks' names.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.clock import FixedClock
from tests.database import TEMPLATE, Servers
from tests.path import Lab
from tests.serving import BEGINS, answering, first_administrators, settings_of
from tests.telemetry import Installation, installed, register

FRESH_S = 900
"""A session that nobody uses is over after half an hour: what was walked is walked again before."""


@dataclass(frozen=True)
class There:
    """An installation in which somebody walks, the application on it, and what was found on the way here."""

    installation: Installation
    client: TestClient
    clock: FixedClock
    found: dict[str, Any]

    @property
    def lab(self) -> Any:
        """The lab in which the walks before went on."""
        return self.found["lab"]


@dataclass(frozen=True)
class Walk:
    """Steps that bring something about, known by a name, from where another walk ended."""

    name: str
    steps: Callable[[There], Any]
    before: "Walk | None" = None

    def then(self, name: str, steps: Callable[[There], Any]) -> "Walk":
        """The walk that goes on from here."""
        return Walk(name, steps, self)


@dataclass(frozen=True)
class Start:
    """Where a walk ended: a database to be cloned, the time there, and what was found on the way."""

    database: str = TEMPLATE
    at: datetime = BEGINS
    found: dict[str, Any] = field(default_factory=dict)
    begun_s: float = field(default_factory=time.monotonic)


EQUIPPED = Walk("sensors", lambda there: register(there.installation.owner_url, 20))
"""Sensors S000, S001 … of devices d000, d001 …"""
OPENED = EQUIPPED.then(
    "administrators", lambda there: first_administrators(there.installation.acts, settings_of(there.installation))
)


class Starts:
    """The starts of one process of the test run, each walked when first asked for."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._walked: dict[tuple[str, Walk], Start] = {}

    def after(self, kind: str, walk: Walk) -> Start:
        """Where ``walk`` ends on the server of ``kind``."""
        known = self._walked.get((kind, walk))
        if known is None or time.monotonic() > known.begun_s + FRESH_S:
            known = self._walked[kind, walk] = self._end_of(kind, walk)
        return known

    def _end_of(self, kind: str, walk: Walk) -> Start:
        before = self.after(kind, walk.before) if walk.before else Start()
        clock = FixedClock(before.at)
        with ExitStack() as ends:
            sensors = before.found.get("sensors", {})
            installation = ends.enter_context(installed(self._servers.of(kind), before.database, sensors))
            client = ends.enter_context(answering(installation, clock))
            there = There(installation, client, clock, dict(before.found))
            if "lab" in there.found:
                there.found["lab"] = there.lab.on(client, clock)
            there.found[walk.name] = walk.steps(there)
        return Start(installation.database, clock.at, there.found, before.begun_s)


@pytest.fixture(scope="session")
def starts(servers: Servers) -> Starts:
    """The starts of this process of the test run."""
    return Starts(servers)


def begin(request: pytest.FixtureRequest, *walks: Walk) -> Start:
    """Where a test begins: after the last of these walks whose name it asks for as a fixture; else before all of them."""
    asked = [walk for walk in walks if walk.name in request.fixturenames]
    before = OPENED if "client" in request.fixturenames else EQUIPPED
    starts: Starts = request.getfixturevalue("starts")
    return starts.after(request.getfixturevalue("engine_kind"), asked[-1] if asked else before)


@pytest.fixture
def start(request: pytest.FixtureRequest) -> Start:
    """With sensors, and with the first administrators where there is an application: for whoever begins nowhere else."""
    return begin(request)


@pytest.fixture
def lab(start: Start, client: TestClient, clock: FixedClock) -> Any:
    """The lab that was walked in, for the test alone."""
    return start.found["lab"].on(client, clock)


def starting(*walks: Walk) -> Any:
    """The fixture `start` of a folder or file whose tests begin after one of ``walks``."""

    @pytest.fixture(name="start")
    def start(request: pytest.FixtureRequest) -> Start:
        return begin(request, *walks)

    return start


def found(name: str) -> Any:
    """The fixture that tells what a walk found under its name."""

    @pytest.fixture(name=name)
    def fixture(start: Start) -> Any:
        return start.found[name]

    return fixture


@cache
def with_study(of: type[Lab], *sequences: str) -> Walk:
    """A lab with a study, and an allocation list where there are sequences."""

    def steps(there: There) -> Lab:
        lab = of(there.client, there.clock)
        lab.load_study()
        if sequences:
            lab.upload_list(*sequences)
        return lab

    return OPENED.then("lab", steps)
