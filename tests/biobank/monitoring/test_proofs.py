"""Proofs of the alarms: planned or begun by hand, followed stage by stage, and an alarm where one is missed or fails."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank import work
from biobank.act.acts import Acts
from biobank.act.people import WORKER
from biobank.monitoring import alarms, proofs
from biobank.monitoring.proof_rules import GRACE, Plan, Proven, Stages, is_over, lacking, not_proven
from tests.database import begin_preparing
from tests.path import FACILITY, Lab, refused
from tests.serving import client, clock
from tests.starts import starting, with_study
from tests.telemetry import Installation

__all__ = ["client", "clock"]
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
BY, ACKNOWLEDGE_BY = NOW + timedelta(minutes=10), NOW + timedelta(minutes=20)
PROOF = {"limit_c": "-135", "delay_s": 0, "hysteresis_c": "5", "facility": FACILITY, "name": "Proof", "kind": "proof"}
WHY = {"reason": "before the holidays"}
INSIDE = {
    "storage_position": "INSERT INTO storage_position VALUES (gen_random_uuid(), 'P', %(freezer)s, 'R', 'B', 'S')",
    "excursion": "INSERT INTO excursion VALUES (%(id)s, %(freezer)s, now(), NULL, 1, 1, 1, 1, now(), NULL, NULL, %(id)s)",
}


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def stages(*minutes: float | None) -> Stages:
    """When each stage showed itself, in minutes."""
    return Stages(*(None if one is None else at(one) for one in (*minutes, *[None] * 5)[:5]))


@pytest.mark.parametrize(
    ("shown", "asked", "words"),
    [
        (stages(), False, "the device published no reading"),
        (stages(1), False, "the reading was published and not stored"),
        (stages(1, 2), False, "the reading was stored and no alarm raised"),
        (stages(1, 2, 3), False, "the alarm was raised and not every way to everybody on duty took its notice"),
        (stages(1, 2, 3, 10), False, None),
        (stages(1, 2, 3, 11), False, "the last notice went out at 12:11:00 UTC, too late"),
        (stages(1, 2, 3, 4), True, "the alarm was told and nobody acknowledged it"),
        (stages(1, 2, 3, 4, 20), True, None),
        (stages(1, 2, 3, 4, 21), True, "somebody acknowledged at 12:21:00 UTC, too late"),
    ],
)
def test_what_a_proof_lacks_is_its_first_stage_that_is_missing_or_late(shown: Stages, asked: bool, words: str | None) -> None:
    assert lacking(shown, BY, ACKNOWLEDGE_BY if asked else None) == words


def test_a_proof_is_over_when_it_shows_nothing_more() -> None:
    assert not is_over(stages(1, 2, 3), BY, None, at(10))
    assert is_over(stages(1, 2, 3), BY, ACKNOWLEDGE_BY, at(10.1))
    assert is_over(stages(1, 2, 3, 4), BY, None, at(4))
    assert not is_over(stages(1, 2, 3, 4), BY, ACKNOWLEDGE_BY, at(20))
    assert is_over(stages(1, 2, 3, 4), BY, ACKNOWLEDGE_BY, at(20.1))


def test_a_plan_keeps_the_hour_and_the_day_of_the_week() -> None:
    plan = Plan(every_days=28)
    assert plan.planned(NOW, at(-1)) is None
    assert plan.planned(NOW, at(0)) == NOW
    assert plan.planned(NOW, NOW + timedelta(days=57)) == NOW + timedelta(days=56)


def test_a_proof_that_did_not_begin_in_time_or_failed_is_an_alarm_until_the_next_one_began() -> None:
    late = NOW + GRACE + timedelta(seconds=1)
    assert not_proven(NOW, None, NOW + GRACE) is None
    assert not_proven(NOW, None, late) == (NOW + GRACE, "no proof began that was planned for 2026-12-01 12:00 UTC")
    assert not_proven(NOW, Proven(at(-1), at(-0.5), None), late) is not None
    assert not_proven(NOW, Proven(at(0), None, None), late) is None
    assert not_proven(NOW, Proven(at(0), at(2), "why"), late) == (at(2), "why")


start = starting(with_study(Lab))


@pytest.fixture
def acts(lab: Lab, installation: Installation) -> Acts:
    return replace(installation.acts, clock=lab.clock)


@pytest.fixture
def freezer(lab: Lab) -> str:
    """A freezer that only proves alarms, and has no device yet."""
    return str(lab.done("bo", "/freezers", PROOF)["code"])


def plan(lab: Lab, freezer: str, **told: Any) -> Any:
    order = {"first_at": (lab.clock.now() + timedelta(days=1)).isoformat(), "every_days": 7, "tell_s": 60} | told
    return lab.done("bo", f"/freezers/{freezer}/proofs/plan", order | WHY | {"signature": lab.sign("bo")})


def test_a_proof_is_begun_by_hand_for_a_reason_and_one_at_a_time(lab: Lab, freezer: str) -> None:
    road = f"/freezers/{freezer}/proofs"
    refused(lab.post("tom", road, WHY), 403, "not_your_role")
    refused(lab.post("gus", road, WHY), 404, "no_such_freezer")
    refused(lab.post("bo", road, {"reason": "ok"}), 422, "bad_input")
    made = lab.done("bo", road, WHY)
    assert (made["number"], made["state"], made["began_by"], made["reason"]) == (1, "running", "Bo Person", WHY["reason"])
    refused(lab.post("quinn", road, WHY), 409, "proof_runs")
    assert lab.told("tom", road)["proofs"] == [made]
    refused(lab.get("tess", road), 403, "not_your_role")
    assert "Prove the alarms now" in lab.client.get(f"/scan?code={freezer}", headers=lab.as_("bo")).text


def test_no_proof_begins_while_the_alarm_of_the_last_one_stands(
    lab: Lab, freezer: str, acts: Acts, installation: Installation
) -> None:
    plan(lab, freezer)
    sensor = lab.done("bo", f"/freezers/{freezer}/sensors", {"site": "oslo", "device": "proof", "probe_position": "none"})["code"]
    with psycopg.connect(installation.owner_url) as db:
        said = "INSERT INTO sensor_seen SELECT id, %(now)s, %(now)s, 1, -100000, false, false FROM sensor WHERE code = %(code)s"
        db.execute(said, {"now": lab.clock.now(), "code": sensor})
    assert alarms.watch(acts) == 1
    facts = refused(lab.post("bo", f"/freezers/{freezer}/proofs", WHY), 409, "proof_alarm_stands")
    assert facts["number"] == lab.told("tom", "/alarms")[0]["number"]
    lab.wait(days=1)
    assert proofs.follow(acts) == 0, "nor does one that was planned"
    shelved = {"kind": "too_warm", "how": "shelved", "until": (lab.clock.now() + timedelta(days=2)).isoformat()} | WHY
    lab.done("quinn", f"/freezers/{freezer}/alarms/disabling", shelved)
    alarms.watch(acts)
    assert proofs.follow(acts) == 1, "what is disabled is not waited for"
    [failed] = lab.told("bo", f"/freezers/{freezer}/proofs")["proofs"]
    assert failed["lacking"].startswith("no alarm could be raised; Quinn Person disabled")
    lab.wait(days=7)
    with psycopg.connect(installation.owner_url) as db:
        cold = "UPDATE sensor_seen SET value_milli = -160000, received_at = %(now)s, device_time = %(now)s"
        db.execute(cold, {"now": lab.clock.now()})
    alarms.watch(acts)
    assert proofs.follow(acts) == 1


def test_where_the_alarms_are_disabled_none_is_proven_and_each_proof_says_who_did_so(lab: Lab, freezer: str, acts: Acts) -> None:
    road = f"/freezers/{freezer}/proofs"

    def disable(kind: str | None = None) -> str:
        until = lab.clock.now() + timedelta(days=2)
        order = {"kind": kind, "how": "shelved", "until": until.isoformat()} | WHY
        lab.done("quinn", f"/freezers/{freezer}/alarms/disabling", order)
        return f"Quinn Person disabled the alarms of {freezer} until {until:%Y-%m-%d %H:%M} UTC"

    def follow() -> list[tuple[str, str | None]]:
        assert proofs.follow(acts) == 1
        alarms.watch(acts)
        return [(one["state"], one["lacking"]) for one in lab.told("bo", road)["proofs"]]

    plan(lab, freezer)
    disable("silent")
    lab.done("bo", road, WHY)
    lab.wait(seconds=61)
    assert follow() == [("failed", "the device published no reading")]
    lab.done("bo", road, WHY)
    while_it_ran = disable("too_warm")
    lab.wait(seconds=61)
    assert follow()[0] == ("failed", f"the device published no reading; {while_it_ran}")

    lab.done("quinn", f"/freezers/{freezer}/alarms/arming", WHY)
    everything = disable()
    facts = refused(lab.post("bo", road, WHY), 409, "proof_alarms_disabled")
    assert (facts["freezer"], facts["by"]) == (freezer, "Quinn Person")
    lab.wait(days=1)
    assert follow()[0] == ("failed", f"no alarm could be raised; {everything}"), "the one that was planned"
    assert proofs.follow(acts) == 0
    assert [(one["kind"], one["state"]) for one in lab.told("tom", "/alarms")] == [("not_proven", "unacknowledged")]
    lab.done("quinn", f"/freezers/{freezer}/alarms/arming", WHY)
    lab.done("bo", road, WHY)


def test_a_freezer_with_units_proves_nothing_and_one_that_proves_holds_none(lab: Lab, freezer: str) -> None:
    usual = lab.freezer()
    refused(lab.post("bo", f"/freezers/{usual}/proofs", WHY), 409, "not_for_proofs")
    assert lab.told("bo", f"/freezers/{usual}/proofs") == {"plan": None, "proofs": []}
    slots = {"rack": "R1", "box": "B1", "slots": ["A1"]}
    refused(lab.post("bo", f"/freezers/{freezer}/positions", slots), 409, "nothing_lies_there")
    assert freezer not in [one["code"] for one in lab.told("tom", "/freezer-room")]


def test_a_planned_proof_begins_by_itself_and_fails_where_no_device_speaks(lab: Lab, freezer: str, acts: Acts) -> None:
    assert lab.told("bo", f"/freezers/{freezer}/proofs")["plan"]["number"] == 0
    assert plan(lab, freezer)["plan"]["number"] == 1
    assert proofs.follow(acts) == 0
    lab.wait(days=1)
    assert (proofs.follow(acts), proofs.follow(acts)) == (1, 0)
    lab.wait(seconds=61)
    assert (proofs.follow(acts), alarms.watch(acts)) == (1, 1)
    [proof] = lab.told("quinn", f"/freezers/{freezer}/proofs")["proofs"]
    assert (proof["state"], proof["lacking"]) == ("failed", "the device published no reading")
    [alarm] = lab.told("tom", "/alarms")
    assert (alarm["kind"], alarm["subject"], alarm["state"]) == ("not_proven", freezer, "unacknowledged")
    assert alarm["words"].endswith("the device published no reading")


def test_a_missed_proof_is_an_alarm_until_a_proof_runs(lab: Lab, freezer: str, acts: Acts) -> None:
    plan(lab, freezer)
    lab.wait(days=1, seconds=GRACE.total_seconds() + 1)
    assert alarms.watch(acts) == 1
    assert "no proof began" in lab.told("tom", "/alarms")[0]["words"]
    assert (proofs.follow(acts), alarms.watch(acts)) == (1, 1)
    assert lab.told("tom", "/alarms")[0]["state"] == "returned_unacknowledged"


def test_where_material_lies_and_nobody_is_told_or_no_freezer_proves_alarms_that_is_one(
    lab: Lab, acts: Acts, installation: Installation
) -> None:
    lab.slots(lab.freezer(), 1)
    assert work.watch(acts) == 0
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db, lab.clock.now())
        db.execute("SET session_replication_role = replica")  # the unit has no history
        lies = "INSERT INTO placement SELECT %s, %s, p.id, %s, %s FROM storage_position p"
        db.execute(lies, [uuid4(), uuid4(), WORKER.id, lab.clock.now()])
    assert (work.watch(acts), work.watch(acts)) == (2, 0)

    def told() -> set[tuple[str, str, str]]:
        return {(alarm["kind"], alarm["subject"], alarm["state"]) for alarm in lab.told("tom", "/alarms")}

    assert told() == {(kind, FACILITY, "unacknowledged") for kind in ("not_proven", "nobody_told")}
    assert lab.told("gus", "/alarms") == []
    lab.done("bo", "/freezers", PROOF)
    somebody = {"facility": FACILITY, "name": "Bo at night"}
    lab.done("bo", "/contacts", somebody | {"email": "bo@lab.example"})
    assert work.watch(acts) == 1, "who is never on duty is told of nothing"
    lab.done("bo", "/contacts/duty", somebody | {"starts_at": lab.clock.now().isoformat()})
    assert work.watch(acts) == 1
    assert told() == {(kind, FACILITY, "returned_unacknowledged") for kind in ("not_proven", "nobody_told")}


@pytest.mark.parametrize("table", INSIDE)
def test_the_database_lets_nothing_lie_in_what_only_proves_alarms(
    freezer: str, lab: Lab, installation: Installation, table: str
) -> None:
    [(inside,)] = installation.rows("SELECT id FROM freezer WHERE code = %s", freezer)
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db, lab.clock.now())
        with pytest.raises(psycopg.Error) as refusal:
            db.execute(INSIDE[table].encode(), {"freezer": inside, "id": uuid4()})
    assert refusal.value.sqlstate == "BB044"


@pytest.mark.parametrize(
    ("change", "refused_by"),
    [
        ("state = 'passed', ended_at = now()", "ck_alarm_proof_passed"),
        ("state = 'failed', ended_at = now()", "ck_alarm_proof_lacking"),
        ("told_at = now()", "BB045"),
        ("published_at = NULL", "BB045"),
    ],
)
def test_the_database_takes_no_proof_for_passed_that_lacks_a_stage(
    freezer: str, lab: Lab, acts: Acts, installation: Installation, change: str, refused_by: str
) -> None:
    lab.done("bo", f"/freezers/{freezer}/proofs", WHY)
    [(proof,)] = installation.rows("SELECT id FROM alarm_proof")
    proofs.published(acts, proof)
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db, lab.clock.now())
        with pytest.raises(psycopg.Error) as refusal:
            db.execute(f"UPDATE alarm_proof SET {change}".encode())
    assert refused_by in (refusal.value.sqlstate, refusal.value.diag.constraint_name)
