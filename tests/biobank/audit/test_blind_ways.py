"""What the facility does with a donation after its reception, and with a kit before its time, shows in no row of the bedside."""

from uuid import uuid4

import psycopg
import pytest

from biobank.act.people import Side
from biobank.db.roles import Login
from tests.bedside import EVENT, HANDOVER, MATERIAL, begin
from tests.database import NOW, Database

pytestmark = pytest.mark.every_postgresql

WITHOUT_KEYS = "SET session_replication_role = replica"
"""The superuser writes one row without those that it would stand on."""


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
