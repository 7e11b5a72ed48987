"""What a person brings in of a logger's file is stored by the ingest of its site, by the rules of every reading."""

import hashlib
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from devices import importing
from devices.ingest import Writer
from tests.path import Lab, refused
from tests.serving import client, clock
from tests.starts import starting, with_study
from tests.telemetry import SITE, Installation

__all__ = ["client", "clock"]
MADE_UP = """
logger = "made-up"
version = 1
delimiter = ";"
decimal = ","
time = ["time"]
time_form = "%d.%m.%Y %H:%M"
zone = "Etc/GMT-1"
value = "value"
unit = "°C"
"""
"""No maker's format is meant."""
ROWS = (
    "time;value\n15.03.2026 08:00;-150,5\n01.02.2021 07:00;-151\n15.03.2026 08:05;\n01.01.2027 00:00;-20\n15.03.2026 08:10;-149\n"
)
WHY = {"reason": "the loggers of the freezer room"}


start = starting(with_study(Lab))


@pytest.fixture
def writer(installation: Installation, lab: Lab) -> Any:
    """What the ingest of the site does between messages."""
    writing = Writer(installation.ingest_url, SITE, lab.clock)
    yield writing
    writing.close()


def probed(lab: Lab, kind: str = "temperature") -> tuple[str, str]:
    """A freezer and its probe, read by a logger."""
    freezer = lab.freezer(f"Nitrogen {kind}")
    probe = {"site": SITE, "device": "logger-7", "probe_position": "top", "kind": kind}
    return freezer, lab.done("bo", f"/freezers/{freezer}/sensors", probe)["code"]


def brought_in(lab: Lab) -> None:
    """A file that waits to be stored."""
    freezer, sensor = probed(lab)
    lab.done("bo", "/logger-formats", {"definition": MADE_UP} | WHY)
    lab.done("bo", f"/freezers/{freezer}/logger-files", {"logger": "made-up", "sensor": sensor, "file": ROWS})


def test_each_row_goes_the_way_of_a_reading_and_the_same_file_twice_changes_nothing(
    lab: Lab, installation: Installation, writer: Writer
) -> None:
    freezer, sensor = probed(lab)
    lab.done("quinn", "/logger-formats", {"definition": MADE_UP} | WHY)
    order = {"logger": "made-up", "sensor": sensor, "file": ROWS}
    told = lab.done("tom", f"/freezers/{freezer}/logger-files", order)
    assert (told["readings"], told["sha256"], told["stored"]) == (4, hashlib.sha256(ROWS.encode()).hexdigest(), None)
    assert installation.rows("SELECT FROM reading") == []
    writer.live(0)
    stored = "SELECT device_time AT TIME ZONE 'UTC', value_milli, clock_suspect, tableoid::regclass::text FROM reading ORDER BY 1"
    assert [(str(at), *rest) for at, *rest in installation.rows(stored)] == [
        ("2021-02-01 06:00:00", -151_000, False, "reading_p2021_02"),
        ("2026-03-15 07:00:00", -150_500, False, "reading_p2026_03"),
        ("2026-03-15 07:10:00", -149_000, False, "reading_p2026_03"),
        ("2026-12-31 23:00:00", -20_000, True, "reading_pdefault"),
    ]
    refused(lab.post("bo", f"/freezers/{freezer}/logger-files", order), 409, "logger_file_known")
    lab.wait(minutes=1)
    longer = ROWS.replace("-149\n", "-148\n") + "15.03.2026 08:15;-147\n"
    lab.done("bo", f"/freezers/{freezer}/logger-files", order | {"file": longer})
    for _ in range(3):
        writer.live(0)
    [later, first] = lab.told("quinn", f"/freezers/{freezer}/logger-files")
    counts = [[one[count] for count in ("stored", "known", "refused", "name")] for one in (first, later)]
    assert counts == [[4, 0, 0, "Tom Person"], [1, 3, 1, "Bo Person"]]
    assert installation.one("SELECT count(*) FROM reading") == 5
    kept = "SELECT reason, convert_from(payload, 'UTF8') FROM refused_message"
    assert installation.rows(kept) == [("conflicting_value", "15.03.2026 08:10;-148\n")]
    assert installation.one("SELECT count(*) FROM reading_gap") == 0


