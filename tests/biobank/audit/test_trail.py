"""The trail, attacked with the application's own credentials."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from biobank.act.kinds import Kind
from biobank.act.people import PREPARER_OF_DATABASE, WORKER
from biobank.db.roles import OWNER, Login
from tests.telemetry import Installation

ATTACKS = [
    "UPDATE audit.entry SET body = '{}'",
    "DELETE FROM audit.entry",
    "TRUNCATE audit.entry CASCADE",
    "ALTER TABLE person DISABLE TRIGGER audit_row",
    "ALTER TABLE audit.entry DISABLE TRIGGER ALL",
    "DELETE FROM audit.act",
    "UPDATE audit.act SET reason = 'another'",
    "DELETE FROM audit.leaf",
    "UPDATE audit.kind SET needs_reason = false",
    "INSERT INTO audit.entry SELECT * FROM audit.entry LIMIT 1",
    "TRUNCATE person CASCADE",
    "DELETE FROM person",
    "DELETE FROM material",
    "DELETE FROM sealed.access",
    "SELECT * FROM sealed.allocation",
    "SELECT * FROM sealed.kit_content",
    "SELECT * FROM audit.sealed_entry",
    "COPY sealed.allocation TO STDOUT",
    "SET session_replication_role = replica",
    f"SET ROLE {OWNER}",
    "SET SESSION AUTHORIZATION postgres",
    "DROP TRIGGER audit_row ON person",
    "CREATE TABLE mine (id int)",
    "SELECT sealed.note('x', gen_random_uuid())",
    "SELECT sealed.plan_of(gen_random_uuid(), 1)",
]
_ONE_LOT = "WITH n AS (SELECT gen_random_uuid() AS id) INSERT INTO material SELECT id, 'facility', 'lot', 'X', id, now() FROM n"
Connect = Callable[[Login], psycopg.Connection]


@pytest.fixture
def connect(installation: Installation) -> Connect:
    def of(login: Login) -> psycopg.Connection:
        url = installation.acts.engines.url(login).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)

    return of


@pytest.mark.parametrize("login", list(Login))
def test_no_login_gets_past_the_trail_or_into_what_is_sealed(connect: Connect, login: Login) -> None:
    with connect(login) as db:
        for attack in ATTACKS:
            with pytest.raises((errors.InsufficientPrivilege, errors.UndefinedTable)):
                db.execute(attack.encode())


@pytest.mark.parametrize("login", [Login.FACILITY, Login.BEDSIDE])
def test_a_change_without_an_act_is_refused(connect: Connect, login: Login) -> None:
    now, identity = datetime.now(UTC), uuid4()
    with connect(login) as db, pytest.raises(psycopg.DatabaseError, match="no act") as refused:
        db.execute(
            "INSERT INTO material (id, scope, kind, code, root_id, registered_at) VALUES (%s, 'bedside', 'donation', 'X', %s, %s)",  # noqa: E501
            [identity, identity, now],
        )
    assert refused.value.sqlstate == "BB001"


def test_another_transactions_act_is_no_act(connect: Connect, installation: Installation) -> None:
    act = installation.one("SELECT id FROM audit.act LIMIT 1")
    with connect(Login.FACILITY) as db, db.transaction():
        db.execute("SELECT set_config('biobank.act', %s, true)", [str(act)])
        with pytest.raises(psycopg.DatabaseError, match="no act"), db.transaction():
            db.execute(_ONE_LOT)


def test_the_bedside_begins_no_act_of_the_facility(connect: Connect) -> None:
    begin = "SELECT audit.begin_act(%s, %s, %s, %s, now(), now(), NULL)"
    with connect(Login.BEDSIDE) as db:
        for kind, actor, side in (
            ("route", WORKER.id, "bedside"),
            ("consent", WORKER.id, "system"),
            ("consent", uuid4(), "bedside"),
        ):
            with pytest.raises(psycopg.DatabaseError) as refused:
                db.execute(begin, [uuid4(), kind, actor, side])
            assert refused.value.sqlstate in ("BB002", "BB003")


def test_a_stranger_and_a_facility_material_look_the_same_to_the_bedside(connect: Connect, installation: Installation) -> None:
    lot, person = uuid4(), uuid4()
    with psycopg.connect(installation.owner_url) as db:
        begin = "SELECT audit.begin_act(%s, 'prepare_database', %s, 'system', now(), now(), NULL)"
        db.execute(begin, [uuid4(), PREPARER_OF_DATABASE.id])
        db.execute("INSERT INTO person VALUES (%s, 'cora', 'Cora', 'bedside', now())", [person])
        db.execute("INSERT INTO material VALUES (%s, 'facility', 'lot', 'LOT', %s, now())", [lot, lot])
    told = []
    for target in (lot, uuid4()):
        with connect(Login.BEDSIDE) as db, db.transaction(force_rollback=True):
            begin = "SELECT audit.begin_act(%s, 'hand_over', %s, 'bedside', now(), now(), NULL)"
            db.execute(begin, [uuid4(), person])
            with pytest.raises(errors.ForeignKeyViolation) as refused:
                db.execute(
                    "INSERT INTO handover (id, material_id, material_scope, handed_by, handed_at, to_place)"
                    " VALUES (gen_random_uuid(), %s, 'bedside', %s, now(), 'there')",
                    [target, person],
                )
            told.append(str(refused.value).replace(str(target), "ID"))
    assert told[0] == told[1]


def test_an_act_of_the_worker_names_it_in_every_entry(installation: Installation) -> None:
    with installation.acts.begin(WORKER, Kind.EVALUATE_READINGS):
        pass
    assert installation.one("SELECT login FROM audit.act WHERE kind = 'evaluate_readings'") == "biobank_worker"
