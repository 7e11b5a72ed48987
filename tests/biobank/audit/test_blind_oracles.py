"""No refusal, count or collision tells the bedside whether a row of the facility is there."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from biobank.act.people import Side
from biobank.db.roles import Login
from tests.bedside import DONATION, EVENT, HANDOVER, JOB, LABEL, MATERIAL, bedside, begin, refusal
from tests.database import NOW, Database

pytestmark = pytest.mark.every_postgresql

SCOPED = {"material", "custody_event", "handover", "label_print", "code_counter"}
"""Tables of both sides, of which the bedside sees its own rows."""

FOREIGN_KEYS = """
SELECT c.conrelid::regclass::text, c.conname::text FROM pg_constraint c JOIN pg_class target ON target.oid = c.confrelid
 WHERE c.contype = 'f' AND has_column_privilege('biobank_bedside', c.conrelid, c.conkey[1], 'INSERT, UPDATE')
   AND (target.relrowsecurity OR NOT has_table_privilege('biobank_bedside', target.oid, 'SELECT'))
"""
UNIQUE = """
SELECT c.relname || ': ' || (SELECT string_agg(a.attname, ', ' ORDER BY k.i) FROM unnest(x.indkey) WITH ORDINALITY AS k (n, i)
                               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.n)
  FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
 WHERE x.indisunique AND NOT x.indisprimary AND c.relrowsecurity
   AND has_any_column_privilege('biobank_bedside', c.oid, 'INSERT, UPDATE')
"""

LABEL_SET = """
INSERT INTO label_set (id, participant_id, period, state, prepared_by, prepared_at)
VALUES (%(material)s, gen_random_uuid(), 1, 'prepared', %(person)s, %(now)s)
"""


@dataclass(frozen=True)
class Secret:
    """A unit of saline at the facility, with everything the facility wrote about it."""

    material: UUID
    label: UUID
    code: str = "SECRET-1"


@pytest.fixture
def secret(database: Database) -> Secret:
    """What the bedside must not learn of, though it knew every identifier."""
    made = Secret(uuid4(), uuid4())
    with database.connect(Login.FACILITY) as db:
        values = begin(db, database, Side.FACILITY) | {"material": made.material, "scope": "facility"}
        db.execute(MATERIAL, [made.material, "facility", "lot", made.code, made.material, NOW])
        db.execute(EVENT.replace("'bedside'", "'facility'"), values)
        db.execute(HANDOVER, values)
        db.execute(LABEL, values | {"id": made.label, "layout": "lot", "code": made.code})
        db.execute("INSERT INTO code_counter VALUES ('facility', 'U', 41)")
    return made


def answer(database: Database, statement: str, **values: Any) -> str:
    """What the bedside is told, word for word, but for the identifiers that it sent itself."""
    with database.connect(Login.BEDSIDE) as db:
        sent = begin(db, database, Side.BEDSIDE) | values
        try:
            db.execute(statement, sent)
        except psycopg.Error as error:
            told = f"{error.sqlstate} {error.diag.message_primary} {error.diag.message_detail} {error.diag.constraint_name}"
        else:
            told = "done"
        db.rollback()
    for value in values.values():
        told = told.replace(str(value), "?")
    return told


@pytest.mark.parametrize("statement", [EVENT, HANDOVER, LABEL], ids=["custody_event", "handover", "label_print"])
@pytest.mark.parametrize("scope", ["bedside", "facility"])
def test_a_row_about_a_facility_material_is_refused_like_one_about_nothing(
    database: Database, secret: Secret, statement: str, scope: str
) -> None:
    label = {"layout": "lot", "code": secret.code}
    told = answer(database, statement, material=secret.material, scope=scope, **label)
    assert told == answer(database, statement, material=uuid4(), scope=scope, **label)
    assert told != "done"


def test_a_facility_label_is_refused_like_one_that_never_was(database: Database, secret: Secret) -> None:
    told = answer(database, JOB, label=secret.label)
    assert told == answer(database, JOB, label=uuid4())
    assert told.startswith("42501")


def test_the_bedside_prints_its_own_label(database: Database) -> None:
    with database.connect(Login.BEDSIDE) as db:
        values = begin(db, database, Side.BEDSIDE) | {"material": uuid4(), "scope": "bedside", "label": uuid4()}
        db.execute(MATERIAL, [values["material"], "bedside", "donation", "D-1", values["material"], NOW])
        db.execute(LABEL, values | {"id": values["label"], "layout": "transport", "code": "D-1"})
        db.execute(JOB, values)
    with database.connect(Login.PRINTING) as db:
        assert db.execute("UPDATE print_job SET state = 'sending'").rowcount == 1


def test_a_printer_of_the_facility_is_refused_like_one_that_never_was(database: Database) -> None:
    told = {}
    for printer in ("facility", "nowhere", "bedside"):
        with database.connect(Login.BEDSIDE) as db:
            values = begin(db, database, Side.BEDSIDE) | {"material": uuid4(), "scope": "bedside", "label": uuid4()}
            db.execute(MATERIAL, [values["material"], "bedside", "donation", "D-1", values["material"], NOW])
            db.execute(LABEL, values | {"id": values["label"], "layout": "transport", "code": "D-1"})
            told[printer] = refusal(db, JOB.replace("'bedside'", f"'{printer}'"), values)
            db.rollback()
    assert told == {"facility": "BB044", "nowhere": "BB044", "bedside": None}


@pytest.mark.parametrize(("statement", "state"), [(DONATION, "42501"), (LABEL_SET, "BB049")], ids=["donation", "label_set"])
def test_a_facility_material_becomes_no_donation(database: Database, secret: Secret, statement: str, state: str) -> None:
    told = answer(database, statement, material=secret.material)
    assert told == answer(database, statement, material=uuid4())
    assert told.startswith(state)


def test_every_foreign_key_into_hidden_rows_is_one_that_was_reviewed(database: Database) -> None:
    assert set(database.rows(FOREIGN_KEYS)) == {
        ("administration", "fk_administration_kit_id"),
        ("code_break", "fk_code_break_signature_id"),
        ("custody_event", "fk_custody_event_material"),
        ("donation", "fk_donation_id"),
        ("handover", "fk_handover_material"),
        ("label_print", "fk_label_print_material"),
        ("label_set", "fk_label_set_id"),
        ("material", "fk_material_root_id"),
        ("paper_form", "fk_paper_form_pad"),
        ("print_answer", "fk_print_answer_label_print_id"),
        ("print_job", "fk_print_job_label_print_id"),
        ("print_job", "fk_print_job_printer"),
        ("remains_account", "fk_remains_account_kit_id"),
    }


def test_what_is_unique_is_unique_within_one_side(database: Database) -> None:
    """A unique index is asked before a foreign key: without the side in it, it would tell of the other side's rows."""
    across = {told for (told,) in database.rows(UNIQUE) if "scope" not in told and "side" not in told}
    seen_whole = {"donation: din", "donation: participant_id, period"}
    only_states_are_written = {"kit: number", "kit: participant_id, period"}
    told = across - seen_whole - only_states_are_written
    random = {"material: id, root_id", "paper_form: act_id", "paper_form: pad_id, number"}
    random |= {"print_job: label_print_id", "print_answer: label_print_id"}
    assert told == random, "asked for 122 random bits, like the primary key"


