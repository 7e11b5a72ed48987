"""What the database asks at each step of the clean room, of SQL sent past the program."""

from typing import Any
from uuid import uuid4

import psycopg

from biobank.act.kinds import Kind
from biobank.studies.load import DEFINITIONS
from tests.doses import DoseLab
from tests.path import ELSEWHERE
from tests.scripting import Connection, as_facility
from tests.starts import starting, with_study
from tests.telemetry import Installation

FEED = """
INSERT INTO feed (id, culture_id, lot_id, volume_ml, fed_by, fed_at)
SELECT %(id)s, c.id, l.id, 100, p.id, %(at)s FROM culture c, lot l, person p
 WHERE c.code = %(culture)s AND l.code = %(lot)s AND p.username = 'tom'
"""
FREEZE = """
INSERT INTO freezing_run (id, batch_id, root_id, program, frozen_from, frozen_by, frozen_at)
SELECT %(id)s, b.id, b.root_id, 'slowly', n.id, p.id, %(at)s FROM batch b, cell_count n, person p
 WHERE b.code = %(batch)s AND n.batch_id = b.id AND (n.culture_id IS NULL) = %(isolated)s AND p.username = 'tom'
"""
LAY = """
INSERT INTO placement (id, unit_id, position_id, placed_by, placed_at)
SELECT %(id)s, u.id, p.id, t.id, %(at)s FROM unit u, storage_position p, person t
 WHERE u.code = %(unit)s AND p.code = %(position)s AND t.username = 'bo'
"""
FILL = """
INSERT INTO fill (id, preparation_id, lot_id, drawn_ml, delivered_viable_cells, filled_by, filled_at)
SELECT %(id)s, n.id, l.id, 1, 1000, p.id, %(at)s FROM preparation n, lot l, person p
 WHERE l.code = %(lot)s AND p.username = 'pia'
"""


start = starting(with_study(DoseLab, "A", "A"))


def unfit(db: Connection, lab: DoseLab, statement: str, **values: Any) -> bool:
    """Whether the database refuses a step of now as unfit; any other refusal fails the test."""
    try:
        with db.transaction():
            done = db.execute(statement, {"id": uuid4(), "at": lab.clock.now()} | values)
            assert done.rowcount == 1, "the test names what is there"
    except psycopg.DatabaseError as refused:
        if refused.sqlstate != "BB047":
            raise
        return True
    return False


def test_only_what_grows_is_fed_with_medium_in_date(lab: DoseLab, installation: Installation) -> None:
    batch = lab.isolated(lab.enrolled())
    culture = lab.seed(batch)["code"]
    old = lab.lot("medium", "M-0", (lab.clock.now().replace(year=2027)).isoformat())
    with as_facility(installation, Kind.FEED) as db:
        assert not unfit(db, lab, FEED, culture=culture, lot=lab.medium())
        assert unfit(db, lab, FEED, culture=culture, lot=lab.saline())
        assert unfit(db, lab, FEED, culture=culture, lot=old, at=lab.clock.now().replace(year=2028))
    lab.wait(days=12)
    lab.harvest(culture)
    with as_facility(installation, Kind.FEED) as db:
        assert unfit(db, lab, FEED, culture=culture, lot=lab.medium())


def test_cells_for_use_are_frozen_from_a_verified_harvest(lab: DoseLab, installation: Installation) -> None:
    batch = lab.isolated(lab.enrolled())
    culture = lab.seed(batch)["code"]
    lab.wait(days=12)
    lab.harvest(culture)
    with as_facility(installation, Kind.FREEZE) as db:
        assert unfit(db, lab, FREEZE, batch=batch, isolated=True), "not grown"
        assert unfit(db, lab, FREEZE, batch=batch, isolated=False), "not verified"
    lab.verify(culture)
    with as_facility(installation, Kind.FREEZE) as db:
        assert not unfit(db, lab, FREEZE, batch=batch, isolated=False)


def test_a_unit_lies_where_it_was_made_and_never_goes_back(lab: DoseLab, installation: Installation) -> None:
    participant = lab.enrolled()
    units = lab.made(participant).units
    kit = lab.plan_dose(participant)["kit"]
    lab.prepare(kit)
    lab.thaw(units[0], kit, participant)
    free = lab.slots(lab.freezer("Nitrogen 9"), 2)
    lab.load_study((DEFINITIONS / "mesems.toml").read_text(encoding="utf-8"))
    rule = {"limit_c": "-135", "delay_s": 300, "hysteresis_c": "5", "facility": ELSEWHERE, "name": "Nitrogen 1"}
    elsewhere = lab.done("gus", "/freezers", rule)["code"]
    [there] = lab.done("gus", f"/freezers/{elsewhere}/positions", {"rack": "R1", "box": "B1", "slots": ["A1"]})["positions"]
    with as_facility(installation, Kind.STORE_UNIT) as db:
        db.execute("UPDATE placement SET removed_at = %s WHERE removed_at IS NULL", [lab.clock.now()])
        assert unfit(db, lab, LAY, unit=units[0], position=free[0]), "thawed"
        assert unfit(db, lab, LAY, unit=units[1], position=there["code"]), "made elsewhere"
        assert not unfit(db, lab, LAY, unit=units[1], position=free[1])


def test_nothing_is_filled_before_all_that_was_thawed_is_counted(lab: DoseLab, installation: Installation) -> None:
    participant = lab.enrolled()
    lab.made(participant)
    kit = lab.plan_dose(participant)["kit"]
    lab.thawed(kit, participant)
    with as_facility(installation, Kind.FILL_KIT, "pia") as db:
        assert unfit(db, lab, FILL, lot=lab.saline())
    lab.wait(minutes=1)
    lab.recount(kit)
    with as_facility(installation, Kind.FILL_KIT, "pia") as db:
        assert not unfit(db, lab, FILL, lot=lab.saline())
        db.rollback()
