"""Whoever is told a sequence is on record first, whatever SQL the bedside writes: nothing is known of which nothing stays."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from biobank.act.kinds import Kind
from biobank.act.people import Side
from biobank.db.roles import Login
from tests.allocations import seed, upload
from tests.bedside import begin
from tests.database import NOW, Connection, Database

pytestmark = pytest.mark.every_postgresql

RECORD = "INSERT INTO code_break (id, participant_id, person_id, category, broken_at) VALUES (%s, %s, %s, 'emergency', %s)"
ASK = "SELECT sealed.break_code(%s)"


@pytest.fixture
def participants(database: Database) -> list[UUID]:
    """Two participants, of whom the first is allocated."""
    people = seed(database, {"01": 2})
    upload(database.acts, database, "01", length=4)
    with database.acts.begin(database.people[Side.BEDSIDE], Kind.ALLOCATE) as act:
        act.session.connection().execute(text("SELECT sealed.assign_next(:participant)"), {"participant": people[0]})
    return people


def record(db: Connection, database: Database, participant: UUID) -> None:
    """The record of a code break, in an act that goes on."""
    person = begin(db, database, Side.BEDSIDE, "break_code")["person"]
    db.execute(RECORD, [uuid4(), participant, person, NOW])


def refused(db: Connection, statement: str, participant: UUID) -> str | None:
    """How a question is refused."""
    with pytest.raises(psycopg.Error) as refusal, db.transaction():
        db.execute(statement, [participant])
    return refusal.value.sqlstate


def test_a_code_break_that_can_still_be_undone_tells_nothing(database: Database, participants: list[UUID]) -> None:
    with database.connect(Login.BEDSIDE) as db:
        record(db, database, participants[0])
        assert refused(db, ASK, participants[0]) == "BB027"
        db.execute("SAVEPOINT here")
        db.execute(RECORD, [uuid4(), participants[0], database.people[Side.BEDSIDE].id, NOW])
        db.execute("RELEASE here")
        assert refused(db, ASK, participants[0]) == "BB027"
        db.rollback()
    assert database.rows("SELECT count(*) FROM code_break") == [(0,)]


def test_once_the_record_stands_the_same_person_is_told_and_may_ask_again(database: Database, participants: list[UUID]) -> None:
    with database.connect(Login.BEDSIDE) as db:
        record(db, database, participants[0])
        db.commit()
        begin(db, database, Side.BEDSIDE, "hand_over")
        assert refused(db, ASK, participants[0]) == "BB027"
        db.rollback()
        for _ in range(2):
            begin(db, database, Side.BEDSIDE, "break_code")
            assert refused(db, ASK, participants[1]) == "BB027"
            assert db.execute(ASK, [participants[0]]).fetchone() == ("A",)
            db.rollback()
        begin(db, database, Side.BEDSIDE, "break_code")
        assert db.execute(ASK, [participants[0]]).fetchone() == ("A",)
    with database.connect(Login.FACILITY) as db:
        begin(db, database, Side.FACILITY, "break_code")
        assert refused(db, ASK, participants[0]) == "BB027", "somebody else's record is not theirs"
    assert database.rows("SELECT count(*) FROM code_break") == [(1,)]
    assert database.rows("SELECT function FROM sealed.access WHERE function = 'break_code'") == [("break_code",)]


def test_an_old_record_tells_nobody_any_more(database: Database, participants: list[UUID]) -> None:
    with database.connect(Login.BEDSIDE) as db:
        record(db, database, participants[0])
    with database.admin() as db:
        db.execute("ALTER TABLE audit.act DISABLE TRIGGER append_only")
        db.execute("UPDATE audit.act SET began_at = began_at - %s WHERE kind = 'break_code'", [timedelta(minutes=11)])
    with database.connect(Login.BEDSIDE) as db:
        begin(db, database, Side.BEDSIDE, "break_code")
        assert refused(db, ASK, participants[0]) == "BB027"


def test_no_coming_allocation_is_told_before_it_is_made(database: Database, participants: list[UUID]) -> None:
    """Allocate, record, ask, undo: each asks for an act of its own kind, and a transaction has but one."""
    with database.connect(Login.BEDSIDE) as db:
        record(db, database, participants[1])
        assert refused(db, "SELECT sealed.assign_next(%s)", participants[1]) == "BB021"
        db.commit()
        begin(db, database, Side.BEDSIDE, "break_code")
        assert refused(db, "SELECT sealed.assign_next(%s)", participants[1]) == "BB021"
        assert db.execute(ASK, [participants[1]]).fetchone() == (None,)
        db.rollback()
        begin(db, database, Side.BEDSIDE, "allocate")
        db.execute("SELECT sealed.assign_next(%s)", [participants[1]])
        assert refused(db, ASK, participants[1]) == "BB027"
