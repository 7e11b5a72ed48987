"""From outside of the configured networks a code of an authenticator is asked for, to sign in and to sign; each is good once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from biobank.clock import FixedClock
from biobank.web.source import lies_in
from tests.serving import PASSWORD, code_of, hire, signed_in
from tests.telemetry import Installation

OUTSIDE, INSIDE = "203.0.113.9", "192.0.2.1"
Headers = dict[str, str]


@pytest.fixture
def hours(client: TestClient) -> FixedClock:
    """The clock by which codes are told."""
    clock = FixedClock(datetime(2026, 3, 15, 9, tzinfo=UTC))
    client.app.state.session_clock = clock  # type: ignore[attr-defined]
    return clock


@pytest.fixture
def authenticator(client: TestClient, hours: FixedClock) -> pyotp.TOTP:
    """Quinn's, set up from inside."""
    quinn = hire(client, "quinn", Side.FACILITY, Role.QA)
    secret = begin(client, quinn)
    shown = pyotp.TOTP(secret)
    assert confirm(client, quinn, shown.at(hours.now())).status_code == 200
    hours.advance(timedelta(minutes=1))
    return shown


def begin(client: TestClient, who: Headers) -> str:
    answer = client.post("/api/me/second-factor", json={"password": PASSWORD}, headers=who)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["secret"])


def confirm(client: TestClient, who: Headers, code: str) -> Any:
    return client.post("/api/me/second-factor/confirmation", json={"code": code}, headers=who)


def enters(client: TestClient, code: str | None, source: str = OUTSIDE, username: str = "quinn", password: str = PASSWORD) -> Any:
    there = TestClient(client.app, client=(source, 50_000))
    return there.post("/api/sign-in", json={"username": username, "password": password, "code": code})


def test_outside_the_code_is_needed_and_inside_the_password_is_enough(
    client: TestClient, hours: FixedClock, authenticator: pyotp.TOTP
) -> None:
    assert code_of(enters(client, None)) == (403, "second_factor_needed")
    assert code_of(enters(client, authenticator.at(hours.now()))) == (200, "")
    assert code_of(enters(client, None, INSIDE)) == (200, "")


def test_a_code_is_good_once_and_not_for_long(client: TestClient, hours: FixedClock, authenticator: pyotp.TOTP) -> None:
    code = authenticator.at(hours.now())
    assert code_of(enters(client, code)) == (200, "")
    assert code_of(enters(client, code)) == (403, "wrong_sign_in"), "replayed"
    hours.advance(timedelta(minutes=5))
    old, early = (authenticator.at(hours.now() + timedelta(minutes=step)) for step in (-1.5, 1.5))
    assert code_of(enters(client, old)) == (403, "wrong_sign_in")
    assert code_of(enters(client, early)) == (403, "wrong_sign_in")
    assert code_of(enters(client, authenticator.at(hours.now() - timedelta(seconds=30)))) == (200, ""), "a slow hand"


def test_what_is_wrong_outside_is_not_told(client: TestClient, hours: FixedClock, authenticator: pyotp.TOTP) -> None:
    right = authenticator.at(hours.now())
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    tried = [
        enters(client, None, username="nobody"),
        enters(client, None, password="wrong, entirely"),
        enters(client, wrong),
        enters(client, right, password="wrong, entirely"),
        enters(client, right, username="nobody"),
        enters(client, right, username="ada"),
    ]
    assert [code_of(one) for one in tried] == [(403, "second_factor_needed")] * 2 + [(403, "wrong_sign_in")] * 4
    assert code_of(enters(client, right)) == (200, ""), "a wrong password uses no code up"


def test_guessing_codes_is_slowed_down(client: TestClient, hours: FixedClock, authenticator: pyotp.TOTP) -> None:
    right = int(authenticator.at(hours.now()))
    told = [enters(client, f"{(right + 500 + step) % 1_000_000:06}").status_code for step in range(8)]
    assert told == [403] * 6 + [429] * 2


