"""The bedside's login on a real database, and the rows of both sides that tests of the walls write."""

from typing import Any
from uuid import uuid4

import psycopg

from biobank.act.people import Side
from biobank.db.roles import Login
from tests.database import NOW, Connection, Database

BEGIN = "SELECT audit.begin_act(%s, %s, %s, %s, %s, %s, 'a reason that says something')"
MATERIAL = "INSERT INTO material (id, scope, kind, code, root_id, registered_at) VALUES (%s, %s, %s, %s, %s, %s)"
EVENT = """
INSERT INTO custody_event (id, material_id, material_scope, scope, step, place, person_id, occurred_at, recorded_at)
VALUES (%(id)s, %(material)s, %(scope)s, 'bedside', 'collect', 'here', %(person)s, %(now)s, %(now)s)
"""
HANDOVER = """
INSERT INTO handover (id, material_id, material_scope, handed_by, handed_at, to_place)
VALUES (%(id)s, %(material)s, %(scope)s, %(person)s, %(now)s, 'there')
"""
LABEL = """
INSERT INTO label_print (id, scope, number, material_id, layout, fields, payload, profile, profile_version, language,
                         content_sha256, copy_number, state, printed_by, printed_at)
VALUES (%(id)s, %(scope)s, 7, %(material)s, %(layout)s, '{}', %(code)s, 'LOCAL', '1', 'en', sha256('x'), 1, 'printed',
        %(person)s, %(now)s)
"""
DONATION = """
INSERT INTO donation (id, din, participant_id, period, volume_ml, state, collected_by, collected_at)
VALUES (%(material)s, 'D-1', gen_random_uuid(), 1, 30, 'collected', %(person)s, %(now)s)
"""
JOB = """
INSERT INTO print_job (id, label_print_id, printer, state, queued_at, changed_at)
VALUES (%(id)s, %(label)s, 'bedside', 'queued', %(now)s, %(now)s)
"""


def begin(db: Connection, database: Database, side: Side, kind: str = "hand_over") -> dict[str, Any]:
    """Begin an act on ``db``; returns the values that rows of it need."""
    person = database.people[side].id
    db.execute(BEGIN, [uuid4(), kind, person, side.value, NOW, NOW])
    return {"id": uuid4(), "person": person, "now": NOW}


def bedside(database: Database) -> Connection:
    db = database.connect(Login.BEDSIDE)
    db.autocommit = True
    return db


def refusal(db: Connection, statement: str, values: dict[str, Any] | None = None) -> str | None:
    try:
        db.execute(statement, values)
    except psycopg.Error as error:
        return error.sqlstate
    return None
