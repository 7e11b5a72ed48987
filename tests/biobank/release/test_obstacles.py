"""What stands in the way of an approval, through HTTP: tests, donors, deviations, holds, and the biobank."""

from tests.biobank.release.conftest import HOLD, STEPS, decide, deviation, file_of, kept
from tests.path import Lab, refused
from tests.serving import badge
from tests.telemetry import Installation

CONCLUSION = {"conclusion": "Seen, understood, and without bearing on the cells"}


def test_no_approval_with_tests_missing_or_failed(lab: Lab, installation: Installation) -> None:
    batch = lab.isolated(lab.enrolled())
    donation = file_of(lab, batch)["donation"]
    lab.stored(batch, lab.harvested(batch), units=1)
    lab.wait(days=15)
    before = kept(installation)
    assert "Sterility, 14 days" in refused(decide(lab, "quinn", batch, "disposition"), 409, "results_missing")["names"]
    lab.results(batch)
    facts = refused(decide(lab, "quinn", batch, "disposition"), 409, "donor_tests_missing")
    assert facts["names"] == ("Anti-HIV-1,2, Hepatitis B surface antigen, Anti-HBc, Anti-HCV, Syphilis algorithm"), (
        "in the order of the study"
    )
    lab.donor_tests(donation)
    assert lab.result(batch, "cd73", "94.9")["passed"] is False
    assert refused(decide(lab, "quinn", batch, "disposition"), 409, "results_failed")["names"] == "CD73 positive"
    lab.result(batch, "cd73")
    assert kept(installation) == before
    [opened] = file_of(lab, batch)["open_deviations"]
    assert refused(decide(lab, "quinn", batch, "disposition"), 409, "deviation_open")["names"] == opened["code"]
    lab.done("quinn", f"/deviations/{opened['code']}/closure", CONCLUSION)
    lab.dispose(batch)


def test_no_approval_with_a_deviation_open_about_anything_of_the_donation(
    lab: Lab, installation: Installation, batch: str
) -> None:
    file = file_of(lab, batch)
    culture = lab.told("quinn", f"/batches/{batch}")["cultures"][0]["code"]
    for step, who in STEPS.items():
        for material in (file["donation"], culture, batch, file["units"][0]):
            opened = lab.done("tom", "/deviations", deviation(material))["code"]
            before = kept(installation)
            assert refused(decide(lab, who, batch, step), 409, "deviation_open")["names"] == opened
            assert kept(installation) == before
            lab.done("quinn", f"/deviations/{opened}/closure", CONCLUSION)
        lab.decide(who, batch, step)


def test_no_approval_with_a_hold_on_what_the_batch_is_made_of(lab: Lab, installation: Installation, batch: str) -> None:
    culture = lab.told("quinn", f"/batches/{batch}")["cultures"][0]["code"]
    lab.done("bo", f"/materials/{batch}/holds", HOLD | {"purposes": ["movement", "test_thaw"]})
    for step, who in STEPS.items():
        for material, purpose in (
            (file_of(lab, batch)["donation"], "patient_use"),
            (culture, "distribution"),
            (batch, "patient_use"),
        ):
            number = lab.done("bo", f"/materials/{material}/holds", HOLD | {"purposes": [purpose]})["number"]
            before = kept(installation)
            assert refused(decide(lab, who, batch, step), 409, "on_hold") == {"kind": "manual", "purpose": purpose}
            assert kept(installation) == before
            lab.done("quinn", f"/materials/{material}/holds/{number}/lifting", {"reason": "The supplier took it back"})
        lab.decide(who, batch, step)


def test_a_held_lot_of_medium_holds_back_what_was_fed_with_it(lab: Lab, installation: Installation) -> None:
    batch = lab.isolated(lab.enrolled())
    culture = lab.seed(batch)["code"]
    lab.feed(culture)
    lab.wait(days=12)
    lab.harvest(culture, 40_000_000)
    lab.verify(culture)
    lab.stored(batch, culture, units=1)
    lab.donor_tests(file_of(lab, batch)["donation"])
    lab.results(batch)
    held = lab.done("bo", f"/materials/{lab.medium()}/holds", HOLD)["number"]
    assert lab.medium() in [hold["material"] for hold in file_of(lab, batch)["open_holds"]]
    before = kept(installation)
    refused(decide(lab, "quinn", batch, "disposition"), 409, "on_hold")
    assert kept(installation) == before
    lab.done("quinn", f"/materials/{lab.medium()}/holds/{held}/lifting", {"reason": "The supplier took it back"})
    lab.dispose(batch)


