"""What the trail tells of states after the whole path was walked: every change is an arrow of docs/states.md."""

import json
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient

from biobank.clock import FixedClock
from biobank.states import machines
from tests.doses import DoseLab
from tests.serving import client, clock
from tests.states import state_columns
from tests.telemetry import Installation, installation
from tests.world import World

__all__ = ["client", "clock", "installation"]

BORN_LATER = {"sensor": "approved"}
"""Whoever registers a sensor approves it by that."""


@pytest.fixture
def walked(client: TestClient, clock: FixedClock) -> World:
    world = World(DoseLab(client, clock))
    world.lab.give(world.things["kits"].code, world.participant, "baseline")
    return world


def test_every_change_of_a_state_in_the_trail_is_one_that_the_rules_allow(walked: World, installation: Installation) -> None:
    following = {machine.states.__name__: machine.next for machine in machines()}
    changed: dict[str, set[tuple[str, str]]] = {}
    for (body,) in installation.rows("SELECT body FROM audit.entry ORDER BY id"):
        entry = json.loads(body)
        table = entry["table"].removeprefix("public.")
        states = state_columns().get(table)
        if states is None:
            continue
        after = states(entry["new"]["state"])
        if entry["operation"] == "INSERT":
            assert after == BORN_LATER.get(table, next(iter(states))), f"a {table} began as {after}"
        elif (before := states(entry["old"]["state"])) != after:
            assert after in following[states.__name__][before], f"a {table} went from {before} to {after}"
            changed.setdefault(table, set()).add((before, after))
    life = ["planned", "ready", "retrieved", "administered", "accounted"]
    assert changed["kit"] == set(pairwise(life))
    assert changed.keys() >= {"participant", "donation", "batch", "culture", "unit", "preparation", "kit"}
