"""Donor tests through HTTP, with everything tried wrong."""

from typing import Any

from biobank.act.people import Role, Side
from labels.local import CodeKind, build
from tests.biobank.quality.conftest import LAB
from tests.path import Lab, refused
from tests.serving import hire
from tests.starts import found, starting
from tests.telemetry import Installation

COUNTED = "SELECT (SELECT count(*) FROM donor_test), (SELECT count(*) FROM hold)"


start = starting(LAB, LAB.then("donation", lambda there: there.lab.received(there.lab.enrolled())))
donation = found("donation")


def test_donor_tests_are_counted_by_marker(lab: Lab, donation: str) -> None:
    attempts = [lab.donor_test(donation, marker)["attempt"] for marker in ("hbsag", "hbsag", "syphilis", "hbsag")]
    assert attempts == [1, 2, 1, 3]
    told = lab.told("quinn", f"/donations/{donation}/donor-tests")
    assert [(one["marker"], one["attempt"], one["reactive"]) for one in told] == [
        ("hbsag", 1, False),
        ("hbsag", 2, False),
        ("hbsag", 3, False),
        ("syphilis", 1, False),
    ]


def test_a_reactive_donor_test_holds_everything_of_the_donation(lab: Lab, donation: str) -> None:
    lab.donor_test(donation, "hbsag", reactive=True)
    [hold] = lab.told("quinn", f"/materials/{donation}/holds")
    assert (hold["kind"], hold["purposes"]) == ("donor_test", ["distribution", "patient_use"])
    lab.donor_test(donation, "hbsag")
    assert len(lab.told("quinn", f"/materials/{donation}/holds")) == 1


def test_what_is_made_of_a_reactive_donation_is_labelled_as_a_hazard(lab: Lab, installation: Installation, donation: str) -> None:
    batch = lab.route(donation)["code"]
    sql = "SELECT m.code, l.fields ->> 'biohazard' FROM label_print l JOIN material m ON m.id = l.material_id"
    assert {warned for _, warned in installation.rows(sql)} == {None}
    lab.donor_test(donation, "hbsag", reactive=True)
    lab.isolate(batch, donation)
    culture = lab.seed(batch)["code"]
    warned = dict(installation.rows(sql))
    assert (warned[culture], warned[donation]) == ("yes", None)


def test_the_bedside_sees_nothing_of_a_reactive_donor_test(lab: Lab, donation: str) -> None:
    before = lab.told("tess", f"/donations/{donation}"), lab.told("tess", f"/materials/{donation}")
    lab.donor_test(donation, "hbsag", reactive=True)
    assert (lab.told("tess", f"/donations/{donation}"), lab.told("tess", f"/materials/{donation}")) == before
    for who in ("tess", "phil", "mona", "cora"):
        refused(lab.get(who, f"/donations/{donation}/donor-tests"), 403, "not_your_role")


def test_a_wrong_donor_test_is_refused_and_nothing_is_changed(lab: Lab, installation: Installation, donation: str) -> None:
    before = installation.rows(COUNTED)
    good = {"marker": "hbsag", "reactive": False, "sampled_on": lab.sampled_on(donation)}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"marker": "hbs_ag"}, "unknown_marker"),
        ({"marker": "viability"}, "unknown_marker"),
        ({"sampled_on": "2026-03-14"}, "sampled_outside_days"),
        ({"sampled_on": "2026-03-16"}, "sampled_outside_days"),
        ({"sampled_on": "15.3.2026"}, "bad_input"),
        ({"sampled_on": None}, "bad_input"),
        ({"reactive": "no"}, "bad_input"),
        ({"reactive": 0}, "bad_input"),
        ({"reactive": None}, "bad_input"),
        ({"marker": ""}, "bad_input"),
        ({"titre": "1:80"}, "bad_input"),
    ]
    for changed, code in wrong:
        refused(lab.post("tina", f"/donations/{donation}/donor-tests", good | changed), 422, code)
    for who in ("pia", "bo", "quentin", "tess", "stella"):
        refused(lab.post(who, f"/donations/{donation}/donor-tests", good), 403, "not_your_role")
    nothing = build("01", CodeKind.DONATION, 2026, 99)
    refused(lab.post("tina", f"/donations/{nothing}/donor-tests", good), 404, "no_such_material")
    elsewhere = hire(lab.client, "thea", Side.FACILITY, Role.TECHNICIAN, place="gmp-2")
    answer = lab.client.post(f"/api/donations/{donation}/donor-tests", json=good, headers=elsewhere)
    refused(answer, 404, "no_such_material")
    assert installation.rows(COUNTED) == before


def test_a_donor_test_sent_twice_with_one_key_is_recorded_once(lab: Lab, installation: Installation, donation: str) -> None:
    order = {"marker": "hbsag", "reactive": True, "sampled_on": lab.sampled_on(donation)}
    answers = [lab.post("tina", f"/donations/{donation}/donor-tests", order, **{"Idempotency-Key": "hbsag-1-of-1"}) for _ in "ab"]
    assert answers[0].json() == answers[1].json()
    assert installation.one("SELECT count(*) FROM donor_test") == 1
    assert installation.one("SELECT count(*) FROM hold") == 1
