"""What happened at one moment is told in the order in which it was done, wherever the database put the rows."""

import psycopg
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from tests.serving import hire
from tests.telemetry import Installation

LOT = {"kind": "saline", "name": "Sodium chloride", "supplier": "A supplier", "supplier_lot": "L-1"}
OTHERS = """
INSERT INTO custody_event
SELECT gen_random_uuid(), gen_random_uuid(), 'facility', 'facility', 'store', 'elsewhere', p.id, now(), now()
  FROM generate_series(1, 500), (SELECT id FROM person LIMIT 1) p
"""


def test_events_of_one_moment_keep_their_order_though_others_made_room_before_them(
    client: TestClient, installation: Installation
) -> None:
    tom, tina = (hire(client, who, Side.FACILITY, Role.TECHNICIAN) for who in ("tom", "tina"))
    lot = client.post("/api/lots", json=LOT | {"expires_at": "2099-01-01T00:00:00Z"}, headers=tom).json()["code"]
    with psycopg.connect(installation.owner_url, autocommit=True) as db:
        db.execute("ALTER TABLE custody_event DISABLE TRIGGER ALL")  # rows with nothing around them, to fill and to free pages
        db.execute(OTHERS)
        client.post(f"/api/materials/{lot}/handovers", json={"to_place": "gmp-1"}, headers=tom).raise_for_status()
        db.execute(OTHERS)
        db.execute("DELETE FROM custody_event WHERE place = 'elsewhere' AND ctid < (SELECT max(ctid) FROM custody_event"
                   " WHERE step = 'hand_over')")  # fmt: skip
        db.execute("VACUUM custody_event")
        client.post(f"/api/materials/{lot}/handovers/confirmation", json={}, headers=tina).raise_for_status()
        places = db.execute("SELECT step FROM custody_event WHERE place <> 'elsewhere' ORDER BY ctid").fetchall()
    assert [step for (step,) in places][-1] == "hand_over", "the rows lie as they were written: this shows nothing"
    told = client.get(f"/api/materials/{lot}", headers=tom).json()
    assert [event["step"] for event in told["events"]] == ["receive", "hand_over", "take_over"]
    assert len({event["recorded_at"] for event in told["events"]}) == 1
