"""Badge and PIN at the bench: for entering and verifying, inside the house, and never for a signature."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from biobank.clock import FixedClock
from tests.serving import PASSWORD, code_of, hire, signed_in
from tests.telemetry import Installation

BADGE, PIN = "04:A2:2B:11:92", "4711"
Headers = dict[str, str]


@pytest.fixture
def hours(client: TestClient) -> FixedClock:
    clock = FixedClock(datetime(2026, 3, 15, 9, tzinfo=UTC))
    client.app.state.session_clock = clock  # type: ignore[attr-defined]
    return clock


def give(client: TestClient, who: str = "quinn", badge: str = BADGE) -> Any:
    return client.post(f"/api/people/{who}/badge", json={"badge": badge}, headers=signed_in(client))


def choose(client: TestClient, who: Headers, pin: str = PIN, password: str = PASSWORD) -> Any:
    return client.post("/api/me/pin", json={"password": password, "pin": pin}, headers=who)


def enters(client: TestClient, badge: str = BADGE, pin: str = PIN, source: str = "192.0.2.1") -> Any:
    there = TestClient(client.app, client=(source, 50_000))
    return there.post("/api/badge-sign-in", json={"badge": badge, "pin": pin})


@pytest.fixture
def quinn(client: TestClient, hours: FixedClock) -> Headers:
    """Somebody with a badge and a PIN."""
    quinn = hire(client, "quinn", Side.FACILITY, Role.QA, Role.TECHNICIAN)
    assert give(client).status_code == 200
    assert choose(client, quinn).status_code == 200
    return quinn


def bench(client: TestClient) -> Headers:
    answer = enters(client)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def test_a_badge_and_its_pin_open_the_bench(client: TestClient, quinn: Headers) -> None:
    here = bench(client)
    assert client.get("/api/me", headers=here).json()["username"] == "quinn"
    assert code_of(client.post("/api/lots", json=[], headers=here)) == (422, "bad_input"), "entering is allowed"


def test_a_badge_signs_nothing(client: TestClient, quinn: Headers) -> None:
    here = bench(client)
    for given in (PIN, BADGE, ""):
        signature = {"username": "quinn", "password": given, "meaning": "I approve this"}
        order = {"verdict": "approved", "signature": signature}
        answer = client.post("/api/batches/LX01B260000003/disposition", json=order, headers=here)
        assert code_of(answer) == (403, "wrong_signature")
    signature = {"badge": BADGE, "pin": PIN, "meaning": "I approve this"}
    order = {"verdict": "approved", "signature": signature}
    assert client.post("/api/batches/LX01B260000003/disposition", json=order, headers=here).status_code == 422
    assert code_of(client.post("/api/sign-in", json={"username": "quinn", "password": PIN})) == (403, "wrong_sign_in")


def test_a_session_at_the_bench_ends_sooner(client: TestClient, quinn: Headers, hours: FixedClock) -> None:
    here = bench(client)
    typed = signed_in(client, "quinn")
    hours.advance(timedelta(minutes=10))
    assert client.get("/api/me", headers=here).status_code == 401
    assert client.get("/api/me", headers=typed).status_code == 200


def test_guessing_a_pin_is_slowed_down_as_guessing_a_password_is(client: TestClient, quinn: Headers) -> None:
    told = [code_of(enters(client, pin=f"{number:04}")) for number in range(7)]
    assert told == [(403, "wrong_badge")] * 6 + [(429, "too_many_failures")]
    there = TestClient(client.app, client=("192.0.2.1", 1))
    assert there.post("/api/sign-in", json={"username": "quinn", "password": PASSWORD}).status_code == 429, "one account"
    assert enters(client, source="192.0.2.2").status_code == 200
    told = [code_of(enters(client, "nobody's badge", source="192.0.2.3")) for _ in range(7)]
    assert told == [(403, "wrong_badge")] * 6 + [(429, "too_many_failures")], "the same for a badge that is nobody's"


def test_a_badge_is_for_the_bench_inside_the_house(client: TestClient, quinn: Headers) -> None:
    assert code_of(enters(client, source="203.0.113.9")) == (403, "no_badge_here")
    assert code_of(give(client, "vera", "another badge")) == (403, "no_badge_here"), "the desk works with passwords"
    hire(client, "tom", Side.FACILITY, Role.TECHNICIAN)
    assert code_of(give(client, "tom")) == (409, "badge_known")


def test_another_badge_ends_the_one_before_and_takes_a_new_pin(client: TestClient, quinn: Headers) -> None:
    assert give(client, badge="another badge").status_code == 200
    assert code_of(enters(client)) == (403, "wrong_badge")
    assert code_of(enters(client, "another badge")) == (403, "wrong_badge"), "no PIN was chosen for it"
    assert choose(client, quinn, "8205").status_code == 200
    assert enters(client, "another badge", "8205").status_code == 200


@pytest.mark.parametrize("pin", ["0000", "1212", "1234", "8765", "2001", "45678", "abcd"])
def test_a_pin_that_is_tried_first_is_refused(client: TestClient, quinn: Headers, pin: str) -> None:
    assert code_of(choose(client, quinn, pin)) == (422, "guessable_pin")


def test_a_pin_takes_the_password_and_a_badge(client: TestClient, hours: FixedClock, installation: Installation) -> None:
    tom = hire(client, "tom", Side.FACILITY, Role.TECHNICIAN)
    assert code_of(choose(client, tom)) == (409, "no_badge")
    assert give(client, "tom").status_code == 200
    assert code_of(choose(client, tom, password="not mine at all")) == (403, "wrong_password")
    assert choose(client, tom).status_code == 200
    kept = "\n".join(one for (one,) in installation.rows("SELECT body FROM audit.entry UNION ALL SELECT b::text FROM badge b"))
    assert BADGE not in kept
    assert PIN not in installation.one("SELECT pin_hash FROM badge").rpartition("$")[0]
