"""What is recorded long after it happened is shown as a late entry, by the limit that the installation sets."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.browsing import Browser, BrowserLab
from tests.path import Lab


def weighed(lab: Lab, participant: str, minutes: int) -> dict[str, Any]:
    """The entry of a weight that was recorded so many minutes after it was taken."""
    at = (lab.clock.now() - timedelta(minutes=minutes)).isoformat()
    lab.done("tess", f"/participants/{participant}/weights", {"period": 1, "weight_kg": "70", "occurred_at": at})
    found: dict[str, Any] = lab.told("quinn", "/trail?table=weight")["entries"][0]
    return found


def test_the_trail_says_so_beyond_the_limit(lab: Lab, participant: str) -> None:
    lab.wait(hours=5)
    assert weighed(lab, participant, 15)["late"] is False
    late = weighed(lab, participant, 16)
    assert late["late"] is True
    assert late["occurred_at"] < late["recorded_at"]


def test_the_limit_is_the_installations(lab: Lab, participant: str) -> None:
    state: Any = lab.client.app
    lab.wait(hours=5)
    state.state.acts = replace(state.state.acts, late_after=timedelta(hours=2))
    assert weighed(lab, participant, 119)["late"] is False
    assert weighed(lab, participant, 121)["late"] is True


def test_the_page_of_a_thing_says_so_too(lab: Lab, participant: str) -> None:
    lab.wait(hours=1)
    order = {"visit": "collection-1", "participant": participant, "volume_ml": "30"}
    at = (lab.clock.now() - timedelta(minutes=30)).isoformat()
    donation = lab.done("tess", f"/participants/{participant}/donations", order | {"occurred_at": at})["code"]
    [event] = lab.told("tess", f"/story/{donation}")["events"]
    assert (event["step"], event["late"]) == ("collect", True)
    assert [one["late"] for one in lab.told("mona", f"/materials/{donation}")["events"]] == [True]
    browsers = BrowserLab(lab.client, lab.clock)
    browsers._sessions |= lab._sessions
    assert "late entry" in Browser(browsers, "tess", known=True).scan(donation)
