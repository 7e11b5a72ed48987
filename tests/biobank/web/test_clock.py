"""The clock of a demonstration is moved by an act that says from when to when; a real one is moved by nobody."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from fastapi.testclient import TestClient

from biobank.clock import SimulatedClock
from tests.serving import signed_in
from tests.telemetry import Installation

MOVES = """
    SELECT p.username, s.was, s.value FROM setting_change s JOIN audit.entry e ON e.row_id = s.id::text
      JOIN audit.act a ON a.id = e.act_id JOIN person p ON p.id = a.actor_id
     WHERE a.kind = 'set_clock' AND s.name = 'clock_at' ORDER BY s.number
"""
THEN = datetime(2027, 1, 1, tzinfo=UTC)


def test_a_moved_clock_is_in_the_trail_with_who_moved_it_and_to_when(
    client: TestClient, installation: Installation, tmp_path: Path
) -> None:
    ada = signed_in(client)
    state = client.app.state  # type: ignore[attr-defined]
    state.acts = replace(state.acts, clock=SimulatedClock(tmp_path / "clock"))
    for at in (THEN.isoformat(), None):
        assert client.post("/api/clock", json={"at": at}, headers=ada).status_code == 200
    assert installation.rows(MOVES) == [("ada", None, THEN.isoformat()), ("ada", THEN.isoformat(), "real time")]


def test_a_real_clock_is_moved_by_nobody(client: TestClient, installation: Installation) -> None:
    answer = client.post("/api/clock", json={"at": THEN.isoformat()}, headers=signed_in(client))
    assert (answer.status_code, answer.json()["code"]) == (409, "clock_is_real")
    assert installation.rows(MOVES) == []