def test_signing_from_outside_takes_a_code_too(client: TestClient, hours: FixedClock, authenticator: pyotp.TOTP) -> None:
    there = TestClient(client.app, client=(OUTSIDE, 50_000))
    token = enters(client, authenticator.at(hours.now())).json()["token"]
    hours.advance(timedelta(minutes=1))
    signature = {"username": "quinn", "password": PASSWORD, "meaning": "I approve this"}

    def signs(**more: str) -> tuple[int, str]:
        order = {"verdict": "approved", "signature": signature | more}
        headers = {"Authorization": f"Bearer {token}"}
        return code_of(there.post("/api/batches/LX01B260000003/disposition", json=order, headers=headers))

    assert signs() == (403, "second_factor_needed")
    assert signs(code="000000") == (403, "wrong_signature")
    assert signs(code=authenticator.at(hours.now()))[0] == 404, "signed; there is no such batch"


def test_after_a_break_of_the_session_every_component_is_given_again(
    client: TestClient, hours: FixedClock, authenticator: pyotp.TOTP
) -> None:
    there = TestClient(client.app, client=(OUTSIDE, 50_000))
    token = enters(client, authenticator.at(hours.now())).json()["token"]
    signature = {"username": "quinn", "password": PASSWORD, "meaning": "I approve this"}

    def signs(token: str, **given: str | None) -> tuple[int, str]:
        order = {"verdict": "approved", "signature": {key: value for key, value in (signature | given).items() if value}}
        headers = {"Authorization": f"Bearer {token}"}
        return code_of(there.post("/api/batches/LX01B260000003/disposition", json=order, headers=headers))

    hours.advance(timedelta(minutes=31))
    assert signs(token, code=authenticator.at(hours.now())) == (401, "not_signed_in"), "a broken session signs nothing at all"
    assert code_of(enters(client, None)) == (403, "second_factor_needed")
    again = enters(client, authenticator.at(hours.now())).json()["token"]
    hours.advance(timedelta(minutes=1))
    assert signs(again) == (403, "second_factor_needed"), "what was given before the break is not remembered"
    assert signs(again, code=authenticator.at(hours.now()), username=None) == (422, "bad_input")
    assert signs(again, code=authenticator.at(hours.now()), password=None) == (422, "bad_input")
    assert signs(again, code=authenticator.at(hours.now()))[0] == 404, "signed; there is no such batch"


def test_no_header_makes_the_outside_an_inside(client: TestClient, hours: FixedClock) -> None:
    there = TestClient(client.app, client=(OUTSIDE, 50_000))
    order = {"username": "ada", "password": PASSWORD}
    for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        assert code_of(there.post("/api/sign-in", json=order, headers={name: INSIDE})) == (403, "second_factor_needed")
    assert there.post("/login", data=order).status_code == 403, "nor does the page"


def test_a_secret_counts_once_it_was_confirmed_and_is_told_once(
    client: TestClient, hours: FixedClock, installation: Installation
) -> None:
    quinn = hire(client, "quinn", Side.FACILITY, Role.QA)
    wrong = client.post("/api/me/second-factor", json={"password": "not hers at all"}, headers=quinn)
    assert code_of(wrong) == (403, "wrong_password")
    first = begin(client, quinn)
    assert code_of(enters(client, pyotp.TOTP(first).at(hours.now()))) == (403, "wrong_sign_in"), "not confirmed"
    second = begin(client, quinn)
    assert code_of(confirm(client, quinn, pyotp.TOTP(first).at(hours.now()))) == (422, "wrong_code")
    assert confirm(client, quinn, pyotp.TOTP(second).at(hours.now())).status_code == 200
    kept = "SELECT coalesce(string_agg(body, ''), '') || (SELECT string_agg(f::text, '') FROM second_factor f) FROM audit.entry"
    assert not any(one in installation.one(kept) for one in (first, second))
    sealed = installation.one("SELECT sealed FROM second_factor")
    assert second.encode() not in sealed
    assert "me/second-factor" not in str(signed_in(client))


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("10.1.2.3", True),
        ("11.1.2.3", False),
        ("192.168.7.1", True),
        ("2001:db8:0:1::/64", True),
        ("2001:db9:0:1::/64", False),
        ("gateway", True),
        ("", False),
        ("elsewhere", False),
    ],
)
def test_networks_are_those_that_are_configured(source: str, inside: bool) -> None:
    assert lies_in("10.0.0.0/8, 192.168.0.0/16,2001:db8::/32, gateway", source) is inside
