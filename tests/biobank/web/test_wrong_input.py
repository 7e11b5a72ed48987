"""Every write route is sent all that a tired hand or a broken client sends wrong: refused in words, and nothing changes."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from biobank.act.people import SIDE_OF, Role
from biobank.web.matrix import OPEN, RIGHTS
from labels.local import CodeKind, build
from tests.orders import UNKNOWN, Document, Schema, Wrong
from tests.serving import PASSWORD, hire
from tests.telemetry import Installation

TOO_LARGE = b'{"a": "' + b"a" * 12_000_000 + b'"}'
NO_JSON = {
    "cut off": b'{"a": ',
    "a list": b"[1, 2]",
    "a word": b'"words"',
    "nothing": b"null",
    "no text": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
}
OTHER_TYPES = ("text/xml", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x")
FUTURE, LONG_AGO = "2099-01-01T00:00:00Z", "2019-01-01T00:00:00Z"
NEVER_WALKED = {"POST /api/sign-out"}
"""It would end the session of whoever tries, and reads nothing."""

TABLES = """
SELECT c.oid::regclass::text FROM pg_class c
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = ANY (ARRAY['public', 'audit', 'sealed']::regnamespace[])
   AND c.oid NOT IN ('audit.refusal'::regclass, 'audit.act'::regclass, 'audit.entry'::regclass)
