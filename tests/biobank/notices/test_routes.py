"""Who is told of alarms is entered, put on duty and ended by whoever looks after the freezers."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.clock import FixedClock
from tests.path import ELSEWHERE, FACILITY, Lab, refused
from tests.serving import client, clock

__all__ = ["client", "clock"]
BO: dict[str, Any] = {"facility": FACILITY, "name": "Bo at night"}
REACHED = {"email": "bo@lab.example", "sms": "+4799999999"}
DUTY = {"after_s": 300, "starts_at": "2026-12-24T12:00:00Z", "ends_at": "2026-12-27T08:00:00Z"}


@pytest.fixture
def lab(client: TestClient, clock: FixedClock) -> Lab:
    return Lab(client, clock)


def test_somebody_is_entered_put_on_duty_and_ended(lab: Lab) -> None:
    made = lab.done("bo", "/contacts", BO | REACHED)
    assert made == BO | {"ways": REACHED, "duties": []}
    on = lab.done("bo", "/contacts/duty", BO | DUTY)
    assert on["duties"] == [DUTY]
    assert lab.told("quinn", "/contacts") == [on]
    lab.done("quinn", "/contacts/ending", BO | {"reason": "works elsewhere now"})
    assert lab.told("bo", "/contacts") == []
    refused(lab.post("bo", "/contacts/duty", BO | DUTY), 404, "no_such_contact")
    assert lab.told("bo", "/notices") == []


def test_what_is_wrong_is_refused(lab: Lab) -> None:
    for wrong in ({}, {"email": "nobody"}, {"sms": "99999999"}, {"webhook": "ftp://x"}, {"email": "a@b\nBcc: c@d"}):
        refused(lab.post("bo", "/contacts", BO | wrong), 422, "bad_input")
    lab.done("bo", "/contacts", BO | REACHED)
    refused(lab.post("bo", "/contacts", BO | REACHED), 409, "contact_known")
    refused(lab.post("bo", "/contacts/duty", BO | DUTY | {"ends_at": DUTY["starts_at"]}), 422, "bad_input")
    for who in ("tom", "tess"):
        refused(lab.post(who, "/contacts", BO | REACHED), 403, "not_your_role")


def test_contacts_elsewhere_do_not_exist(lab: Lab) -> None:
    lab.done("bo", "/contacts", BO | REACHED)
    assert lab.told("gus", "/contacts") == []
    refused(lab.post("gus", "/contacts/duty", BO | DUTY), 404, "no_such_contact")
    refused(lab.post("gus", "/contacts", BO | REACHED), 404, "no_such_contact")
    assert lab.done("gus", "/contacts", BO | REACHED | {"facility": ELSEWHERE})["facility"] == ELSEWHERE
