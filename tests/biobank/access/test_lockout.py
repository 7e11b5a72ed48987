"""Guessing is slowed down wherever a password is asked for, and slows down nobody but whoever guesses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.access import passwords
from biobank.access.rules import ACCOUNT, PAIR, SOURCE
from biobank.act.people import Role, Side
from biobank.clock import FixedClock
from tests.serving import PASSWORD, hire, signed_in
from tests.telemetry import Installation

WRONG = "certainly not it"
COMPARED = PAIR.free + 1
"""How many guesses are compared before the first wait."""

FAILURES = "SELECT p.username, f.source, f.route FROM sign_in_failure f LEFT JOIN person p ON p.id = f.person_id"
TRAIL = "SELECT count(*) FROM audit.entry e JOIN audit.act a ON a.id = e.act_id WHERE a.kind = 'refuse_proof'"


@pytest.fixture
def hours(client: TestClient) -> FixedClock:
    """The clock by which locks last."""
    clock = FixedClock(datetime(2026, 3, 15, 9, tzinfo=UTC))
    client.app.state.session_clock = clock  # type: ignore[attr-defined]
    return clock


def tried(client: TestClient, username: str, password: str = WRONG, source: str = "192.0.2.1") -> Any:
    """The answer to one attempt to sign in from an address."""
    there = TestClient(client.app, client=(source, 50_000))
    return there.post("/api/sign-in", json={"username": username, "password": password})


def locked(answer: Any) -> bool:
    return bool(answer.status_code == 429 and answer.json()["code"] == "too_many_failures")


def lock(client: TestClient, username: str, source: str = "192.0.2.1") -> None:
    """Guess until nothing is compared any more."""
    assert [tried(client, username, source=source).status_code for _ in range(COMPARED)] == [403] * COMPARED
    assert locked(tried(client, username, PASSWORD, source))


@pytest.mark.parametrize("username", ["ada", "nobody", "worker"])
def test_a_guesser_waits_longer_and_longer_also_for_an_account_that_is_not_there(
    client: TestClient, hours: FixedClock, username: str
) -> None:
    lock(client, username)
    for seconds in (30, 60, 120):
        answer = tried(client, username)
        assert answer.headers["Retry-After"] == str(seconds + 1)
        assert set(answer.json()["facts"]) == {"seconds"}
        hours.advance(timedelta(seconds=seconds))
        assert tried(client, username).status_code == 403
    hours.advance(timedelta(days=1))
    assert tried(client, username).status_code == 403, "time alone opens it again"


def test_whoever_owns_the_account_gets_in_from_elsewhere_while_a_guesser_is_locked_out(
    client: TestClient, hours: FixedClock
) -> None:
    lock(client, "ada")
    assert tried(client, "ada", PASSWORD, "192.0.2.2").status_code == 200
    assert locked(tried(client, "ada", PASSWORD))


def test_a_success_ends_the_count(client: TestClient, hours: FixedClock) -> None:
    for _ in range(3):
        assert [tried(client, "ada").status_code for _ in range(PAIR.free)] == [403] * PAIR.free
        assert tried(client, "ada", PASSWORD).status_code == 200


def test_guessing_from_many_sources_locks_out_strangers_and_not_where_the_person_always_signs_in(
    client: TestClient, hours: FixedClock
) -> None:
    assert tried(client, "ada", PASSWORD, "192.0.2.2").status_code == 200
    for number in range(ACCOUNT.free + 1):
        assert tried(client, "ada", source=f"198.51.100.{number}").status_code == 403
    assert locked(tried(client, "ada", PASSWORD, "198.51.100.200"))
    assert tried(client, "ada", PASSWORD, "192.0.2.2").status_code == 200


def test_one_password_for_everybody_locks_the_source_and_not_those_who_work_there(client: TestClient, hours: FixedClock) -> None:
    assert tried(client, "ada", PASSWORD).status_code == 200
    for number in range(SOURCE.free + 1):
        assert tried(client, f"someone{number}").status_code == 403
    assert locked(tried(client, "another"))
    assert tried(client, "ada", PASSWORD).status_code == 200
    assert tried(client, "another", source="192.0.2.2").status_code == 403


def test_a_network_of_ipv6_is_one_source(client: TestClient, hours: FixedClock) -> None:
    for number in range(COMPARED):
        assert tried(client, "ada", source=f"2001:db8:0:1::{number}").status_code == 403
    assert locked(tried(client, "ada", PASSWORD, "2001:db8:0:1:ffff::"))
    assert tried(client, "ada", PASSWORD, "2001:db8:0:2::").status_code == 200


def test_no_header_makes_another_source(client: TestClient, hours: FixedClock) -> None:
    lock(client, "ada")
    there = TestClient(client.app, client=("192.0.2.1", 50_000))
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP"):
        told = there.post("/api/sign-in", json={"username": "ada", "password": PASSWORD}, headers={name: "203.0.113.9"})
        assert locked(told), name


def test_a_page_counts_the_address_of_the_browser(client: TestClient, hours: FixedClock) -> None:
    guesser = TestClient(client.app, client=("192.0.2.1", 50_000))
    for _ in range(COMPARED):
        assert guesser.post("/login", data={"username": "ada", "password": WRONG}).status_code == 403
    assert guesser.post("/login", data={"username": "ada", "password": PASSWORD}).status_code == 429
    assert locked(tried(client, "ada", PASSWORD))
    assert (
        TestClient(client.app, client=("192.0.2.2", 1)).post("/login", data={"username": "ada", "password": PASSWORD}).is_success
    )


def test_a_hundred_guesses_at_once_are_no_more_than_one_after_the_other(client: TestClient, hours: FixedClock) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: tried(client, "ada").status_code, range(100)))
    assert sorted(answers) == [403] * COMPARED + [429] * (100 - COMPARED)


def test_many_right_sign_ins_at_once_all_succeed(client: TestClient, hours: FixedClock) -> None:
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(lambda _: tried(client, "ada", PASSWORD).status_code, range(60))) == {200}


def signing(client: TestClient, who: dict[str, str], username: str, password: str) -> Any:
    order = {"verdict": "approved", "signature": {"username": username, "password": password, "meaning": "I approve this"}}
    return client.post("/api/batches/LX01B260000003/disposition", json=order, headers=who)


def test_signing_counts_as_signing_in_does(client: TestClient, hours: FixedClock, installation: Installation) -> None:
    quinn = hire(client, "quinn", Side.FACILITY, Role.QA)
    for _ in range(COMPARED):
        assert signing(client, quinn, "quinn", WRONG).json()["code"] == "wrong_signature"
    assert locked(signing(client, quinn, "quinn", PASSWORD))
    assert locked(client.post("/api/sign-in", json={"username": "quinn", "password": PASSWORD}))
    assert ("quinn", "testclient", "POST /api/batches/{code}/disposition") in installation.rows(FAILURES)


def test_nobody_locks_another_by_signing_in_their_name(client: TestClient, hours: FixedClock) -> None:
    quinn = hire(client, "quinn", Side.FACILITY, Role.QA)
    hire(client, "quill", Side.FACILITY, Role.QA)
    for _ in range(COMPARED):
        assert signing(client, quinn, "quill", PASSWORD).json()["code"] == "wrong_signature"
    assert locked(signing(client, quinn, "quinn", PASSWORD)), "counted against whoever did it"
    assert signed_in(client, "quill")


def test_an_administrator_ends_a_lock_with_a_reason(client: TestClient, hours: FixedClock) -> None:
    quinn = hire(client, "quinn", Side.FACILITY, Role.QA)
    lock(client, "quinn")
    ada = signed_in(client)
    for reason, status in (("", 422), ("     ", 422), ("n/a n/a", 422), ("She mistyped it; I called her back.", 200)):
        answer = client.post("/api/people/quinn/unlocking", json={"reason": reason}, headers=ada)
        assert answer.status_code == status, reason
    assert tried(client, "quinn", PASSWORD).status_code == 200
    assert client.post("/api/people/nobody/unlocking", json={"reason": "No such person"}, headers=ada).status_code == 404
    assert client.post("/api/people/ada/unlocking", json={"reason": "I am no one"}, headers=quinn).status_code == 403


def test_every_failure_is_in_the_trail_and_no_word_that_was_typed(
    client: TestClient, hours: FixedClock, installation: Installation
) -> None:
    for username in ("ada", "my secret password"):
        tried(client, username)
    assert sorted(installation.rows(FAILURES), key=str) == [
        ("ada", "192.0.2.1", "POST /api/sign-in"),
        (None, "192.0.2.1", "POST /api/sign-in"),
    ]
    assert installation.one(TRAIL) == 2
    kept = "SELECT string_agg(body, '') || (SELECT string_agg(c::text, '') FROM attempt_counter c) FROM audit.entry"
    assert "my secret" not in installation.one(kept)
    assert WRONG not in installation.one(kept)
    told = client.get("/api/sign-in-failures", headers=signed_in(client)).json()
    assert [one["username"] for one in told] in (["ada", None], [None, "ada"])


def test_a_name_that_nobody_has_costs_the_same_comparison(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes the time is Argon2; both names reach it, with a hash of the same cost."""
    compared: list[str] = []
    verify = passwords._hasher.verify
    monkeypatch.setattr(passwords, "_hasher", type("Seen", (), {
        "verify": staticmethod(lambda kept, password: compared.append(kept) or verify(kept, password)),
        "hash": staticmethod(passwords._hasher.hash),
    }))  # fmt: skip
    for username in ("ada", "nobody"):
        assert tried(client, username).status_code == 403
    costs = [kept.split("$")[1:4] for kept in compared]
    assert len(costs) == 2
    assert costs[0] == costs[1] == ["argon2id", "v=19", "m=19456,t=2,p=1"]
