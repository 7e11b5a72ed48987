"""The table of rights names every route behind a session, and no route that does not exist."""

from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from biobank.web.matrix import OPEN, RIGHTS


def routes(client: TestClient) -> set[str]:
    found = set()
    for route in client.app.routes:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute):
            found |= {f"{method} {route.path}" for method in route.methods}
    return found


def test_every_route_is_open_or_in_the_table(client: TestClient) -> None:
    assert routes(client) <= set(RIGHTS) | OPEN
