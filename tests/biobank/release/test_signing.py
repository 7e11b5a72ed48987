"""Who may sign a decision and with what, and what their signature is bound to, through HTTP."""

import hashlib
import json
from typing import Any

import psycopg

from biobank.act.people import Role
from labels.local import CodeKind, build
from tests.biobank.release.conftest import STEPS, decide, file_of, kept
from tests.path import Lab, refused
from tests.readbacks import read_labels_back
from tests.serving import PASSWORD
from tests.telemetry import Installation


def test_nobody_decides_about_what_went_through_their_hands_nor_twice(lab: Lab, installation: Installation) -> None:
    hands = ("routed", "isolated", "seeded", "fed", "harvested", "verified", "froze", "tested", "bled")
    for who in (*hands, "disposed"):
        lab.hire(who, Role.TECHNICIAN, Role.QP, Role.QA, Role.SPONSOR_RELEASER)
    participant = lab.enrolled()
    donation = lab.received(participant)
    batch = lab.done("routed", f"/donations/{donation}/routing")["code"]
    count = {"method": "NucleoCounter", "total_cells": 40_000_000, "viability_percent": "96"}
    lab.done("isolated", f"/batches/{batch}/isolation", count | {"donation": donation})
    vessels = {"vessel": "T-500", "vessels": 1, "area_cm2": "500", "from_culture": None, "cells_seeded": 25_000_000}
    culture = lab.done("seeded", f"/batches/{batch}/cultures", vessels)["code"]
    lab.done("fed", f"/cultures/{culture}/feeds", {"lot": lab.medium(), "volume_ml": "120"})
    lab.wait(days=10)
    lab.done("harvested", f"/cultures/{culture}/harvest", count)
    lab.done("verified", f"/cultures/{culture}/harvest/verification")
    unit = {"viable_cells": 20_000_000, "volume_ml": "1.5"}
    lab.done("froze", f"/batches/{batch}/freezing-runs", {"program": "slow", "from_culture": culture, "units": [unit]})
    lab.donor_tests(donation)
    again = {"marker": "hbsag", "reactive": False, "sampled_on": lab.sampled_on(donation)}
    lab.done("bled", f"/donations/{donation}/donor-tests", again)
    lab.results(batch)
    read_labels_back(lab, batch)
    lab.result(batch, "viability", who="tested")
    decided: list[str] = []
    lab.hire("apart", Role.QP, Role.SPONSOR_RELEASER)
    for step, who in zip(STEPS, ("disposed", "apart", "sam"), strict=True):
        before = kept(installation)
        for other in (*hands, *decided):
            for verdict in ("approved", "rejected"):
                refused(decide(lab, other, batch, step, verdict), 409, "made_it_yourself")
        assert kept(installation) == before
        lab.decide(who, batch, step)
        decided.append(who)


def test_each_decision_takes_its_own_role(lab: Lab, installation: Installation, batch: str) -> None:
    before = kept(installation)
    everybody = ("quinn", "quentin", "sam", "tom", "pia", "bo", "stan", "sofia", "tess", "phil", "mona", "cora", "stella")
    for step, decides in STEPS.items():
        for who in everybody:
            if who != decides:
                refused(decide(lab, who, batch, step), 403, "not_your_role")
    for who in ("tess", "phil", "mona", "cora", "stan", "stella"):
        refused(lab.get(who, f"/batches/{batch}/release-file"), 403, "not_your_role")
    body = {"verdict": "approved", "signature": lab.sign("quinn")}
    assert lab.client.post(f"/api/batches/{batch}/disposition", json=body).status_code == 401
    assert kept(installation) == before


def test_a_batch_of_another_facility_is_not_there(lab: Lab, installation: Installation, batch: str) -> None:
    before = kept(installation)
    for step, role in zip(STEPS, (Role.QA, Role.QP, Role.SPONSOR_RELEASER), strict=True):
        who = f"far-{role}".replace("_", "-")
        lab.hire(who, role, place="gmp-2")
        told = decide(lab, who, batch, step).json()
        nowhere = build("01", CodeKind.BATCH, 2026, 99)
        assert told["code"] == decide(lab, who, nowhere, step).json()["code"] == "no_such_batch"
        refused(lab.get(who, f"/batches/{batch}/release-file"), 404, "no_such_batch")
    unit = file_of(lab, batch)["units"][0]
    refused(decide(lab, "quinn", unit, "disposition"), 404, "no_such_batch")
    assert kept(installation) == before


WRONG_SIGNATURES: list[tuple[dict[str, Any], int, str]] = [
    ({"password": "another long password"}, 403, "wrong_signature"),
    ({"password": PASSWORD.upper()}, 403, "wrong_signature"),
    ({"password": ""}, 403, "wrong_signature"),
    ({"username": "sam"}, 403, "wrong_signature"),
    ({"username": "nobody"}, 403, "wrong_signature"),
    ({"username": ""}, 422, "bad_input"),
    ({"meaning": ""}, 422, "bad_input"),
    ({"meaning": "  "}, 422, "bad_input"),
    ({"meaning": None}, 422, "bad_input"),
    ({"password": None}, 422, "bad_input"),
    ({"signed_at": "2026-03-15T09:00:00Z"}, 422, "bad_input"),
]


