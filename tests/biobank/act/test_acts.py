"""One act is one transaction of a named person; the database itself holds to that."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import psycopg
import pytest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from biobank.act.acts import RULES_OF_DATABASE, Act, NoReason
from biobank.act.coded import LOGINS_OF, REASONED
from biobank.act.idempotency import AlreadyDone, Claim, KeyReused, Replay
from biobank.act.kinds import Kind
from biobank.act.people import LOGIN_OF, Side
from biobank.db.roles import Login
from tests.database import NOW, Database

pytestmark = pytest.mark.every_postgresql

MIGRATIONS = Path(__file__).parents[3] / "alembic" / "versions"
UNDO = "the bench changed its mind"
MATERIAL = "INSERT INTO material (id, scope, kind, code, root_id, registered_at) VALUES (%s, '{}', '{}', %s, %s, %s)"
CHANGES = {
    Login.FACILITY: MATERIAL.format("facility", "lot"),
    Login.BEDSIDE: MATERIAL.format("bedside", "kit"),
    Login.DESK: "INSERT INTO person (id, username, name, side, enrolled_at) VALUES (%s, %s, 'A Person', 'desk', %s)",
    Login.WORKER: (
        "INSERT INTO audit.refusal (id, person_id, route, code, facts, recorded_at) VALUES (%s, %s, '/', 'x', '{}', %s)"
    ),
    Login.INGEST: (
        "INSERT INTO reading_batch (id, site, stored_at, readings, from_time, to_time, sha256)"
        " VALUES (%s, 'oslo', %s, 1, now(), now(), sha256('t'))"
    ),
}
WRITERS_OF_RECORDS = """
SELECT DISTINCT c.oid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE t.tgname = 'audit_row' AND (has_table_privilege(%(login)s, c.oid, 'DELETE, TRUNCATE')
   OR has_any_column_privilege(%(login)s, c.oid, 'INSERT, UPDATE'))