"""
NOT_REFUSED = """
SELECT 'acts', count(*) FROM audit.act WHERE kind <> 'refused'
UNION ALL SELECT 'entries', count(*) FROM audit.entry e JOIN audit.act a ON a.id = e.act_id WHERE a.kind <> 'refused'
"""


@pytest.fixture
def document(client: TestClient) -> Document:
    return Document(client.get("/openapi.json").json())


@pytest.fixture
def allowed(client: TestClient) -> dict[str, dict[str, str]]:
    """For every route the headers of somebody who may call it."""
    by_role = {role: hire(client, username(role), SIDE_OF[role], role) for role in Role}
    return {route: by_role[min(roles)] for route, roles in RIGHTS.items()} | {route: {} for route in OPEN}


def username(role: Role) -> str:
    """What the somebody of a role is called."""
    return f"some-{role}"


def counts(installation: Installation) -> dict[str, int]:
    """How many rows every table has, but for the record of refusals."""
    every = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for (table,) in installation.rows(TABLES))
    return dict(installation.rows(f"{every} UNION ALL {NOT_REFUSED}"))


def in_words(answer: Response, status: range = range(400, 500)) -> bool:
    """Whether an answer refuses with a code and a sentence, and shows nothing of the program."""
    told = answer.json() if answer.headers.get("content-type") == "application/json" else {}
    sentence = told.get("message", "")
    inside = ("Traceback", "psycopg", "sqlalchemy", "pydantic", ".py", "SELECT ", "INSERT ", "State.", " should ", "Value error")
    return (
        answer.status_code in status
        and bool(told.get("code"))
        and len(sentence.split()) > 2
        and not any(words in answer.text for words in inside)
        and len(answer.text) < 20_000
    )


class Walk:
    """One walk over the write routes; what was answered otherwise than it should be is collected."""

    def __init__(self, client: TestClient, document: Document, allowed: dict[str, dict[str, str]]) -> None:
        self.client, self.document, self.allowed = client, document, allowed
        self.sent = 0
        self.amiss: list[str] = []

    def routes(self) -> Iterator[tuple[str, Schema]]:
        """Every write route that reads a body, with its schema."""
        for route, schema in self.document.writes():
            assert schema is not None or route in NEVER_WALKED, route
            if schema is not None:
                yield route, schema

    def order(self, route: str, schema: Schema) -> Any:
        """A body that the route reads, signed in truth where it is signed."""
        body = self.document.plausible(schema)
        if "signature" in body:
            body["signature"] |= {"username": username(min(RIGHTS[route])), "password": PASSWORD}
        return body

    def send(self, route: str, code: str = UNKNOWN, **what: Any) -> Response:
        """The answer to somebody who may call this route."""
        method, path = route.split()
        headers = self.allowed[route] | what.pop("headers", {})
        self.sent += 1
        return self.client.request(method, path.format(code=code, number=1), headers=headers, **what)

    def expect(self, right: bool, route: str, how: str, answer: Response) -> None:
        """Collect an answer that is not right."""
        if not right:
            self.amiss.append(f"{route}, {how}: {answer.status_code} {answer.text[:200]}")


@pytest.fixture
def walk(
    client: TestClient, document: Document, allowed: dict[str, dict[str, str]], installation: Installation
) -> Iterator[Walk]:
    """A walk at whose end nothing has changed and nothing was amiss."""
    walk = Walk(client, document, allowed)
    before = counts(installation)
    yield walk
    assert not walk.amiss, "\n".join(walk.amiss)
    assert walk.sent > 30
    assert counts(installation) == before


def names_field(answer: Response, wrong: Wrong) -> bool:
    """Whether a refusal of bad input names the field."""
    told = answer.json()
    named = [*(one["field"] for one in told.get("problems", [])), *map(str, told.get("facts", {}).values())]
    return answer.status_code == 422 and any(wrong.field in one.split(".") for one in named)


def test_every_wrong_field_of_every_order_is_named_in_the_refusal(walk: Walk) -> None:
    for route, schema in walk.routes():
        for wrong in walk.document.wrongs(schema):
            answer = walk.send(route, json=wrong.body)
            walk.expect(in_words(answer) and names_field(answer, wrong), route, f"{wrong.field} {wrong.how}", answer)


def test_nothing_happened_in_the_future_or_long_ago(walk: Walk) -> None:
    timed = [(route, schema) for route, schema in walk.routes() if "occurred_at" in walk.document.fields(schema)]
    for route, schema in timed:
        for time in (FUTURE, LONG_AGO):
            answer = walk.send(route, json=walk.order(route, schema) | {"occurred_at": time})
            right = in_words(answer) and answer.status_code == 422 and answer.json()["code"] == "wrong_time"
            walk.expect(right, route, time, answer)
    assert len(timed) > 15


def test_an_unknown_code_and_one_with_a_wrong_check_character_are_not_found(walk: Walk) -> None:
    codes = [build("01", kind, 2026, 999_999) for kind in CodeKind]
    misread = [code[:-1] + ("X" if code[-1] != "X" else "Y") for code in codes]
    for route, schema in walk.routes():
        for code in (*codes[:4], *misread[:4], "SM-01-001-A", "ABCDEFGHJ", "x", "%00", "é" * 40, "'; --"):
            if "{code}" in route:
                answer = walk.send(route, code, json=walk.order(route, schema))
                walk.expect(in_words(answer) and answer.status_code in (404, 409, 422), route, code, answer)


def test_what_is_too_large_another_type_and_no_json_are_not_read(walk: Walk) -> None:
    for route, schema in walk.routes():
        large = walk.send(route, content=TOO_LARGE, headers={"Content-Type": "application/json"})
        walk.expect(in_words(large) and large.status_code == 413, route, "12 MB", large)
        unsaid = walk.send(route, content=iter([TOO_LARGE[:900_000]] * 14), headers={"Content-Type": "application/json"})
        walk.expect(in_words(unsaid) and unsaid.status_code == 413, route, "12 MB in pieces, size unsaid", unsaid)
        for kind in OTHER_TYPES:
            other = walk.send(route, content=b"a=1", headers={"Content-Type": kind})
            walk.expect(in_words(other) and other.status_code in (415, 422), route, kind, other)
        for how, content in NO_JSON.items():
            broken = walk.send(route, content=content, headers={"Content-Type": "application/json"})
            optional = not schema.get("required") and how == "nothing"
            walk.expect((in_words(broken) and broken.status_code in (400, 422)) or optional, route, how, broken)


@pytest.mark.parametrize(("fields", "named"), [(200, False), (201, True)])
def test_no_more_than_200_fields_are_said_to_be_typed(
    client: TestClient, allowed: dict[str, dict[str, str]], fields: int, named: bool
) -> None:
    told = {"Typed-Codes": " ".join(f"units.{number}" for number in range(fields))}
    answer = client.post("/api/deviations", json={}, headers=allowed["POST /api/deviations"] | told)
    assert in_words(answer)
    assert ("typed-codes" in {one["field"] for one in answer.json()["problems"]}) is named
