"""Whoever answers for the backups sees when one was last restored in a drill, and whether all of it came back."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from biobank.db.drill import Report, keep_report
from tests.serving import hire, signed_in

GOOD = Report(
    "2026-03-01T02:00:00+00:00", "20260301T010000Z-00000001", 10, 1, 2, 3, 4, "0/1", "", 70, 900, 800, "then", "verified"
)
BAD = replace(GOOD, at="2026-03-08T02:00:00+00:00", backup="20260308T010000Z-00000002", lost=["table lot: 1 row"])


@pytest.fixture
def home(client: TestClient, tmp_path: Path) -> Path:
    client.app.state.home = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def test_drills_are_told_to_administrator_qa_and_inspector_the_newest_last(client: TestClient, home: Path) -> None:
    people = [signed_in(client)]
    people += [hire(client, role.value, Side.FACILITY, role) for role in (Role.QA, Role.INSPECTOR)]
    assert [client.get("/api/drills", headers=one).json() for one in people] == [[], [], []]
    for report in (GOOD, BAD):
        keep_report(home, report)
    for one in people:
        told = client.get("/api/drills", headers=one).json()
        assert [(drill["at"][:10], drill["good"], drill["seconds"]) for drill in told] == [
            ("2026-03-01", True, 10.0), ("2026-03-08", False, 10.0),
        ]  # fmt: skip
        assert told[-1]["lost"] == BAD.lost


def test_they_stand_on_the_first_page(client: TestClient, home: Path) -> None:
    keep_report(home, GOOD)
    page = client.get("/", headers=hire(client, "quinn", Side.FACILITY, Role.QA)).text
    assert "Drills of restoring a backup" in page
    assert "2026-03-01" in page