def test_who_does_not_give_every_component_signs_nothing(lab: Lab, installation: Installation, batch: str) -> None:
    for who in STEPS.values():
        lab.as_(who)
    for step, who in STEPS.items():
        before = kept(installation)
        for changed, status, code in WRONG_SIGNATURES:
            if changed.get("username") != who:
                body = {"verdict": "approved", "signature": lab.sign(who) | changed}
                refused(lab.post(who, f"/batches/{batch}/{step}", body), status, code)
        for body in garbage(lab.sign(who)):
            refused(lab.post(who, f"/batches/{batch}/{step}", body), 422, "bad_input")
        assert kept(installation) == before
        lab.decide(who, batch, step)


def garbage(signature: dict[str, str]) -> list[Any]:
    """Bodies that are no decision, though rightly signed."""
    return [
        {"verdict": "approved"},
        {"verdict": "approved", "signature": None},
        {"verdict": "approved", "signature": "Quinn"},
        {"signature": signature},
        {"verdict": "Approved", "signature": signature},
        {"verdict": "released", "signature": signature},
        {"verdict": None, "signature": signature},
        {"verdict": ["approved"], "signature": signature},
        {"verdict": "approved", "signature": signature, "stage": "sponsor_release"},
        {"verdict": "approved", "signature": signature, "decided_at": "2026-03-15T09:00:00Z"},
        [],
    ]


def test_a_decision_sent_twice_with_one_key_is_taken_once(lab: Lab, installation: Installation, batch: str) -> None:
    for step, who in STEPS.items():
        key = {"Idempotency-Key": f"the-{step}"}
        first = decide(lab, who, batch, step, **key)
        before = kept(installation)
        refused(decide(lab, who, batch, step, **key), 409, "already_done")
        refused(decide(lab, who, batch, step, "rejected", **key), 409, "idempotency_key_reused")
        assert (first.status_code, kept(installation)) == (201, before)
    assert installation.one("SELECT count(*) FROM idempotency_key WHERE strpos(answer, 'content_sha256') > 0") == 0


def test_a_refused_decision_leaves_its_key_free(lab: Lab, batch: str) -> None:
    key = {"Idempotency-Key": "certified-once"}
    refused(decide(lab, "quentin", batch, "certification", **key), 409, "decision_missing")
    lab.dispose(batch)
    assert decide(lab, "quentin", batch, "certification", **key).status_code == 201


def test_a_signature_is_bound_to_what_was_reviewed(lab: Lab, installation: Installation, batch: str) -> None:
    lab.release(batch)
    rows = installation.rows(
        "SELECT d.stage, d.verdict, d.reviewed, s.content_sha256, s.record, s.person_id = d.decided_by"
        " FROM decision d JOIN signature s ON s.id = d.signature_id ORDER BY d.decided_at, s.id"
    )
    assert len(rows) == 3
    for stage, verdict, reviewed, sha256, record, theirs in rows:
        content = {"act": stage, "batch": batch, "reviewed": reviewed, "verdict": verdict}
        bound = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert (hashlib.sha256(bound.encode()).digest(), record, theirs) == (bytes(sha256), batch, True)
        lay = json.loads(reviewed)
        assert (len(lay["results"]), len(lay["donor_tests"]), len(lay["units"])) == (12, 5, 2)


def test_a_decision_that_was_changed_behind_the_program_shows_as_unsigned(
    lab: Lab, installation: Installation, batch: str
) -> None:
    lab.dispose(batch, "rejected")
    assert file_of(lab, batch)["decisions"][0]["signature"]["printed_name"] == "Quinn Person"
    lab.result(batch, "viability", "99")
    assert file_of(lab, batch)["decisions"][0]["signature"] is not None, "later results change nothing that was signed"
    tamper(installation, "UPDATE decision SET verdict = 'approved'")
    decision = file_of(lab, batch)["decisions"][0]
    assert (decision["verdict"], decision["signature"]) == ("approved", None)
    tamper(installation, "UPDATE decision SET verdict = 'rejected'")
    assert file_of(lab, batch)["decisions"][0]["signature"] is not None
    tamper(installation, "UPDATE decision SET reviewed = replace(reviewed, '97.5', '99.5')")
    assert file_of(lab, batch)["decisions"][0]["signature"] is None


def tamper(installation: Installation, sql: str) -> None:
    """Change a decision as the server's owner could."""
    with psycopg.connect(installation.owner_url) as db:
        db.execute("ALTER TABLE decision DISABLE TRIGGER append_only; ALTER TABLE decision DISABLE TRIGGER audit_row")
        db.execute(sql)
        db.execute("ALTER TABLE decision ENABLE ALWAYS TRIGGER append_only; ALTER TABLE decision ENABLE ALWAYS TRIGGER audit_row")
