"""Every route is asked by every role and by nobody: the matrix decides, and the application has no route beside it."""

from collections.abc import Iterator

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute

from biobank.act.people import SIDE_OF, Role
from biobank.web.matrix import OPEN, RIGHTS
from tests.orders import UNKNOWN, Document
from tests.serving import hire

OF_THE_FRAMEWORK = {"GET /openapi.json", "HEAD /openapi.json"}
PAGES = {"GET /", "GET /login", "POST /login", "POST /logout", "GET /scan", "POST /acts", "GET /trail", "GET /history"} | {
    "GET /password",
    "POST /password",
    "GET /docs",
    "GET /scanner",
    "GET /scanner/symbol.pdf",
}
"""They decide nothing: each asks the interface with the session of whoever looks (biobank/pages/asking.py)."""

LAST = "POST /api/sign-out"
"""It ends the session with which the others are asked."""


def routes(found: list[BaseRoute]) -> Iterator[str]:
    """Method and path of every route."""
    for context in iter_route_contexts(found):
        yield from (f"{method} {context.path}" for method in context.methods or ())


def address(route: str) -> tuple[str, str]:
    """Method and path, with a code that nothing carries."""
    method, path = route.split()
    return method, path.format(code=UNKNOWN, number=1)


def test_the_application_has_exactly_the_routes_of_the_matrix(client: TestClient) -> None:
    assert set(routes(client.app.routes)) == set(RIGHTS) | OPEN | PAGES | OF_THE_FRAMEWORK  # type: ignore[attr-defined]


def test_every_role_has_a_route_and_every_route_a_role() -> None:
    assert all(RIGHTS.values())
    assert frozenset().union(*RIGHTS.values()) == frozenset(Role)


def test_nobody_gets_past_any_route(client: TestClient) -> None:
    document = Document(client.get("/openapi.json").json())
    bodies = dict(document.writes())
    for route in RIGHTS:
        body = document.plausible(bodies[route]) if bodies.get(route) else None
        answer = client.request(*address(route), json=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), route


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gets_past_its_routes_and_no_other(client: TestClient, role: Role) -> None:
    somebody = hire(client, "somebody", SIDE_OF[role], role)
    document = Document(client.get("/openapi.json").json())
    bodies = dict(document.writes())
    for route in sorted(RIGHTS, key=lambda route: route == LAST):
        if role in RIGHTS[route]:  # a body that no route reads: whoever may ask is told so, and nothing changes
            answer = client.request(*address(route), json=[] if bodies.get(route) else None, headers=somebody)
            assert answer.status_code not in (401, 403), f"{route}: {answer.text}"
            assert answer.status_code == 422 or route == LAST or not bodies.get(route), f"{route}: {answer.text}"
        else:
            body = document.plausible(bodies[route]) if bodies.get(route) else None
            answer = client.request(*address(route), json=body, headers=somebody)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_your_role"), f"{route}: {answer.text}"


def test_no_route_deletes_or_overwrites(client: TestClient) -> None:
    methods = {route.split()[0] for route in routes(client.app.routes)}  # type: ignore[attr-defined]
    assert methods == {"GET", "HEAD", "POST"}
    boss = hire(client, "boss", SIDE_OF[Role.ADMINISTRATOR], Role.ADMINISTRATOR)
    for route in RIGHTS:
        for method in ("DELETE", "PUT", "PATCH"):
            answer = client.request(method, address(route)[1], headers=boss)
            assert (answer.status_code, answer.json()["code"]) == (405, "http_405"), f"{method} {route}"
