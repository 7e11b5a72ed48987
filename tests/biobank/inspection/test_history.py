"""Every value that a thing ever had, from the entries of the trail."""

from typing import Any

from tests.path import Lab, refused


def values(lab: Lab, code: str, record: str, field: str, who: str = "quinn") -> list[Any]:
    """The values of one field, the first one first."""
    fields = lab.told(who, f"/history/{code}")["fields"]
    wanted = [found for found in fields if (found["record"], found["field"]) == (record, field)]
    return [one["value"] for found in wanted for one in found["values"]]


def test_three_changes_leave_four_values(lab: Lab, participant: str) -> None:
    order = {"purposes": ["treatment", "biobank"], "reason": "The patient said so today"}
    lab.done("tess", f"/participants/{participant}/withdrawal", order)
    assert values(lab, participant, "participant", "state") == ["consented", "eligible", "allocated", "withdrawn"]
    told = lab.told("quinn", f"/history/{participant}")
    state = next(one for one in told["fields"] if (one["record"], one["field"]) == ("participant", "state"))
    assert [(one["username"], one["kind"]) for one in state["values"]] == [
        ("tess", "consent"), ("tess", "screen"), ("tess", "allocate"), ("tess", "withdraw"),
    ]  # fmt: skip
    assert state["values"][-1]["reason"] == "The patient said so today"


def test_what_is_recorded_long_after_it_happened_is_late(lab: Lab, participant: str) -> None:
    other = lab.enrolled()
    happened = lab.clock.now()
    lab.wait(minutes=15)
    lab.done("tess", f"/participants/{participant}/weights", _weight("70", happened.isoformat()))
    lab.wait(seconds=1)
    lab.done("tess", f"/participants/{other}/weights", _weight("80", happened.isoformat()))
    for code, late in ((participant, False), (other, True)):
        fields = lab.told("quinn", f"/history/{code}")["fields"]
        weighed = next(one for one in fields if (one["record"], one["field"]) == ("weight", "weight_kg"))
        assert [one["late"] for one in weighed["values"]] == [late]


def _weight(kilograms: str, at: str) -> dict[str, Any]:
    return {"period": 1, "weight_kg": kilograms, "occurred_at": at}


def test_every_kind_of_thing_has_one(lab: Lab, participant: str) -> None:
    batch = lab.isolated(participant)
    culture = lab.seed(batch)["code"]
    freezer = lab.freezer()
    position = lab.slots(freezer, 1)[0]
    donation = lab.told("quinn", f"/batches/{batch}")["donation"]
    opened = {"material": batch, "title": "A box was dropped", "description": "From the bench to the floor."}
    deviation = lab.done("quinn", "/deviations", opened)["code"]
    for code in (participant, donation, batch, culture, lab.medium(), freezer, position, deviation):
        assert lab.told("tom", f"/history/{code}")["fields"], code


def test_it_is_of_the_facility_and_of_its_own_place(lab: Lab, participant: str) -> None:
    donation = lab.received(participant)
    for who in ("tess", "phil", "mona", "stella"):
        refused(lab.get(who, f"/history/{donation}"), 403, "not_your_role")
    refused(lab.get("gina", f"/history/{donation}"), 404, "no_such_material")