def test_a_unit_that_is_held_by_itself_stays_held_when_the_others_are_released(lab: Lab, batch: str) -> None:
    held, *others = file_of(lab, batch)["units"]
    number = lab.done("bo", f"/materials/{held}/holds", HOLD)["number"]
    lab.release(batch)
    assert [hold["number"] for hold in lab.told("quinn", f"/materials/{held}/holds")] == [number]
    assert [lab.told("quinn", f"/materials/{unit}/holds") for unit in others] == [[]]


def test_a_reactive_donor_is_never_released_whatever_is_lifted_or_done_again(
    lab: Lab, installation: Installation, batch: str
) -> None:
    donation = file_of(lab, batch)["donation"]
    sampled = {"marker": "hbsag", "reactive": True, "sampled_on": lab.sampled_on(donation)}
    lab.done("tina", f"/donations/{donation}/donor-tests", sampled)
    lab.done("tina", f"/donations/{donation}/donor-tests", sampled | {"reactive": False})
    [hold] = lab.told("quinn", f"/materials/{donation}/holds")
    lab.done("quinn", f"/materials/{donation}/holds/{hold['number']}/lifting", {"reason": "A second sample was negative"})
    before = kept(installation)
    facts = refused(decide(lab, "quinn", batch, "disposition"), 409, "donor_test_reactive")
    assert facts["names"] == "Hepatitis B surface antigen"
    assert kept(installation) == before


def test_what_is_kept_in_the_biobank_is_never_released(lab: Lab, installation: Installation) -> None:
    lab.enrolled()
    batch = lab.isolated(lab.enrolled())
    assert lab.told("quinn", f"/batches/{batch}")["purpose"] == "biobank"
    lab.donor_tests(file_of(lab, batch)["donation"])
    unit = lab.stored(batch, None, units=1, cells=5_000_000)[0]
    lab.results(batch)
    before = kept(installation)
    for step, who in STEPS.items():
        for verdict in ("approved", "rejected"):
            refused(decide(lab, who, batch, step, verdict), 409, "biobank_only")
    for code in (batch, unit):
        [hold] = lab.told("quinn", f"/materials/{code}/holds")
        road = f"/materials/{code}/holds/{hold['number']}/lifting"
        refused(lab.post("quinn", road, {"reason": "The sponsor wants it"}), 409, "stays_held")
    assert kept(installation) == before


def test_a_deviation_opened_after_the_release_holds_what_it_is_about(lab: Lab, batch: str) -> None:
    lab.release(batch)
    file = file_of(lab, batch)
    culture = lab.told("quinn", f"/batches/{batch}")["cultures"][0]["code"]
    for about, held in ((file["units"][0],) * 2, (batch, batch), (culture, file["donation"]), (file["donation"],) * 2):
        opened = lab.done("tom", "/deviations", deviation(about))["code"]
        [hold] = lab.told("quinn", f"/materials/{held}/holds")
        assert (hold["kind"], hold["purposes"]) == ("deviation", ["distribution", "patient_use"]), about
        road = f"/materials/{held}/holds/{hold['number']}/lifting"
        facts = refused(lab.post("quinn", road, {"reason": "It was seen and is understood"}), 409, "deviation_still_open")
        assert facts == {"names": opened}
        lab.done("quinn", f"/deviations/{opened}/closure", CONCLUSION)
        lab.done("quinn", road, {"reason": "It was seen and is understood"})
    assert file_of(lab, batch)["open_holds"] == []


def test_a_result_that_fails_after_the_release_holds_the_batch_again(lab: Lab, batch: str) -> None:
    lab.release(batch)
    lab.result(batch, "sterility", "growth")
    [hold] = lab.told("quinn", f"/materials/{batch}/holds")
    assert (hold["kind"], hold["purposes"]) == ("deviation", ["distribution", "patient_use"])
    lab.result(batch, "sterility")
    assert [one["number"] for one in lab.told("quinn", f"/materials/{batch}/holds")] == [hold["number"]]


def test_no_approval_while_a_label_is_not_accounted_for(lab: Lab, batch: str) -> None:
    second = badge(lab.client, "pia", lab.as_("pia"))
    [label] = lab.told("tom", f"/materials/{batch}/labels")
    again = {"reason": "The first one was smeared", "second": second}
    copy = lab.done("tom", f"/labels/{label['number']}/reprint", again)["number"]
    assert file_of(lab, batch)["open_labels"] == [copy]
    lab.review_trail(batch)
    order = {"verdict": "approved", "signature": lab.sign("quinn")}
    facts = refused(lab.post("quinn", f"/batches/{batch}/disposition", order), 409, "labels_unaccounted")
    assert facts["names"] == str(copy)
    lab.done("tom", f"/labels/{copy}/account", {"state": "destroyed"})
    lab.dispose(batch)