"""


class Done(BaseModel):
    """An answer."""

    code: str


def register(act: Act, code: str = "L-1", scope: str = "facility", kind: str = "lot") -> None:
    material = act.new_id()
    act.session.connection().execute(
        text("INSERT INTO material VALUES (:id, :scope, :kind, :code, :id, :now)"),
        {"id": material, "scope": scope, "kind": kind, "code": code, "now": act.recorded_at},
    )


def materials(database: Database) -> int:
    return int(database.rows("SELECT count(*) FROM material")[0][0])


def test_an_act_writes_its_actor_into_the_trail(database: Database) -> None:
    technician = database.people[Side.FACILITY]
    with database.acts.begin(technician, Kind.RECEIVE_LOT) as act:
        register(act)
    [(body,)] = database.rows("SELECT body FROM audit.entry WHERE table_name = 'public.material'")
    entry = json.loads(body)
    assert entry["actor"] == str(technician.id)
    assert entry["act"] == str(act.id)
    assert (entry["kind"], entry["side"], entry["login"]) == ("receive_lot", "facility", "biobank_facility")
    assert entry["operation"] == "INSERT"
    assert entry["old"] is None
    assert entry["new"]["code"] == "L-1"


@pytest.mark.parametrize("login", CHANGES)
def test_no_login_changes_a_record_without_an_act(database: Database, login: Login) -> None:
    values = {
        Login.DESK: [uuid4(), "somebody", NOW],
        Login.WORKER: [uuid4(), uuid4(), NOW],
        Login.INGEST: [uuid4(), NOW],
    }
    same = uuid4()
    with database.connect(login) as db, pytest.raises(psycopg.Error) as refused:
        db.execute(CHANGES[login], values.get(login, [same, "X-1", same, NOW]))
    assert refused.value.sqlstate == "BB001", refused.value


@pytest.mark.parametrize("login", sorted(set(Login) - set(CHANGES)))
def test_the_other_logins_write_no_record_at_all(database: Database, login: Login) -> None:
    with database.admin() as db:
        assert db.execute(WRITERS_OF_RECORDS, {"login": login.value}).fetchall() == []


def test_the_name_of_an_earlier_act_opens_no_later_transaction(database: Database) -> None:
    with database.acts.begin(database.people[Side.FACILITY], Kind.RECEIVE_LOT) as act:
        register(act)
    same = uuid4()
    with database.connect(Login.FACILITY) as db:
        db.execute("SELECT set_config('biobank.act', %s, true)", [str(act.id)])
        with pytest.raises(psycopg.Error) as refused:
            db.execute(CHANGES[Login.FACILITY], [same, "X-1", same, NOW])
    assert refused.value.sqlstate == "BB001"


def test_one_transaction_holds_one_act(database: Database) -> None:
    begin = "SELECT audit.begin_act(%s, 'receive_lot', %s, 'facility', %s, %s, NULL)"
    values = [database.people[Side.FACILITY].id, NOW, NOW]
    with database.connect(Login.FACILITY) as db:
        db.execute(begin, [uuid4(), *values])
        with pytest.raises(psycopg.errors.UniqueViolation):
            db.execute(begin, [uuid4(), *values])


@pytest.mark.parametrize("reason", [None, "", "n/a", ".", "......", "     ", "update"])
def test_the_database_refuses_a_reason_that_says_nothing(database: Database, reason: str | None) -> None:
    for kind in sorted(REASONED):
        side = next(side for side, login in LOGIN_OF.items() if login in LOGINS_OF[kind])
        person = database.people[side]
        with pytest.raises(NoReason), database.acts.begin(person, kind, reason=reason):
            pass
        values = [uuid4(), kind.value, person.id, side.value, NOW, NOW, reason]
        with database.connect(LOGIN_OF[side]) as db, pytest.raises(psycopg.errors.CheckViolation) as refused:
            db.execute("SELECT audit.begin_act(%s, %s, %s, %s, %s, %s, %s)", values)
        assert refused.value.diag.constraint_name == "ck_act_reason", kind


def test_a_reason_that_says_something_is_kept_with_the_act(database: Database) -> None:
    with database.acts.begin(database.people[Side.FACILITY], Kind.PLACE_HOLD, reason=UNDO) as act:
        pass
    assert database.rows("SELECT reason FROM audit.act WHERE id = %s", act.id) == [(UNDO,)]


@pytest.mark.parametrize("login", [login for login in Login if login is not Login.AUDITOR])
def test_a_login_begins_only_the_kinds_that_are_its_own(database: Database, login: Login) -> None:
    begin = "SELECT audit.begin_act(%s, %s, %s, %s, %s, %s, 'a reason that says something')"
    for kind in (kind for kind in Kind if login not in LOGINS_OF[kind]):
        with database.connect(login) as db, pytest.raises(psycopg.Error) as refused:
            db.execute(begin, [uuid4(), kind.value, database.people[Side.FACILITY].id, "facility", NOW, NOW])
        assert refused.value.sqlstate == "BB002", kind


def test_the_auditor_begins_nothing(database: Database) -> None:
    begin = "SELECT audit.begin_act(%s, 'refused', %s, 'facility', %s, %s, NULL)"
    with database.connect(Login.AUDITOR) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute(begin, [uuid4(), database.people[Side.FACILITY].id, NOW, NOW])


def test_the_bedside_cannot_act_in_the_name_of_the_facility(database: Database) -> None:
    technician = database.people[Side.FACILITY]
    with (
        pytest.raises(DBAPIError) as refused,
        database.acts.begin(technician, Kind.HAND_OVER, login=Login.BEDSIDE),
    ):
        pass
    assert getattr(refused.value.orig, "sqlstate", None) == "BB003"


@pytest.mark.parametrize("side", Side)
def test_a_look_changes_nothing_even_where_its_login_might(database: Database, side: Side) -> None:
    begin = text("SELECT audit.begin_act(:id, 'refused', :person, :side, :now, :now, NULL)")
    person = database.people[side]
    with database.acts.look(person) as session, pytest.raises(DBAPIError) as refused:
        session.connection().execute(begin, {"id": uuid4(), "person": person.id, "side": side.value, "now": NOW})
    assert isinstance(refused.value.orig, psycopg.errors.ReadOnlySqlTransaction)


def claimed(body: bytes = b"body", route: str = "POST /api/lots") -> Claim:
    return Claim("key-0001", route, body)


def receive(database: Database, claim: Claim, code: str = "L-1") -> Done:
    with database.acts.begin(database.people[Side.FACILITY], Kind.RECEIVE_LOT, claim=claim) as act:
        register(act, code)
        return act.answer(Done(code=code))


def test_the_same_key_and_body_get_the_first_answer(database: Database) -> None:
    first = receive(database, claimed())
    with pytest.raises(Replay) as replayed:
        receive(database, claimed(), "L-2")
    assert Done.model_validate_json(replayed.value.answer) == first
    assert materials(database) == 1


@pytest.mark.parametrize("other", [claimed(b"other"), claimed(route="POST /api/freezers")])
def test_the_same_key_with_another_body_or_route_is_a_conflict(database: Database, other: Claim) -> None:
    receive(database, claimed())
    with pytest.raises(KeyReused):
        receive(database, other, "L-2")
    assert materials(database) == 1


def test_an_act_without_a_kept_answer_is_not_repeated(database: Database) -> None:
    technician = database.people[Side.FACILITY]
    with database.acts.begin(technician, Kind.RECEIVE_LOT, claim=claimed()) as act:
        register(act)
    with pytest.raises(AlreadyDone), database.acts.begin(technician, Kind.RECEIVE_LOT, claim=claimed()) as act:
        register(act, "L-2")
    assert materials(database) == 1


def test_two_clients_with_one_key_act_once(database: Database) -> None:
    clients = 2
    together = Barrier(clients)

    def send(number: int) -> str:
        together.wait()
        try:
            return receive(database, claimed(), f"L-{number}").code
        except Replay as replayed:
            return Done.model_validate_json(replayed.answer).code

    for _ in range(5):
        with ThreadPoolExecutor(clients) as pool:
            assert len(set(pool.map(send, range(clients)))) == 1
        assert materials(database) == 1


def begin_and_fail(database: Database) -> None:
    with database.acts.begin(database.people[Side.FACILITY], Kind.RECEIVE_LOT, claim=claimed()) as act:
        register(act)
        raise RuntimeError(UNDO)


def test_an_act_that_raises_leaves_nothing(database: Database) -> None:
    before = database.rows("SELECT (SELECT count(*) FROM audit.act), (SELECT count(*) FROM audit.entry)")
    with pytest.raises(RuntimeError, match=UNDO):
        begin_and_fail(database)
    assert materials(database) == 0
    assert database.rows("SELECT (SELECT count(*) FROM audit.act), (SELECT count(*) FROM audit.entry)") == before
    assert database.rows("SELECT 1 FROM idempotency_key") == []
    assert receive(database, claimed()).code == "L-1"


def test_every_rule_that_a_migration_raises_is_answered_as_a_refusal_and_not_as_a_bug() -> None:
    raised = {code for one in MIGRATIONS.glob("*.py") for code in re.findall("ERRCODE = '(BB[^']*)'", one.read_text())}
    assert {code for code in raised if not RULES_OF_DATABASE.fullmatch(code)} == {f"BB00{number}" for number in range(1, 6)}
