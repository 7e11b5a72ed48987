"""What bears on records and on their trail is in the trail itself, with each change of it."""

import json
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest

from biobank.act import changes
from biobank.db.roles import Login
from biobank.settings import Settings
from biobank.work import work
from tests.database import Database
from tests.waiting import until

ENTRIES = """
    SELECT e.body FROM audit.entry e JOIN audit.act a ON a.id = e.act_id
     WHERE a.kind = 'change_settings' AND e.table_name = 'public.setting_change' ORDER BY e.id
"""


def told(database: Database) -> list[tuple[Any, ...]]:
    """Name, value before and value after of every change in the trail, the first one first."""
    new = [json.loads(body)["new"] for (body,) in database.rows(ENTRIES)]
    return [(one["name"], one["was"], one["value"]) for one in new]


def stands(database: Database, minutes: str) -> bool:
    """Whether this is what the trail says of late entries."""
    return minutes in [value for name, _, value in told(database) if name == "late_after_minutes"]


def test_a_changed_setting_is_written_down_once_with_what_it_was(database: Database) -> None:
    first = {"late_after_minutes": "15", "inside": "10.0.0.0/8"}
    assert [changes.note(database.acts, first) for _ in range(2)] == [2, 0]
    assert changes.note(database.acts, first | {"late_after_minutes": "600"}) == 1
    assert told(database) == [
        ("late_after_minutes", None, "15"),
        ("inside", None, "10.0.0.0/8"),
        ("late_after_minutes", "15", "600"),
    ]


def test_the_worker_writes_down_the_settings_with_which_it_starts(database: Database, tmp_path: Path) -> None:
    for minutes in ("15", "30"):
        stop, settings = Event(), Settings(home=tmp_path, late_after_minutes=int(minutes)).of_records
        worker = Thread(target=work, args=(database.acts, stop, None, settings))
        worker.start()
        until(partial(stands, database, minutes))
        stop.set()
        worker.join(10)
    assert told(database)[-1] == ("late_after_minutes", "15", "30")


def test_what_decides_about_lateness_identity_and_the_trail_is_among_them(tmp_path: Path) -> None:
    names = set(Settings(home=tmp_path).of_records)
    assert names >= {
        "clock",
        "late_after_minutes",
        "session_hours",
        "idle_minutes",
        "inside",
        "proxies",
        "label_language",
        "label_contacts",
        "gs1_items",
        "isbt128",
        "label_cartons",
        "labels_left_out",
        "heads_folder",
        "keys_folder",
    }


@pytest.mark.parametrize("login", [Login.WORKER, Login.DESK])
@pytest.mark.parametrize("statement", ["UPDATE setting_change SET value = 'x'", "DELETE FROM setting_change"])
def test_no_change_is_taken_back(database: Database, login: Login, statement: str) -> None:
    changes.note(database.acts, {"inside": "10.0.0.0/8"})
    with database.connect(login) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute(statement)
