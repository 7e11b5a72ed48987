"""What the database keeps of a preparation, whatever SQL the facility's login sends."""

from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from tests.bodies import MILLION
from tests.doses import LAB, DoseLab
from tests.scripting import Connection, as_facility
from tests.starts import There, found, starting
from tests.telemetry import Installation

pytestmark = pytest.mark.every_postgresql

THAW = """
INSERT INTO thaw (id, unit_id, preparation_id, thawed_by, thawed_at)
SELECT %(id)s, u.id, p.id, u_by.id, now() FROM unit u, person u_by, preparation p JOIN kit k ON k.id = p.kit_id
 WHERE u.code = %(unit)s AND u_by.username = 'pia' AND k.number = %(kit)s
"""
FILL_KIT = "SELECT sealed.fill_kit(k.id, p.id, %s) FROM preparation p JOIN kit k ON k.id = p.kit_id WHERE k.number = %s"
PLAN = """
INSERT INTO dose_plan (id, kit_id, weight_id, weight_kg, cells_per_kg, cap_viable_cells, target_viable_cells, units_to_thaw,
                       planned_by, planned_at)
SELECT %(id)s, kit_id, weight_id, weight_kg, cells_per_kg, cap_viable_cells, %(target)s, %(units)s, planned_by, planned_at
  FROM dose_plan LIMIT 1
"""


class Two(NamedTuple):
    """Two participants whose kits are being prepared: one gets cells, the other saline."""

    units: list[str]
    kit: str
    of_biobank: list[str]
    kit_of_saline: str


def _two(there: There) -> Two:
    lab: DoseLab = there.lab
    lab.load_study()
    lab.upload_list("A", "B")
    one, other = lab.enrolled(), lab.enrolled()
    of_biobank = lab.made(other).units
    units = lab.made(one).units
    order = lab.wait_for_dose(one)
    kits = []
    for participant in (one, other):
        lab.weigh(participant)
        kits.append(str(lab.done("pia", f"/participants/{participant}/dose-plans", order)["kit"]))
    lab.wait(hours=1)
    for kit in kits:
        lab.prepare(kit)
    lab.done("quinn", f"/materials/{units[7]}/holds", {"purposes": ["patient_use"], "reason": "Another look at it"})
    return Two(units, kits[0], of_biobank, kits[1])


start, two = starting(LAB, LAB.then("two", _two)), found("two")


def refused(db: Connection, statement: str, values: Any = None) -> str | None:
    """The state with which the database refuses a statement; the transaction goes on without it."""
    with pytest.raises(psycopg.Error) as refusal, db.transaction():
        db.execute(statement, values)
    return refusal.value.diag.constraint_name or refusal.value.sqlstate


def test_no_script_thaws_for_a_patient_what_is_held_of_the_biobank_or_of_another(installation: Installation, two: Two) -> None:
    with as_facility(installation, Kind.THAW_UNIT, "pia") as db:
        for unit, kit, why in (
            (two.units[7], two.kit, "BB018"),
            (two.of_biobank[0], two.kit_of_saline, "BB018"),
            (two.of_biobank[0], two.kit, "BB018"),
            (two.units[0], two.kit_of_saline, "BB019"),
        ):
            assert refused(db, THAW, {"id": uuid4(), "unit": unit, "kit": kit}) == why, (unit, kit)
        db.execute(THAW, {"id": uuid4(), "unit": two.units[0], "kit": two.kit})
        assert refused(db, THAW, {"id": uuid4(), "unit": two.units[0], "kit": two.kit}) == "uq_thaw_unit_id"


def test_no_script_fills_a_kit_with_what_it_is_not_to_hold(installation: Installation, two: Two) -> None:
    with as_facility(installation, Kind.FILL_KIT, "pia") as db:
        for what, kit in (("saline", two.kit), ("cells", two.kit), ("cells", two.kit_of_saline), ("tea", two.kit_of_saline)):
            assert refused(db, FILL_KIT, [what, kit]) == "BB026", (what, kit)
        db.execute(THAW, {"id": uuid4(), "unit": two.units[0], "kit": two.kit})
        db.execute(FILL_KIT, ["cells", two.kit])
        db.execute(FILL_KIT, ["saline", two.kit_of_saline])
        assert refused(db, FILL_KIT, ["saline", two.kit_of_saline]) == "kit_content_pkey"
        assert refused(db, "SELECT * FROM sealed.kit_content") == "42501"
        assert refused(db, "DELETE FROM sealed.kit_content") == "42501"


def test_no_script_plans_more_than_the_weight_or_the_cap_allows(installation: Installation, two: Two) -> None:
    with as_facility(installation, Kind.PLAN_DOSE, "pia") as db:
        for target, units, why in (
            (72_400_001, 5, "ck_dose_plan_never_rounded_up"),
            (0, 5, "ck_dose_plan_target"),
            (100 * MILLION + 1, 5, "ck_dose_plan_target"),
            (72_400_000, 0, "ck_dose_plan_units_to_thaw"),
            (72_400_000, 5, "uq_dose_plan_kit_id"),
        ):
            found = refused(db, PLAN, {"id": uuid4(), "target": target, "units": units})
            assert found == why or (target > 100 * MILLION and found == "ck_dose_plan_never_rounded_up"), (target, units)


def test_nothing_recorded_of_a_dose_is_rewritten(installation: Installation, two: Two) -> None:
    assert two.kit != two.kit_of_saline
    with as_facility(installation, Kind.FILL_KIT, "pia") as db:
        for statement in (
            "UPDATE dose_plan SET units_to_thaw = NULL",
            "UPDATE recount SET viable_cells_per_ml = 1",
            "UPDATE fill SET drawn_ml = 5",
            "UPDATE thaw SET preparation_id = NULL",
            "UPDATE kit SET expires_at = now()",
            "UPDATE preparation SET kit_id = kit_id",
            "DELETE FROM dose_plan",
            "DELETE FROM thaw",
            "DELETE FROM kit",
            "DELETE FROM preparation",
        ):
            assert refused(db, statement) == "42501", statement
