"""How much may be asked at once: whoever asks too much waits, and nobody else does."""

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from biobank.web.rates import _FORGET_ABOVE, Allowance, Answer, Rates
from tests.serving import PASSWORD, hire
from tests.telemetry import Installation

REFUSALS = "SELECT p.username, r.code FROM audit.refusal r JOIN person p ON p.id = r.person_id"


class Ticks:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def ticks() -> Ticks:
    """The clock by which allowances are given back."""
    return Ticks()


@pytest.fixture
def tight(client: TestClient, ticks: Ticks) -> TestClient:
    """An application where five requests at once are enough, and strangers have three; one each second after that."""
    people = hire(client, "tom", Side.FACILITY, Role.TECHNICIAN), hire(client, "tim", Side.FACILITY, Role.TECHNICIAN)
    client.app.state.rates = Rates(Allowance(1, 5, ticks), Allowance(1, 3, ticks))  # type: ignore[attr-defined]
    client.people = people  # type: ignore[attr-defined]
    return client


def me(client: TestClient, who: dict[str, str], source: str = "192.0.2.1") -> tuple[int, str]:
    answer = TestClient(client.app, client=(source, 50_000)).get("/api/me", headers=who)
    return answer.status_code, answer.json().get("code", "")


REFUSED = (429, "too_many_requests")


def test_an_account_that_asks_too_much_waits_and_is_told_how_long(tight: TestClient, ticks: Ticks) -> None:
    tom, tim = tight.people  # type: ignore[attr-defined]
    assert [me(tight, tom)[0] for _ in range(5)] == [200] * 5
    answer = tight.get("/api/me", headers=tom)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert answer.json()["message"].startswith("More was asked at once than one person can. Wait 1 seconds")
    assert me(tight, tom, "192.0.2.2") == REFUSED, "from another address too"
    assert me(tight, tim) == (200, ""), "and another person, from the same address, does not wait"
    ticks.at += 1
    assert [me(tight, tom) for _ in range(2)] == [(200, ""), REFUSED]


def test_a_stranger_slows_down_nobody_who_has_a_session_or_signs_in_at_the_same_address(tight: TestClient, ticks: Ticks) -> None:
    tom, _ = tight.people  # type: ignore[attr-defined]
    wrong = {"Authorization": "Bearer of nothing"}
    assert [me(tight, one)[0] for one in (wrong, {}, wrong)] == [401] * 3
    assert [me(tight, one) for one in (wrong, {})] == [REFUSED] * 2
    assert me(tight, wrong, "192.0.2.2")[0] == 401, "another source has its own"
    assert me(tight, tom) == (200, "")
    there = TestClient(tight.app, client=("192.0.2.1", 50_000))
    assert there.post("/api/sign-in", json={"username": "tim", "password": PASSWORD}).status_code == 200
    assert there.get("/login").status_code == 200
    ticks.at += 1
    assert me(tight, wrong)[0] == 401


def test_a_page_says_so_too(tight: TestClient) -> None:
    tom, _ = tight.people  # type: ignore[attr-defined]
    answers = [tight.get("/", headers=tom) for _ in range(5)]
    assert answers[-1].status_code == 429
    assert "More was asked at once than one person can." in answers[-1].text


def test_the_first_refusal_of_a_stretch_is_written_down_and_no_other(
    tight: TestClient, ticks: Ticks, installation: Installation
) -> None:
    tom, _ = tight.people  # type: ignore[attr-defined]
    for _ in range(20):
        me(tight, tom)
    assert installation.rows(REFUSALS) == [("tom", "too_many_requests")]
    ticks.at += 1
    assert [me(tight, tom)[0] for _ in range(3)] == [200, 429, 429]
    assert len(installation.rows(REFUSALS)) == 1, "it never stopped"
    ticks.at += 60
    for _ in range(20):
        me(tight, tom)
    assert len(installation.rows(REFUSALS)) == 2


def test_what_is_given_in_a_second_is_what_is_set(ticks: Ticks) -> None:
    allowance, allowed = Allowance(10, 30, ticks), 0
    for _ in range(1000):
        allowed += allowance.ask("somebody") == Answer()
        ticks.at += 0.01
    assert allowed in (129, 130), "thirty at once, and ten in each of ten seconds"


def test_those_who_have_their_whole_allowance_again_are_forgotten(ticks: Ticks) -> None:
    allowance = Allowance(10, 3, ticks)
    for number in range(_FORGET_ABOVE):
        assert allowance.ask(number) == Answer()
    ticks.at += 0.5
    for _ in range(3):
        assert allowance.ask("busy") == Answer()
    assert len(allowance._used_up_to) == 1
    assert allowance.ask("busy").wait_s == 1
