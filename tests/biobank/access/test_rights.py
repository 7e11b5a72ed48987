"""Rights: at one place, in date, from the next request on, and nobody's own."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from biobank.act.people import PREPARER_OF_DATABASE, SIDE_OF, Person, Role, Side
from biobank.act.rights import Caller, Grant, NotDelegated, NotTrained, NotYourRole, PasswordIsTemporary, admitted
from biobank.clock import FixedClock
from tests.serving import enrol, hire, seen, signed_in
from tests.telemetry import Installation

HERE, THERE = "smart-ms/01", "smart-ms/02"
WEIGH, PARTICIPANTS, LOTS = "POST /api/participants/{code}/weights", "GET /api/participants", "POST /api/lots"
REASON = "No longer in this team."
Headers = dict[str, str]


def caller(*grants: Grant, temporary: bool = False) -> Caller:
    person = Person(uuid4(), "pat", "Pat Person", Side.BEDSIDE, frozenset(one.role for one in grants))
    return Caller(person, uuid4(), datetime(2026, 3, 15, tzinfo=UTC), grants, temporary)


def test_a_right_at_one_place_is_none_at_another_where_the_person_has_another_role() -> None:
    pat = caller(Grant(Role.TREATING, HERE), Grant(Role.PHARMACIST, THERE))
    treating = admitted(pat, WEIGH, frozenset({Role.TREATING}))
    assert (treating.roles, treating.places) == ({Role.TREATING}, {HERE})
    reading = admitted(pat, PARTICIPANTS, frozenset({Role.TREATING, Role.PHARMACIST}))
    assert reading.places == {HERE, THERE}


def test_a_role_without_a_place_counts_everywhere_and_another_role_with_one_does_not() -> None:
    pat = caller(Grant(Role.COURIER, None), Grant(Role.PHARMACIST, THERE))
    assert admitted(pat, PARTICIPANTS, frozenset({Role.COURIER, Role.PHARMACIST})).places == frozenset()
    assert admitted(pat, PARTICIPANTS, frozenset({Role.PHARMACIST})).places == {THERE}


@pytest.mark.parametrize(
    ("grant", "refusal"),
    [
        (Grant(Role.MONITOR, None), NotYourRole),
        (Grant(Role.TREATING, HERE, trained=False), NotTrained),
        (Grant(Role.TREATING, HERE, delegated=False), NotDelegated),
    ],
)
def test_what_is_missing_is_named(grant: Grant, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        admitted(caller(grant), WEIGH, frozenset({Role.TREATING}))
    assert admitted(caller(grant), PARTICIPANTS, frozenset(Role)).roles == {grant.role}, "reading goes on"
    with pytest.raises(PasswordIsTemporary):
        admitted(caller(grant, temporary=True), PARTICIPANTS, frozenset(Role))


def test_a_place_where_the_training_expired_is_left_out_and_the_others_stay() -> None:
    pat = caller(Grant(Role.TREATING, HERE, trained=False), Grant(Role.TREATING, THERE))
    assert admitted(pat, WEIGH, frozenset({Role.TREATING})).places == {THERE}


def act(client: TestClient, path: str, by: str = "ada", **order: Any) -> tuple[int, str]:
    answer = client.post(f"/api/people/{path}", json=order, headers=signed_in(client, by))
    return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else ""


def may(client: TestClient, who: Headers) -> tuple[int, str]:
    """The answer to a step of a technician, sent wrong: 422 is past the door."""
    answer = client.post("/api/lots", json=[], headers=who)
    return answer.status_code, answer.json()["code"]


PAST = (422, "bad_input")


@pytest.fixture
def tom(client: TestClient) -> Headers:
    return hire(client, "tom", Side.FACILITY, Role.TECHNICIAN, place="gmp-1")


def test_a_role_given_and_ended_counts_from_the_next_request_of_the_same_session(client: TestClient, tom: Headers) -> None:
    assert act(client, "tom/rights/ending", role="technician", place="gmp-1", reason=REASON) == (200, "")
    assert may(client, tom) == (403, "not_your_role")
    until = "2040-01-01T00:00:00Z"
    assert act(client, "tom/rights", role="preparer", place="gmp-1", trained_until=until) == (201, "")
    assert may(client, tom) == PAST
    assert client.get("/api/me", headers=tom).json()["roles"] == ["preparer"]
    assert act(client, "tom/rights", role="technician", place="gmp-1", trained_until=until) == (201, ""), "given again"
    assert act(client, "tom/rights", role="technician", place="gmp-1") == (409, "right_known")
    assert act(client, "tom/rights/ending", role="technician", place="gmp-2", reason=REASON) == (404, "no_such_right")
    assert act(client, "tom/rights/ending", role="technician", place="gmp-1", reason="  ") == (422, "bad_input")


def test_whoever_leaves_is_out_with_the_next_request_and_the_name_stays_theirs(client: TestClient, tom: Headers) -> None:
    assert act(client, "tom/leaving", reason=REASON) == (200, "")
    assert client.get("/api/me", headers=tom).status_code == 401
    assert act(client, "tom/rights", role="preparer") == (404, "no_such_person")
    assert "tom" not in [one["username"] for one in client.get("/api/people", headers=signed_in(client)).json()]
    again = enrol(client, signed_in(client), identity=seen("another tom"))
    assert (again.status_code, again.json()["code"]) == (409, "user_name_taken")


def test_nobody_changes_their_own_rights_and_only_an_administrator_those_of_others(client: TestClient, tom: Headers) -> None:
    for path, order in (
        ("rights", {"role": "study_author"}),
        ("rights/ending", {"role": "administrator", "reason": REASON}),
        ("qualifications", {"role": "administrator", "reference": "SOP-12 course"}),
        ("leaving", {"reason": REASON}),
    ):
        assert act(client, f"ada/{path}", **order) == (403, "your_own_rights"), path
        assert act(client, f"ada/{path}", "tom", **order) == (403, "not_your_role"), path
    assert act(client, "ada/review") == (403, "your_own_rights")
    assert act(client, "tom/rights", role="treating") == (422, "role_of_other_side")


def test_an_expired_training_stops_the_step_and_a_new_one_lets_it_go_on(
    client: TestClient, tom: Headers, clock: FixedClock, installation: Installation
) -> None:
    soon = clock.now() + timedelta(days=30)
    order = {"role": "technician", "place": "gmp-1", "reference": "Course 7, record 12"}
    assert act(client, "tom/qualifications", **order, trained_until=soon.isoformat()) == (200, "")
    assert may(client, tom) == PAST
    clock.advance(timedelta(days=30))
    assert may(client, tom) == (403, "not_trained")
    assert client.get("/api/lots", headers=tom).status_code == 200, "reading goes on"
    assert act(client, "tom/qualifications", **order, trained_until="2030-01-01T00:00:00Z") == (200, "")
    assert may(client, tom) == PAST
    reasons = installation.rows("SELECT reason FROM audit.act WHERE kind = 'qualify_person'")
    assert reasons == [("Course 7, record 12",)] * 2


def test_an_expired_delegation_stops_the_step(client: TestClient, clock: FixedClock) -> None:
    until = (clock.now() + timedelta(days=1)).isoformat()
    tess = hire_with(client, "tess", delegated_until=until)
    weigh = "/api/participants/SM-01-001-N/weights"
    assert client.post(weigh, json=[], headers=tess).status_code == 422
    clock.advance(timedelta(days=1))
    refused = client.post(weigh, json=[], headers=tess)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_delegated")


def hire_with(client: TestClient, username: str, **changed: Any) -> Headers:
    """Somebody who treats."""
    order = {"username": username, "name": f"{username.title()} Person", "side": "bedside", "roles": ["treating"], "place": HERE}
    assert enrol(client, signed_in(client), **order, **changed).status_code == 201
    return signed_in(client, username)


@pytest.mark.parametrize(("place", "status"), [(HERE, 409), (None, 409), (THERE, 201)])
def test_whoever_treated_at_a_site_never_assesses_there(client: TestClient, place: str | None, status: int) -> None:
    hire_with(client, "tess")
    assert act(client, "tess/rights/ending", role="treating", place=HERE, reason=REASON)[0] == 200
    assert act(client, "tess/rights", role="assessor", place=place) == (status, "treats_and_assesses" if status == 409 else "")


@pytest.mark.parametrize(("document", "status"), [("document of tess", 409), ("document of somebody else", 201)])
def test_nor_does_the_same_human_under_another_name(client: TestClient, document: str, status: int) -> None:
    hire_with(client, "tess")
    order = {"username": "tessa", "name": "Tessa Person", "side": "bedside", "roles": ["assessor"], "place": HERE}
    answer = enrol(client, signed_in(client), **order, identity=seen("tessa") | {"document": document})
    assert answer.status_code == status, answer.text


def test_rights_are_due_for_review_and_the_most_urgent_stand_first(client: TestClient, tom: Headers, clock: FixedClock) -> None:
    clock.advance(timedelta(days=179))
    hire(client, "tina", Side.FACILITY, Role.TECHNICIAN)
    clock.advance(timedelta(days=1))
    due = client.get("/api/access-review", headers=signed_in(client)).json()
    assert {one["username"]: one["overdue"] for one in due} == {"ada": False, "vera": False, "tom": True, "tina": False}
    assert (due[0]["username"], due[-1]["username"]) == ("tom", "tina")
    assert act(client, "tom/review") == (200, "")
    due = client.get("/api/access-review", headers=signed_in(client)).json()
    assert [one["overdue"] for one in due if one["username"] == "tom"] == [False]


def test_the_database_refuses_both_roles_of_one_human_whoever_writes_them(client: TestClient, installation: Installation) -> None:
    hire_with(client, "tess")
    order = {"username": "tessa", "name": "Tessa Person", "side": "bedside", "roles": ["treating"], "place": HERE}
    assert enrol(client, signed_in(client), **order, identity=seen("tessa")).status_code == 201
    tess, tessa = (installation.one("SELECT id FROM person WHERE username = %s", name) for name in ("tess", "tessa"))
    assessor = (
        "INSERT INTO role_grant (id, person_id, role, place, granted_at) VALUES (gen_random_uuid(), %s, 'assessor', %s, now())"
    )
    linked = "UPDATE person SET human_id = (SELECT human_id FROM person WHERE id = %s) WHERE id = %s"
    for place in (HERE, None):
        assert refused(installation, assessor, tess, place) == "BB031"
    assert refused(installation, linked, tess, tessa) == "BB030"


@pytest.mark.parametrize("side", [Side.BEDSIDE, Side.FACILITY, Side.DESK])
def test_the_database_refuses_a_role_of_another_side_whoever_writes_it(installation: Installation, side: Side) -> None:
    enrolled = "INSERT INTO person (id, username, name, side, enrolled_at) VALUES (%s, 'pat', 'Pat Person', %s, now())"
    grant = "INSERT INTO role_grant (id, person_id, role, place, granted_at) VALUES (gen_random_uuid(), %s, %s, %s, now())"
    pat = uuid4()
    assert refused(installation, enrolled, pat, side.value) is None
    for role in Role:  # each at a place of its own, so that nobody treats and assesses
        assert refused(installation, grant, pat, role.value, role.value) == (None if SIDE_OF[role] == side else "BB010"), role


def refused(installation: Installation, statement: str, *values: object) -> str | None:
    """How the database refuses a statement to its own superuser, inside an act."""
    begin = "SELECT audit.begin_act(gen_random_uuid(), 'prepare_database', %s, 'system', now(), now(), NULL)"
    with psycopg.connect(installation.owner_url) as db:
        db.execute(begin, [PREPARER_OF_DATABASE.id])
        try:
            db.execute(statement, values)
        except psycopg.Error as error:
            return error.sqlstate
    return None
