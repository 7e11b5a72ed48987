"""Whoever gives rights has none on a trial or a batch: neither by a route nor by the login that their acts run on."""

import psycopg
import pytest

from biobank.act.people import SIDE_OF, Role, Side
from biobank.web.matrix import EVERYBODY, RIGHTS
from tests.telemetry import Installation

OF_THE_DESK = {
    Role.ADMINISTRATOR: (
        "people", "instruments", "printers", "access-review", "access-policy", "sign-in-failures", "clock", "drills",
    ),
    Role.STUDY_AUTHOR: ("studies",),
}
"""What the routes of a role are about; the list is kept here by hand, so that nobody widens it in one place alone."""

RECORDS = (
    "participant donation receipt weight batch culture cell_count feed freezing_run unit placement thaw result donor_test"
    " decision preparation fill kit administration material custody_event hold deviation label_print"
)


@pytest.mark.parametrize("role", [role for role in Role if SIDE_OF[role] is Side.DESK])
def test_the_routes_of_the_desk_are_about_people_devices_and_definitions(role: Role) -> None:
    own = [route for route, roles in RIGHTS.items() if role in roles and roles != EVERYBODY]
    assert own
    assert [route for route in own if route.split("/")[2] not in OF_THE_DESK[role]] == []


@pytest.mark.parametrize("table", RECORDS.split())
def test_the_login_of_the_desk_reads_and_writes_no_record(installation: Installation, table: str) -> None:
    with psycopg.connect(installation.owner_url) as db:
        db.execute("SET ROLE biobank_desk")
        for statement in (f"SELECT FROM {table}", f"DELETE FROM {table}", f"INSERT INTO {table} DEFAULT VALUES"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
                db.execute(statement)
