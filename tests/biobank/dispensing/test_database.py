"""What the database keeps of a kit's way, whatever SQL either login sends."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from tests.doses import DoseLab
from tests.path import HERE
from tests.scripting import Connection, as_bedside, as_facility
from tests.telemetry import Installation

MOVE = "UPDATE kit SET state = %s WHERE number = %s"
GIVE = """
INSERT INTO administration (id, kit_id, given_ml, remains_ml, given_by, given_at)
SELECT %(id)s, k.id, %(given)s, 0.2, p.id, %(at)s FROM kit k, person p WHERE k.number = %(kit)s AND p.username = %(who)s
"""
ACCOUNT = """
INSERT INTO remains_account (id, kit_id, destroyed_ml, accounted_by, accounted_at)
SELECT %(id)s, k.id, %(destroyed)s, p.id, %(at)s FROM kit k, person p WHERE k.number = %(kit)s AND p.username = %(who)s
"""


@pytest.fixture
def sequence() -> str:
    return "B"


def rule_against(db: Connection, statement: str, values: Any) -> str | None:
    """The state with which the database refuses a statement; the transaction goes on without it."""
    with pytest.raises(psycopg.Error) as refusal, db.transaction():
        db.execute(statement, values)
    return refusal.value.sqlstate


def test_no_script_moves_a_kit_back_past_a_step_or_from_the_other_side(
    lab: DoseLab, installation: Installation, kit: str, participant: str
) -> None:
    with as_facility(installation, Kind.DECLARE_READY, "pia") as db:
        for state in ("retrieved", "administered", "accounted"):
            assert rule_against(db, MOVE, [state, kit]) == "BB037", state
    lab.prepared(kit, participant)
    lab.wait_until_available()
    lab.hand_over(kit, "paul", "phil", HERE)
    with as_facility(installation, Kind.DECLARE_READY, "pia") as db:
        for state in ("planned", "retrieved"):
            assert rule_against(db, MOVE, [state, kit]) == "BB037", state
    expires_at = datetime.fromisoformat(lab.told("phil", f"/kits/{kit}")["expires_at"])
    for at in (lab.clock.now() - timedelta(hours=1), expires_at):
        with as_bedside(installation, Kind.RETRIEVE_KIT, "phil", at) as db:
            assert rule_against(db, MOVE, ["retrieved", kit]) == "BB037", "outside its time"
    with as_bedside(installation, Kind.RETRIEVE_KIT, "phil", lab.clock.now()) as db:
        for state in ("planned", "administered", "void"):
            assert rule_against(db, MOVE, [state, kit]) == "BB037", state
        db.execute(MOVE, ["retrieved", kit])


def test_no_script_gives_too_much_too_late_or_in_another_name(
    lab: DoseLab, installation: Installation, kit: str, participant: str
) -> None:
    lab.prepared(kit, participant)
    lab.wait_until_available()
    now = lab.clock.now()
    lab.as_("tess")
    right = {"kit": kit, "given": "4.8", "who": "tess", "at": now}
    lab.hand_over(kit, "paul", "phil", HERE)
    with as_bedside(installation, Kind.ADMINISTER, "tess", now) as db:
        assert rule_against(db, GIVE, right | {"id": uuid4()}) == "BB039", "not fetched"
    lab.retrieve(kit, participant, "baseline")
    with as_bedside(installation, Kind.ADMINISTER, "tess", now) as db:
        for wrong in ({"given": "4.9"}, {"who": "phil"}, {"at": now + timedelta(hours=2)}, {"at": now - timedelta(hours=1)}):
            assert rule_against(db, GIVE, right | wrong | {"id": uuid4()}) == "BB039", wrong
    lab.administer(kit, participant, "baseline")
    left = {"kit": kit, "destroyed": "0.2", "who": "phil", "at": now}
    with as_bedside(installation, Kind.ACCOUNT_REMAINS, "phil", now) as db:
        for wrong in ({"destroyed": "0.1"}, {"who": "tess"}, {"at": now - timedelta(seconds=1)}):
            assert rule_against(db, ACCOUNT, left | wrong | {"id": uuid4()}) == "BB039", wrong
        db.execute(ACCOUNT, left | {"id": uuid4()})
