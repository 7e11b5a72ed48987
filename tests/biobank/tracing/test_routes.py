"""Every kind of thing as each side, at a glance and with its whole story; another place's things, and codes misread."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from biobank.act.people import Role
from biobank.clock import FixedClock
from biobank.monitoring import storing
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from labels.local import CodeKind, build
from tests.bodies import receipt
from tests.database import begin_preparing
from tests.doses import DoseLab
from tests.path import refused
from tests.telemetry import SITE, Installation
from tests.world import World

GLANCE = ("code", "kind", "state", "held")
KINDS = {
    "participants": "participant",
    "donations": "donation",
    "kits": "kit",
    "batches": "batch",
    "cultures": "culture",
    "units": "unit",
    "lots": "lot",
    "freezers": "freezer",
    "deviations": "deviation",
    "positions": "position",
}
SEEN_AT_THE_BEDSIDE = {"participants", "donations", "kits"}


def codes(world: World) -> dict[str, str]:
    """A code of every kind, by the collection that it belongs to."""
    found = {kind: thing.code for kind, thing in world.things.items()}
    return found | {"positions": world.lab.told("quinn", f"/story/{found['units']}")["facts"]["position"]}


def of_kind(kin: list[dict[str, Any]], kind: str) -> list[str]:
    return [one["code"] for one in kin if one["kind"] == kind]


def test_a_glance_says_of_every_thing_what_its_story_begins_with(world: World) -> None:
    for collection, code in codes(world).items():
        for who in ("tom", "quinn"):
            glance, story = world.lab.told(who, f"/scan/{code}"), world.lab.told(who, f"/story/{code}")
            assert glance == {name: story[name] for name in GLANCE}
            assert (glance["code"], glance["kind"]) == (code, KINDS[collection])
            assert glance["held"] is bool(story["holds"]), code
            assert story["facts"], code


def test_the_bedside_sees_participants_donations_and_kits_and_no_hold_on_them(world: World) -> None:
    for collection, code in codes(world).items():
        for who in ("tess", "cora", "mona"):
            if collection not in SEEN_AT_THE_BEDSIDE:
                continue
            glance, story = world.lab.told(who, f"/scan/{code}"), world.lab.told(who, f"/story/{code}")
            assert glance == {name: story[name] for name in GLANCE}
            assert (glance["held"], story["holds"], story["temperature"]) == (None, [], None)
            kin = {one["kind"] for one in story["parents"] + story["children"]}
            assert kin <= {"participant", "donation", "kit"}
            assert {event["step"] for event in story["events"]} <= {"collect", "hand_over", "take_over", "receive"}


def test_a_story_names_the_hands_in_which_each_thing_was_in_the_order_of_the_acts(lab: DoseLab) -> None:
    """Everything of one moment: the clock stands still. The bedside is told no name of the facility."""
    lab.load_study()
    lab.upload_list("A", "B")
    donation = lab.collect(lab.enrolled())["code"]
    lab.hand_over(donation, "tess", "cora", "courier")
    lab.hand_over(donation, "cora", "tom")
    lab.done("tom", f"/donations/{donation}/receipt", receipt(lab.told("tom", f"/donations/{donation}")["participant"]))
    lab.route(donation)
    steps = ["collect", "hand_over", "take_over", "hand_over", "take_over", "receive", "route"]
    names = ["Tess Person", "Tess Person", "Cora Person", "Cora Person", "Tom Person", "Tom Person", "Tom Person"]
    for route in ("story", "materials"):
        told = [(one["step"], one["person"]) for one in lab.told("tom", f"/{route}/{donation}")["events"]]
        assert told == list(zip(steps, names, strict=True))
        for who in ("tess", "mona") if route == "story" else ("mona",):
            told = [(one["step"], one["person"]) for one in lab.told(who, f"/{route}/{donation}")["events"]]
            assert told == list(zip(steps[:6], [*names[:4], None, None], strict=True))


def test_what_is_not_there_for_a_person_is_answered_like_a_code_that_nothing_carries(world: World) -> None:
    lab = world.lab
    lab.hire("gerd", Role.TECHNICIAN, place="gmp-2")
    unknown = build("01", CodeKind.UNIT, 2026, 999_999)
    hidden = {
        "tess": [code for kind, code in codes(world).items() if kind not in SEEN_AT_THE_BEDSIDE],
        "other": list(codes(world).values()),
        "gerd": [code for kind, code in codes(world).items() if kind != "lots"],
    }
    for who, theirs in hidden.items():
        for route in ("scan", "story"):
            nothing = lab.get(who, f"/{route}/{unknown}")
            assert refused(nothing, 404, "no_such_material") == {"read": unknown}
            for code in theirs:
                answer = lab.get(who, f"/{route}/{code}")
                assert (answer.status_code, answer.text.replace(code, unknown)) == (404, nothing.text)


def test_lots_belong_to_every_facility_but_what_others_made_of_them_is_not_told(world: World) -> None:
    world.lab.hire("gerd", Role.TECHNICIAN, place="gmp-2")
    saline = world.things["lots"].code
    assert of_kind(world.lab.told("tom", f"/story/{saline}")["children"], "kit") == [world.things["kits"].code]
    assert world.lab.told("gerd", f"/story/{saline}")["children"] == []


def test_a_misread_code_is_refused_in_words_on_either_side(lab: DoseLab) -> None:
    code = build("01", CodeKind.UNIT, 2026, 7)
    wrong = code[:-2] + ("1" if code[-2] != "1" else "2") + code[-1]
    for who in ("tess", "quinn"):
        for route in ("scan", "story"):
            answer = lab.get(who, f"/{route}/{wrong}")
            assert refused(answer, 422, "code_misread") == {"field": "code", "read": wrong}
            assert "Scan it again" in answer.json()["message"]


def test_the_family_of_a_kit_goes_back_to_the_patient_and_from_the_patient_on_to_the_kit(world: World) -> None:
    lab, kit = world.lab, world.things["kits"].code
    back = lab.told("quinn", f"/story/{kit}")["parents"]
    assert of_kind(back, "participant") == [world.participant]
    assert of_kind(back, "donation") == [world.things["donations"].code]
    assert of_kind(back, "batch") == [world.things["batches"].code]
    assert len(of_kind(back, "culture")) == 2
    assert of_kind(back, "unit") == lab.told("pia", f"/kits/{kit}/preparation")["thawed"]
    assert of_kind(back, "lot") == [lab.saline()]
    assert {one["state"] for one in back if one["kind"] == "unit"} == {"thawed"}
    on = lab.told("quinn", f"/story/{world.participant}")["children"]
    assert of_kind(on, "kit") == [kit]
    assert len(of_kind(on, "unit")) == 8
    made = lab.told("quinn", f"/story/{world.things['cultures'].code}")["children"]
    assert {one["kind"] for one in made if one["generation"] == 1} == {"unit"}
    at_the_bedside = lab.told("tess", f"/story/{world.participant}")["children"]
    assert [one["kind"] for one in at_the_bedside] == ["donation", "kit"]


def test_a_hold_on_what_a_thing_was_made_of_holds_it_and_is_seen_at_the_next_scan(world: World) -> None:
    lab, batch, kit = world.lab, world.things["batches"].code, world.things["kits"].code
    free, shelved = lab.told("pia", f"/kits/{kit}/preparation")["thawed"][0], world.things["units"].code
    assert [lab.told("tom", f"/scan/{code}")["held"] for code in (batch, free, shelved, kit)] == [False, False, True, False]
    before = lab.told("tess", f"/story/{kit}")
    order = {"purposes": ["patient_use"], "reason": "the incubator failed"}
    number = lab.done("quinn", f"/materials/{batch}/holds", order)["number"]
    assert [lab.told("tom", f"/scan/{code}")["held"] for code in (batch, free, shelved, kit)] == [True] * 4
    told = lab.told("tom", f"/story/{kit}")["holds"]
    assert [(hold["material"], hold["number"], hold["kind"]) for hold in told] == [(batch, number, "manual")]
    assert lab.told("tess", f"/story/{kit}") == before
    lab.done("quinn", f"/materials/{batch}/holds/{number}/lifting", {"reason": "it did not fail"})
    assert [lab.told("tom", f"/scan/{code}")["held"] for code in (batch, free, shelved, kit)] == [False, False, True, False]


def test_rights_that_end_are_gone_at_the_next_scan(world: World, installation: Installation) -> None:
    lab, code = world.lab, world.things["units"].code
    assert lab.get("tom", f"/scan/{code}").status_code == 200
    now = datetime.now(UTC)
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db, now)
        db.execute("UPDATE role_grant SET ended_at = %s WHERE person_id = (SELECT id FROM person WHERE username = 'tom')", [now])
    refused(lab.get("tom", f"/scan/{code}"), 403, "not_your_role")
    assert lab.get("tina", f"/scan/{code}").status_code == 200
    lab.post("tina", "/sign-out")
    refused(lab.get("tina", f"/scan/{code}"), 401, "not_signed_in")


def test_a_stored_unit_tells_where_it_lies_and_how_cold_it_is_there(
    lab: DoseLab, clock: FixedClock, installation: Installation
) -> None:
    lab.load_study()
    lab.upload_list("B")
    unit = lab.made(lab.enrolled()).units[0]
    place = lab.told("tom", f"/story/{unit}")["facts"]
    probe = {"site": SITE, "device": "probe-1", "probe_position": "top", "offset_c": "0.5"}
    sensor = lab.done("bo", f"/freezers/{place['freezer']}/sensors", probe)["code"]
    start = clock.now() - timedelta(hours=1)
    tell(installation, sensor, start, [-150_000, -149_000, -148_500])
    for code in (unit, place["position"], place["freezer"]):
        told = lab.told("tom", f"/story/{code}")["temperature"]
        assert (told["freezer"], told["limit_c"]) == (place["freezer"], "-135.00")
        steps = told["series"][0]["steps"]
        assert (told["series"][0]["sensor"], sum(step["readings"] for step in steps)) == (sensor, 3)
        assert (float(steps[0]["lowest_c"]), float(steps[-1]["highest_c"])) == (-149.5, -148.0)
    position = lab.told("tom", f"/story/{place['position']}")
    assert (position["state"], position["facts"]["unit"]) == ("taken", unit)
    assert position["place"] == lab.told("tom", f"/story/{unit}")["place"] == "Nitrogen 1 / R1 / 0001 / A1"


def tell(installation: Installation, sensor: str, start: datetime, values: list[int]) -> None:
    """Readings of a probe, one a minute, in thousandths of a degree."""
    millis = int(start.timestamp() * 1000)
    triples = [(number + 1, millis + number * 60_000, value) for number, value in enumerate(values)]
    report = Report(Source("topic", b"bytes"), "probe-1", sensor, 1, None, pack(triples))
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        storing.store(db, installation.ingest, [report], [], start + timedelta(minutes=10))


def test_the_desk_scans_nothing(lab: DoseLab) -> None:
    refused(lab.get("stella", f"/scan/{build('01', CodeKind.UNIT, 2026, 7)}"), 403, "not_your_role")
