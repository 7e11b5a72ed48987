"""What the facility does with a donation after its reception, and with a kit before its time, shows in no row of the bedside."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from biobank.act.people import Side
from biobank.db.roles import Login
from tests.allocations import seed
from tests.bedside import BEGIN, EVENT, HANDOVER, MATERIAL, bedside, begin
from tests.database import NOW, Connection, Database

pytestmark = pytest.mark.every_postgresql

WITHOUT_KEYS = "SET session_replication_role = replica"
"""The superuser writes one row without those that it would stand on."""
KIT = "INSERT INTO kit VALUES (%s, 'K-1', %s, 1, 'planned', %s, %s, %s, 5)"
HOUR = timedelta(hours=1)
SEEN = ("SELECT count(*) FROM kit", "SELECT count(*) FROM material WHERE kind = 'kit'", "SELECT count(*) FROM handover")
RECORD = "INSERT INTO code_break (id, participant_id, person_id, category, broken_at) VALUES (%s, %s, %s, 'emergency', %s)"
BLOCKED = "SELECT sealed.kit_blocked(%s)"


def test_after_its_reception_no_row_tells_the_bedside_of_a_donation(database: Database) -> None:
    donation = uuid4()
    with database.connect(Login.FACILITY) as db:
        values = begin(db, database, Side.FACILITY) | {"material": donation, "scope": "bedside"}
        db.execute(MATERIAL, [donation, "bedside", "donation", "D-1", donation, NOW])
        db.execute(HANDOVER, values)
    receipt = "INSERT INTO receipt VALUES (gen_random_uuid(), %s, true, 8, 30, true, NULL, %s, %s)"
    with database.admin() as db:
        begin(db, database, Side.FACILITY)
        db.execute(WITHOUT_KEYS)
        db.execute(receipt, [donation, values["person"], NOW])
    with database.connect(Login.FACILITY) as db:
        begin(db, database, Side.FACILITY)
        for statement in (HANDOVER, EVENT, EVENT.replace("'collect'", "'seed'"), "UPDATE handover SET taken_at = now()"):
            with pytest.raises(psycopg.Error, match="the way of a donation ends") as refused, db.transaction():
                db.execute(statement, values | {"id": uuid4()})
            assert refused.value.sqlstate == "BB033"
        db.execute(EVENT.replace("'collect'", "'receive'"), values | {"id": uuid4()})
        db.execute(EVENT.replace("'bedside'", "'facility'").replace("'collect'", "'seed'"), values | {"id": uuid4()})


@pytest.fixture
def kit(database: Database) -> UUID:
    """A planned kit that may be had in an hour."""
    [participant] = seed(database, {"01": 1})
    kit = uuid4()
    with database.connect(Login.FACILITY) as db:
        begin(db, database, Side.FACILITY, "plan_dose")
        db.execute(MATERIAL, [kit, "bedside", "kit", "K-1", kit, NOW])
        db.execute(KIT, [kit, participant, NOW - HOUR, NOW + HOUR, NOW + 3 * HOUR])
    return kit


def of(kit: UUID, database: Database) -> dict[str, Any]:
    """What a row about the kit says, written by somebody of the facility."""
    return {"id": uuid4(), "material": kit, "scope": "bedside", "person": database.people[Side.FACILITY].id, "now": NOW}


def act_later(db: Connection, database: Database) -> None:
    """An act of the facility in an hour, when the kit may be had."""
    db.execute(BEGIN, [uuid4(), "hand_over", database.people[Side.FACILITY].id, "facility", NOW + HOUR, NOW + HOUR])


def test_a_kit_is_no_row_of_the_bedside_until_the_facility_hands_it_over(database: Database, kit: UUID) -> None:
    with bedside(database) as looking, database.connect(Login.FACILITY) as db:
        act_later(db, database)
        db.execute("UPDATE kit SET state = 'ready'")
        db.commit()
        assert [looking.execute(one).fetchone() for one in SEEN] == [(0,)] * 3
        assert looking.execute("UPDATE kit SET state = 'void'").rowcount == 0
        act_later(db, database)
        db.execute(HANDOVER, of(kit, database))
        db.commit()
        assert [looking.execute(one).fetchone() for one in SEEN] == [(1,)] * 3


@pytest.mark.parametrize("table", ["kit", "material"])
def test_no_number_of_a_transaction_tells_when_the_facility_wrote(database: Database, kit: UUID, table: str) -> None:
    with bedside(database) as db:
        for column in ("xmin", "cmin", "ctid", "tableoid"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(f"SELECT {column} FROM {table}")


def test_no_row_tells_of_a_kit_before_it_is_ready_and_its_time_has_come(database: Database, kit: UUID) -> None:
    def refused(db: Connection) -> None:
        for statement in (HANDOVER, EVENT):
            with pytest.raises(psycopg.Error) as refusal, db.transaction():
                db.execute(statement, of(kit, database))
            assert refusal.value.sqlstate == "BB034"
        db.execute(EVENT.replace("'bedside'", "'facility'"), of(kit, database))

    with database.connect(Login.FACILITY) as db:
        act_later(db, database)
        refused(db)
        db.execute("UPDATE kit SET state = 'ready'")
        db.commit()
        begin(db, database, Side.FACILITY)
        refused(db)
        db.commit()
        act_later(db, database)
        db.execute(HANDOVER, of(kit, database))
        db.execute(EVENT, of(kit, database))


def test_whether_a_kit_is_blocked_is_answered_alike_until_it_is_handed_over(database: Database, kit: UUID) -> None:
    def answers() -> list[Any]:
        told = []
        for kind in ("retrieve_kit", "administer"):
            with database.connect(Login.BEDSIDE) as db:
                begin(db, database, Side.BEDSIDE, kind)
                told.append(db.execute(BLOCKED, [kit]).fetchone())
        return told

    preparation = uuid4()
    with database.admin() as db:
        begin(db, database, Side.FACILITY)
        db.execute(WITHOUT_KEYS)
        db.execute("INSERT INTO sealed.kit_content VALUES (%s, %s, 'saline', %s)", [kit, preparation, NOW])
        db.execute("UPDATE kit SET state = 'ready'")
    assert answers() == [(True,), (True,)]
    with database.connect(Login.FACILITY) as db:
        act_later(db, database)
        db.execute(HANDOVER, of(kit, database))
    assert answers() == [(False,), (False,)]
    with database.connect(Login.BEDSIDE) as db:
        begin(db, database, Side.BEDSIDE, "hand_over")
        with pytest.raises(psycopg.Error) as refusal:
            db.execute(BLOCKED, [kit])
        assert refusal.value.sqlstate == "BB021"


def test_who_was_told_the_sequence_writes_no_weight_and_no_administration(database: Database, kit: UUID) -> None:
    [(participant,)] = database.rows("SELECT participant_id FROM kit")
    told, other = database.people[Side.BEDSIDE].id, database.people[Side.FACILITY].id
    weight = "INSERT INTO weight (id, participant_id, period, weight_kg, measured_at, measured_by) VALUES (%s, %s, 1, 70, %s, %s)"
    given = "INSERT INTO administration VALUES (%s, %s, 4, 1, %s, %s)"
    with database.admin() as db:
        begin(db, database, Side.FACILITY)
        db.execute(WITHOUT_KEYS)
        db.execute("UPDATE kit SET state = 'retrieved'")
    with database.connect(Login.BEDSIDE) as db:
        begin(db, database, Side.BEDSIDE, "break_code")
        broken = (
            "INSERT INTO code_break (id, participant_id, person_id, category, broken_at) VALUES (%s, %s, %s, 'emergency', %s)"
        )
        db.execute(broken, [uuid4(), participant, told, NOW])
        db.commit()
        begin(db, database, Side.BEDSIDE, "administer")
        for statement, values in ((weight, [uuid4(), participant, NOW, told]), (given, [uuid4(), kit, told, NOW + HOUR])):
            with pytest.raises(psycopg.Error) as refusal, db.transaction():
                db.execute(statement, values)
            assert refusal.value.sqlstate == "BB037"
        db.execute(weight, [uuid4(), participant, NOW, other])
