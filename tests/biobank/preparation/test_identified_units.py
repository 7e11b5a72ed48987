"""A unit whose label cannot be read is thawed for its patient only where it was identified, by scanning that position."""

from typing import Any

import psycopg
import pytest

from biobank.act.kinds import Kind
from tests.doses import DoseLab
from tests.path import refused
from tests.photos import sent, taken
from tests.scripting import as_facility
from tests.serving import badge
from tests.telemetry import Installation


def thaw(lab: DoseLab, unit: str, kit: str | None, participant: str, position: str | None = None) -> Any:
    return lab.post("pia", f"/units/{unit}/thaw", {"kit": kit, "participant": participant, "position": position})


@pytest.mark.parametrize("sequence", ["A"])
def test_it_is_thawed_by_its_position_and_only_where_it_was_identified(
    lab: DoseLab, kit: str, participant: str, installation: Installation
) -> None:
    units = lab.prepare(kit)["units"]
    unit, position, other = units[0], where(lab, units[0]), where(lab, units[1])
    refused(thaw(lab, unit, kit, participant, other), 409, "lies_elsewhere")
    second, shade = badge(lab.client, "paul", lab.as_("paul")), iter((10, 20))

    def identify(position: str) -> None:
        order = {"unit": unit, "position": position, "second": second, "photo": sent(taken(next(shade)))}
        lab.done("pia", f"/units/{unit}/identification", order)

    identify(position)
    refused(thaw(lab, unit, kit, participant), 409, "not_identified")
    refused(thaw(lab, unit, kit, participant, other), 409, "lies_elsewhere")
    moved = lab.slots(lab.told("quinn", "/freezers")[-1]["code"], 1, "B9")[0]
    lab.place(unit, moved)
    refused(thaw(lab, unit, kit, participant, moved), 409, "not_identified")
    identify(moved)
    with as_facility(installation, Kind.THAW_UNIT) as db, pytest.raises(psycopg.Error, match="where it was identified"):
        db.execute(
            "INSERT INTO thaw (id, unit_id, preparation_id, thawed_by, thawed_at)"
            " SELECT gen_random_uuid(), u.id, p.id, t.id, now() FROM unit u, preparation p, person t"
            "  WHERE u.code = %s AND t.username = 'tom'",
            [unit],
        )
    assert thaw(lab, unit, kit, participant, moved).json()["state"] == "thawed"
    scanned = "SELECT p.code FROM thaw t JOIN storage_position p ON p.id = t.position_id"
    assert installation.rows(scanned) == [(moved,)]
    assert thaw(lab, units[1], kit, participant).is_success


def where(lab: DoseLab, unit: str) -> str:
    return str(lab.told("quinn", f"/units/{unit}")["position"])
