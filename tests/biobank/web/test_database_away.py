"""While the database is away the interface says so, and does not claim that nothing was recorded."""

from fastapi.testclient import TestClient
from psycopg import connect
from sqlalchemy import make_url

from tests.serving import seen, signed_in
from tests.telemetry import Installation
from tests.waiting import until


def test_while_the_database_is_away_one_is_asked_to_send_the_same_again_and_it_is_recorded_once(
    client: TestClient, installation: Installation
) -> None:
    headers = signed_in(client) | {"Idempotency-Key": "the-very-same"}
    order = {"username": "tom", "name": "Tom Technician", "side": "facility", "roles": ["technician"], "identity": seen("tom")}
    order |= {"password": "a long enough password"}
    name = make_url(installation.owner_url).database
    server = make_url(installation.owner_url).set(database="postgres").render_as_string(hide_password=False)
    with connect(server, autocommit=True) as db:
        db.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        answer = client.post("/api/people", json=order, headers=headers)
        db.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert (answer.status_code, answer.json()["code"]) == (503, "http_503")
    assert answer.headers["retry-after"].isdigit()
    assert "nothing was" not in answer.json()["message"]
    until(lambda: client.post("/api/people", json=order, headers=headers).status_code == 201)
    assert client.post("/api/people", json=order, headers=headers).headers["idempotency-replayed"] == "true"
    assert installation.one("SELECT count(*) FROM person WHERE username = 'tom'") == 1
