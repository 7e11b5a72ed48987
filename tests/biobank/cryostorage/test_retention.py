"""For how long readings are kept is a signed rule, never shorter than the law's for patient material; nothing deletes them."""

from typing import Any

import psycopg
import pytest

from biobank.db.roles import Login
from tests.bodies import MILLION
from tests.path import Lab, refused
from tests.telemetry import Installation


def order(lab: Lab, **years: Any) -> dict[str, Any]:
    return {"reason": "the disk of the freezer room", "signature": lab.sign("quinn")} | years


def kept(lab: Lab, freezer: str) -> tuple[bool, int | None, int]:
    told = lab.told("tom", f"/freezers/{freezer}/retention")
    return told["held_patient_material"], told["kept_years"], told["rule"]


def test_thirty_years_by_default_where_a_unit_ever_lay_and_everything_elsewhere(lab: Lab, batch: str, freezer: str) -> None:
    other = lab.freezer("Empty")
    [unit] = lab.freeze(batch, None, 1, MILLION)
    assert (kept(lab, freezer), kept(lab, other)) == ((False, None, 0), (False, None, 0))
    lab.place(unit, lab.slots(freezer, 1)[0])
    lab.wait(hours=1)
    lab.place(unit, lab.slots(other, 1)[0])
    assert (kept(lab, freezer), kept(lab, other)) == ((True, 30, 0), (True, 30, 0))


def test_a_signed_rule_may_keep_more_and_of_others_less(lab: Lab, batch: str, freezer: str, installation: Installation) -> None:
    refused(lab.post("quinn", "/retention-rule", order(lab, patient_years=29)), 422, "bad_input")
    refused(lab.post("bo", "/retention-rule", order(lab, patient_years=40)), 403, "not_your_role")
    unsigned = {key: value for key, value in order(lab, patient_years=40).items() if key != "signature"}
    refused(lab.post("quinn", "/retention-rule", unsigned), 422, "bad_input")
    for years in ({"patient_years": 40, "other_years": 2}, {"patient_years": 50}):
        lab.done("quinn", "/retention-rule", order(lab, **years))
    told = lab.told("tom", "/retention-rule")
    assert (told["number"], told["patient_years"], told["other_years"]) == (2, 50, None)
    assert told["signed"]["signature"]["username"] == "quinn"
    assert kept(lab, freezer) == (False, None, 2)
    rules = "SELECT number, patient_years, other_years FROM retention_rule ORDER BY 1"
    assert installation.rows(rules) == [(1, 40, 2), (2, 50, None)]


def test_the_database_itself_keeps_patient_readings_for_thirty_years(lab: Lab, freezer: str, installation: Installation) -> None:
    lab.done("quinn", "/retention-rule", order(lab, patient_years=30))
    shorter = "INSERT INTO retention_rule SELECT gen_random_uuid(), 2, 29, NULL, set_at, signature_id FROM retention_rule"
    with psycopg.connect(installation.owner_url) as db, pytest.raises(psycopg.errors.CheckViolation, match="patient_years"):
        db.execute(shorter)
    with psycopg.connect(installation.owner_url) as db, pytest.raises(psycopg.Error, match="only ever added to"):
        db.execute("UPDATE retention_rule SET patient_years = 31")
    for login in Login:
        for done in ("DELETE", "TRUNCATE", "UPDATE"):
            assert installation.one("SELECT has_table_privilege(%s, 'reading', %s)", login.value, done) is False