def test_nothing_is_kept_of_a_file_of_which_a_row_cannot_be_relied_on(lab: Lab, installation: Installation) -> None:
    freezer, sensor = probed(lab)
    other, level = probed(lab, "level")
    route = f"/freezers/{freezer}/logger-files"
    order = {"logger": "made-up", "sensor": sensor, "file": ROWS}
    refused(lab.post("tom", route, order), 404, "no_such_logger")
    refused(lab.post("quinn", "/logger-formats", {"definition": MADE_UP + "x = 1"} | WHY), 422, "logger_format_refused")
    lab.done("quinn", "/logger-formats", {"definition": MADE_UP} | WHY)
    refused(lab.post("quinn", "/logger-formats", {"definition": MADE_UP} | WHY), 409, "format_out_of_turn")
    by_row = MADE_UP.replace("version = 1", "version = 2") + 'sensor = "probe"\n'
    for changed, row, column in (
        ({"file": ROWS.replace("-151", "cold")}, 3, "value"),
        ({"file": "time;value\n15.03.2026 08:05;\n"}, 1, "value"),
        ({"sensor": level}, 2, "sensor"),
        ({"sensor": "nobody"}, 2, "sensor"),
    ):
        facts = refused(lab.post("tom", route, order | changed), 422, "logger_file_refused")
        assert (facts["row"], facts["column"]) == (row, column)
    facts = refused(lab.post("tom", f"/freezers/{other}/logger-files", order | {"sensor": level}), 422, "logger_file_refused")
    assert (facts["column"], "tells %" in facts["why"]) == ("value", True)
    refused(lab.post("tom", route, {"logger": "made-up", "file": ROWS}), 422, "sensor_in_doubt")
    refused(lab.post("gina", route, order), 404, "no_such_freezer")
    lab.done("quinn", "/logger-formats", {"definition": by_row} | WHY)
    refused(lab.post("tom", route, order), 422, "sensor_in_doubt")
    rows = f"time;value;probe\n15.03.2026 08:00;-150;{sensor}\n15.03.2026 08:00;-150;S000\n"
    facts = refused(lab.post("tom", route, {"logger": "made-up", "file": rows}), 422, "logger_file_refused")
    assert (facts["row"], facts["column"]) == (3, "probe")
    assert installation.one("SELECT count(*) FROM logger_file") == 0


def test_the_database_keeps_no_file_under_another_hash_and_rewrites_none(
    lab: Lab, installation: Installation, writer: Writer
) -> None:
    brought_in(lab)
    writer.live(0)
    for table in ("logger_format", "logger_file", "logger_file_stored"):
        with psycopg.connect(installation.owner_url) as db, pytest.raises(psycopg.Error, match="only ever added to"):
            db.execute(f"DELETE FROM {table}")
    with psycopg.connect(installation.owner_url) as db, pytest.raises(psycopg.errors.CheckViolation, match="sha256"):
        db.execute(
            "INSERT INTO logger_file SELECT gen_random_uuid(), freezer_id, format_id, site, sensor, '\\x00', file, readings,"
            " from_time, to_time, imported_by, imported_at FROM logger_file"
        )
    with psycopg.connect(installation.ingest_url) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("INSERT INTO logger_file (id) VALUES (gen_random_uuid())")


def test_a_file_whose_time_zone_is_known_no_more_is_refused_and_keeps_nothing_else_waiting(
    lab: Lab, installation: Installation, writer: Writer
) -> None:
    brought_in(lab)
    with psycopg.connect(installation.owner_url) as db:
        db.execute("ALTER TABLE logger_format DISABLE TRIGGER ALL")
        db.execute("UPDATE logger_format SET definition = replace(definition, 'Etc/GMT-1', 'Etc/Atlantis')")
    writer.live(0)
    assert installation.rows("SELECT new, known, refused FROM logger_file_stored") == [(0, 0, 1)]
    assert installation.rows("SELECT reason, payload FROM refused_message") == [("wrong_payload", ROWS.encode())]


def test_a_file_that_is_stored_again_after_a_kill_is_known(lab: Lab, installation: Installation, writer: Writer) -> None:
    brought_in(lab)
    db, ingest = writer.connection()
    [row] = db.execute(importing.WAITING, [SITE]).fetchall()
    reports = list(importing.reports_of(db, SITE, importing.Waiting(*row)))
    assert importing.storing.store(db, ingest, reports, [], lab.clock.now()).new == 4
    lab.clock.advance(timedelta(seconds=1))
    assert importing.store_next(db, ingest, lab.clock.now)
    assert installation.rows("SELECT new, known, refused FROM logger_file_stored") == [(0, 4, 0)]