def test_the_bedside_uses_a_code_of_the_facility_without_noticing(database: Database, secret: Secret) -> None:
    with database.connect(Login.BEDSIDE) as db:
        begin(db, database, Side.BEDSIDE)
        taken = uuid4()
        db.execute(MATERIAL, [taken, "bedside", "donation", secret.code, taken, NOW])
        assert db.execute("SELECT id FROM material WHERE code = %s", [secret.code]).fetchall() == [(taken,)]


@pytest.mark.parametrize("table", sorted(SCOPED))
def test_rows_of_the_facility_are_not_there_for_the_bedside(database: Database, secret: Secret, table: str) -> None:
    assert database.rows(f"SELECT 1 FROM {table}") == [(1,)]
    with bedside(database) as db:
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        with db.cursor().copy(f"COPY {table} TO STDOUT") as rows:
            assert list(rows) == []
        db.execute("SET row_security = off")
        assert refusal(db, f"SELECT * FROM {table}") == "42501"


def test_the_bedside_writes_no_row_of_the_facility(database: Database, secret: Secret) -> None:
    lot = uuid4()
    with database.connect(Login.BEDSIDE) as db:
        values = begin(db, database, Side.BEDSIDE)
        for change in (
            "UPDATE material SET registered_at = now()",
            "UPDATE handover SET taken_at = now()",
            "UPDATE label_print SET state = 'void'",
            "UPDATE code_counter SET last = 1",
            "SELECT FROM material FOR UPDATE",
        ):
            assert db.execute(change).rowcount == 0, change
        for insert in (
            "INSERT INTO code_counter VALUES ('facility', 'U', 1) ON CONFLICT (scope, prefix) DO UPDATE SET last = 1",
            "INSERT INTO code_counter VALUES ('facility', 'U', 1) ON CONFLICT DO NOTHING",
            "INSERT INTO code_counter VALUES ('facility', 'Z', 1) ON CONFLICT DO NOTHING",
            f"INSERT INTO material VALUES ('{lot}', 'facility', 'lot', 'Z-1', '{lot}', now())",
            EVENT.replace("'bedside'", "'facility'")
            % {key: f"'{value}'" for key, value in (values | {"material": secret.material, "scope": "facility"}).items()},
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
                db.execute(insert)
