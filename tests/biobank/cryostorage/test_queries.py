"""Which units may be thawed for a participant, who made a batch, and what becomes of a unit that is taken out."""

from datetime import timedelta
from uuid import UUID

import pytest

from biobank.act.kinds import Kind
from biobank.act.people import Person, Role, Side
from biobank.cryostorage import operations, queries
from biobank.cryostorage.rules import NotStored
from biobank.custody.rules import OutOfOrder
from tests.biobank.cryostorage.conftest import unit_of
from tests.bodies import MILLION
from tests.path import FACILITY, Lab
from tests.telemetry import Installation


def person(installation: Installation, username: str) -> Person:
    identity = installation.one("SELECT id FROM person WHERE username = %s", username)
    return Person(identity, username, username, Side.FACILITY, frozenset({Role.PREPARER}), frozenset({FACILITY}))


def usable(installation: Installation, participant: str) -> list[str]:
    """The codes of the participant's usable units, as the facility reads them."""
    identity: UUID = installation.one("SELECT id FROM participant WHERE code = %s", participant)
    with installation.acts.look(person(installation, "tom")) as session:
        return [unit.code for unit in queries.usable_units(session, identity)]


def test_only_released_stored_units_that_nobody_holds_are_usable_the_oldest_first(lab: Lab, installation: Installation) -> None:
    for _ in range(2):
        lab.enrolled()
    participant = lab.enrolled()
    batch = lab.reviewable(participant, units=3)
    first, second, third = (unit["code"] for unit in lab.told("quinn", "/units"))
    assert usable(installation, participant) == [], "not released"
    lab.release(batch)
    assert usable(installation, participant) == [first, second, third]
    hold = {"purposes": ["patient_use"], "reason": "The label is smeared"}
    placed = lab.done("quinn", f"/materials/{second}/holds", hold)
    assert usable(installation, participant) == [first, third]
    donation = lab.told("quinn", f"/batches/{batch}")["donation"]
    around = lab.done("quinn", f"/materials/{donation}/holds", hold)
    assert usable(installation, participant) == [], "what holds the donation holds whatever was made of it"
    lab.done("quinn", f"/materials/{donation}/holds/{around['number']}/lifting", {"reason": "It was another label"})
    lab.done("quinn", f"/materials/{second}/holds/{placed['number']}/lifting", {"reason": "It can be read"})
    assert lab.done("pia", f"/units/{first}/thaw", {"kit": None, "participant": participant})["state"] == "thawed"
    assert usable(installation, participant) == [second, third]
    for other in lab.told("tess", "/participants"):
        if other["code"] != participant:
            assert usable(installation, other["code"]) == []


def test_units_of_the_biobank_are_never_usable(lab: Lab, installation: Installation) -> None:
    participant = lab.enrolled()
    lab.stored(lab.isolated(participant), None, 2, MILLION)
    assert usable(installation, participant) == []


def test_whoever_routed_counted_verified_seeded_fed_or_froze_made_the_batch(
    lab: Lab, drug: str, installation: Installation
) -> None:
    culture = lab.seed(drug)["code"]
    lab.feed(culture)
    lab.harvest(culture)
    lab.verify(culture, "pia")
    order = {"program": "slow", "from_culture": culture, "units": [{"viable_cells": MILLION, "volume_ml": "1.5"}]}
    lab.done("tina", f"/batches/{drug}/freezing-runs", order)
    identity = installation.one("SELECT id FROM batch WHERE code = %s", drug)
    with installation.acts.look(person(installation, "tom")) as session:
        makers = queries.makers(session, identity)
    names = {name for name, known in installation.rows("SELECT username, id FROM person") if known in makers}
    assert names == {"tom", "tina", "pia"}


def test_what_is_taken_out_leaves_its_slot_at_that_moment(lab: Lab, batch: str, freezer: str, installation: Installation) -> None:
    [slot] = lab.slots(freezer, 1)
    stored, waiting = lab.freeze(batch, None, 2, MILLION)
    lab.place(stored, slot)
    lab.as_("pia")
    pia, now = person(installation, "pia"), installation.acts.clock.now()
    lab.wait(seconds=(now - lab.clock.now()).total_seconds())
    with pytest.raises(OutOfOrder), installation.acts.begin(pia, Kind.THAW_UNIT, occurred_at=now - timedelta(hours=4)) as act:
        operations.take_out(act, queries.unit_for_change(act, stored))
    with pytest.raises(NotStored), installation.acts.begin(pia, Kind.THAW_UNIT) as act:
        operations.take_out(act, queries.unit_for_change(act, waiting))
    assert unit_of(lab, stored)["position"] == slot
    with installation.acts.begin(pia, Kind.THAW_UNIT, occurred_at=now - timedelta(hours=1)) as act:
        operations.take_out(act, queries.unit_for_change(act, stored))
    assert (unit_of(lab, stored)["state"], unit_of(lab, stored)["position"]) == ("thawed", None)
    assert installation.rows("SELECT removed_at FROM placement") == [(now - timedelta(hours=1),)]
    assert [event["step"] for event in lab.told("tom", f"/materials/{stored}")["events"]][-1] == "thaw"
