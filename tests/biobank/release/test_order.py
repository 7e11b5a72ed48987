"""Release through HTTP: three decisions in their order, each once, each final."""

import pytest

from tests.biobank.release.conftest import HOLD, STEPS, decide, deviation, file_of, kept, steps_of
from tests.path import Lab, refused
from tests.telemetry import Installation


def test_a_batch_and_all_its_units_are_released_by_three_people_in_order(lab: Lab, batch: str) -> None:
    units = file_of(lab, batch)["units"]
    assert len(units) == 2
    assert {(one["unit"], one["warm_s"]) for one in file_of(lab, batch)["warming"]} == {(unit, 0) for unit in units}
    for step, who in STEPS.items():
        assert {hold["kind"] for hold in file_of(lab, batch)["open_holds"]} == {"not_released"}
        lab.wait(minutes=10)
        told = lab.decide(who, batch, step)
        assert (told["batch"], told["stage"], told["verdict"]) == (batch, step.replace("-", "_"), "approved")
        assert (told["signature"]["printed_name"], told["signature"]["meaning"]) == (f"{who.title()} Person", "I approve this")
    file = file_of(lab, batch)
    assert file["open_holds"] == []
    assert [decision["stage"] for decision in file["decisions"]] == ["disposition", "certification", "sponsor_release"]
    for code in (batch, *units):
        assert lab.told("quinn", f"/materials/{code}/holds") == []
        assert steps_of(lab, code)[-1] == "release"
    assert steps_of(lab, batch)[-3:] == ["dispose", "certify", "release"]


def test_the_release_file_tells_what_is_missing_and_what_holds(lab: Lab) -> None:
    batch = lab.isolated(lab.enrolled())
    file = file_of(lab, batch)
    assert (len(file["missing"]), len(file["donor_tests_missing"])) == (12, 5)
    assert (file["failed"], file["donor_tests_reactive"], file["decisions"], file["units"]) == ([], [], [], [])
    lab.donor_test(file["donation"], "hbsag", reactive=True)
    lab.harvested(batch)
    lab.result(batch, "viability", "50")
    lab.done("bo", f"/materials/{batch}/holds", HOLD)
    file = file_of(lab, batch)
    assert (file["failed"], file["donor_tests_reactive"]) == (["Viability"], ["Hepatitis B surface antigen"])
    assert [(hold["kind"], hold["material"]) for hold in file["open_holds"]] == [
        ("not_released", batch),
        ("donor_test", file["donation"]),
        ("manual", batch),
    ]
    assert [deviation["material"] for deviation in file["open_deviations"]] == [batch]


def test_no_decision_before_its_turn_and_none_twice(lab: Lab, installation: Installation, batch: str) -> None:
    order = list(STEPS.items())
    for turn, (step, who) in enumerate(order):
        before = kept(installation)
        for verdict in ("approved", "rejected"):
            for later, other in order[turn + 1 :]:
                facts = refused(decide(lab, other, batch, later, verdict), 409, "decision_missing")
                assert facts["stage"] in ("disposition", "certification")
            for earlier, other in order[:turn]:
                assert refused(decide(lab, other, batch, earlier, verdict), 409, "decided_already")["verdict"] == "approved"
        assert kept(installation) == before
        lab.decide(who, batch, step)
    before = kept(installation)
    for step, who in order:
        refused(decide(lab, who, batch, step, "rejected"), 409, "decided_already")
    assert kept(installation) == before


@pytest.mark.parametrize("rejected", [0, 1, 2])
def test_a_rejection_is_final_and_leaves_everything_held(lab: Lab, installation: Installation, batch: str, rejected: int) -> None:
    order = list(STEPS.items())
    for step, who in order[:rejected]:
        lab.decide(who, batch, step)
    held = installation.one("SELECT count(*) FROM hold WHERE lifted_at IS NULL")
    step, who = order[rejected]
    assert lab.decide(who, batch, step, "rejected")["verdict"] == "rejected"
    assert steps_of(lab, batch)[-1] == "reject"
    before = kept(installation)
    refused(decide(lab, who, batch, step), 409, "decided_already")
    for later, other in order[rejected + 1 :]:
        for verdict in ("approved", "rejected"):
            refused(decide(lab, other, batch, later, verdict), 409, "decision_missing")
    assert kept(installation) == before
    assert installation.one("SELECT count(*) FROM hold WHERE lifted_at IS NULL") == held == 3


def test_a_batch_of_which_everything_is_missing_can_be_rejected(lab: Lab) -> None:
    batch = lab.isolated(lab.enrolled())
    lab.done("quinn", "/deviations", deviation(batch))
    lab.dispose(batch, "rejected")
    assert file_of(lab, batch)["decisions"][0]["verdict"] == "rejected"
