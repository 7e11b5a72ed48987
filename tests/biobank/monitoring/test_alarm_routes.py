"""Alarms through HTTP: seen and acknowledged where they are, disabled until a time, judged by a signed rule."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from biobank.monitoring import alarms
from tests.path import Lab, refused
from tests.serving import client, clock
from tests.starts import starting, with_study
from tests.telemetry import SITE, Installation

__all__ = ["client", "clock"]
PROBE = {"site": SITE, "device": "gw-1", "probe_position": "top"}
WHY = {"reason": "on my way to the freezer"}


start = starting(with_study(Lab))


@pytest.fixture
def watch(lab: Lab, installation: Installation) -> Any:
    """Look, as the worker does, at the time of the lab."""
    acts = replace(installation.acts, clock=lab.clock)
    return lambda: alarms.watch(acts)


@pytest.fixture
def silent(lab: Lab, watch: Any) -> str:
    """A freezer whose only probe was never heard, and is missed by now."""
    freezer = lab.freezer()
    lab.done("bo", f"/freezers/{freezer}/sensors", PROBE)
    lab.wait(minutes=16)
    assert watch() == 1
    return freezer


def standing(lab: Lab, who: str = "tom") -> list[tuple[int, str, str]]:
    return [(one["number"], one["kind"], one["state"]) for one in lab.told(who, "/alarms")]


def test_an_alarm_is_acknowledged_with_a_reason_by_name(lab: Lab, silent: str) -> None:
    assert standing(lab) == [(1, "silent", "unacknowledged")]
    refused(lab.post("tom", "/alarms/acknowledgement", {"numbers": [1], "reason": "ok"}), 422, "bad_input")
    lab.done("tom", "/alarms/acknowledgement", {"numbers": [1]} | WHY)
    [told] = lab.told("quinn", f"/freezers/{silent}/alarms")["alarms"]
    assert (told["state"], told["acknowledged_by"], told["freezer"]) == ("acknowledged", "Tom Person", silent)
    facts = refused(lab.post("tom", "/alarms/acknowledgement", {"numbers": [1]} | WHY), 409, "alarm_not_waiting")
    assert facts == {"number": 1, "state": "acknowledged"}
    refused(lab.post("tom", "/alarms/acknowledgement", {"numbers": [99]} | WHY), 404, "no_such_alarm")


def test_alarms_elsewhere_do_not_exist_and_the_bedside_hears_of_none(lab: Lab, silent: str) -> None:
    assert standing(lab, "gina") == []
    refused(lab.post("gina", "/alarms/acknowledgement", {"numbers": [1]} | WHY), 404, "no_such_alarm")
    refused(lab.get("gina", f"/freezers/{silent}/alarms"), 404, "no_such_freezer")
    for road in ("/alarms", "/disabled-alarms", f"/freezers/{silent}/alarms"):
        refused(lab.get("tess", road), 403, "not_your_role")


def test_disabled_alarms_say_who_why_and_until_when_and_are_armed_again(lab: Lab, silent: str, watch: Any) -> None:
    road = f"/freezers/{silent}/alarms/disabling"
    until = lab.clock.now() + timedelta(hours=2)
    order = {"kind": "silent", "how": "out_of_service", "until": until.isoformat(), "reason": "the probe is calibrated"}
    refused(lab.post("tom", road, order), 403, "not_your_role")
    for wrong in (lab.clock.now(), lab.clock.now() + timedelta(days=32)):
        refused(lab.post("bo", road, order | {"until": wrong.isoformat()}), 422, "wrong_end")
    [told] = lab.done("bo", road, order)["disabled"]
    assert {key: told[key] for key in ("kind", "how", "reason", "disabled_by")} == {
        "kind": "silent",
        "how": "out_of_service",
        "reason": "the probe is calibrated",
        "disabled_by": "Bo Person",
    }
    assert lab.told("tom", "/disabled-alarms") == [told]
    watch()
    assert standing(lab) == [(1, "silent", "out_of_service")]
    lab.wait(hours=2)
    watch()
    assert standing(lab) == [(1, "silent", "unacknowledged")]
    assert lab.told("tom", "/disabled-alarms") == []


def test_alarms_are_armed_by_hand_before_their_time(lab: Lab, silent: str, watch: Any) -> None:
    refused(lab.post("bo", f"/freezers/{silent}/alarms/arming", WHY), 409, "nothing_disabled")
    until = (lab.clock.now() + timedelta(hours=2)).isoformat()
    lab.done("bo", f"/freezers/{silent}/alarms/disabling", {"how": "shelved", "until": until} | WHY)
    watch()
    assert standing(lab) == [(1, "silent", "shelved")]
    assert lab.done("quinn", f"/freezers/{silent}/alarms/arming", WHY)["disabled"] == []
    watch()
    assert standing(lab) == [(1, "silent", "unacknowledged")]


def test_a_signed_rule_is_what_alarms_are_judged_by(lab: Lab, silent: str, watch: Any) -> None:
    road = f"/freezers/{silent}/alarms"
    assert lab.told("tom", road)["rule"]["number"] == 0
    order = {"silence_s": 3600} | WHY
    refused(lab.post("bo", f"{road}/rule", order), 422, "bad_input")
    refused(lab.post("bo", f"{road}/rule", order | {"signature": lab.sign("bo") | {"password": "wrong"}}), 403, "wrong_signature")
    made = lab.done("bo", f"{road}/rule", order | {"signature": lab.sign("bo")})
    assert (made["number"], made["silence_s"], made["drift_s"]) == (1, 3600, 120)
    assert lab.done("bo", f"{road}/rule", order | {"signature": lab.sign("bo"), "drift_s": 60})["number"] == 2
    assert lab.told("tom", road)["rule"]["drift_s"] == 60
    watch()
    assert standing(lab) == [(1, "silent", "returned_unacknowledged")]
    lab.done("tom", "/alarms/acknowledgement", {"numbers": [1]} | WHY)
    assert standing(lab) == []


def test_every_page_of_the_freezer_room_shows_what_is_disabled_by_whom_why_and_until_when(lab: Lab, silent: str) -> None:
    position, elsewhere = lab.slots(silent, 1)[0], lab.slots(lab.freezer("Nitrogen 2"), 1)[0]
    until = lab.clock.now() + timedelta(hours=2)
    order = {"how": "shelved", "until": until.isoformat(), "reason": "the lid is repaired"}
    lab.done("bo", f"/freezers/{silent}/alarms/disabling", order)
    for page in ("/", f"/scan?code={silent}", f"/scan?code={position}"):
        shown = lab.client.get(page, headers=lab.as_("tom")).text
        banner = shown.partition("<h2>Alarms disabled</h2>")[2].partition("</section>")[0]
        assert "the lid is repaired" in banner, page
        assert "by Bo Person" in banner, page
        assert f"{until:%Y-%m-%dT%H:%M}" in banner, page
        assert ("is silent since" in shown) == (page != f"/scan?code={position}")
    for page, who in ((f"/scan?code={elsewhere}", "tom"), ("/", "tess"), ("/", "gina")):
        shown = lab.client.get(page, headers=lab.as_(who)).text
        assert "Alarms disabled" not in shown, page
        assert "is silent" not in shown
