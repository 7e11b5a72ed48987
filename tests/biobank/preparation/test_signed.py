"""What was signed of a dose is shown with its signature, and as unsigned where it is not what was signed any more."""

from typing import Any

import psycopg

from tests.bodies import MILLION
from tests.doses import DoseLab, walks
from tests.starts import There, starting
from tests.telemetry import Installation

REASON = "No other cells; the benefit outweighs"


def _declared(there: There) -> str:
    """A kit of too few cells, declared ready after a decision about them."""
    lab, participant, kit = there.lab, there.found["participant"], str(there.found["kit"])
    lab.thawed(kit, participant)
    lab.recount(kit, viable_cells_per_ml=9 * MILLION)
    order = {"reason": REASON, "signature": lab.sign("quentin", "Give it all the same")}
    lab.done("quentin", f"/kits/{kit}/low-dose-decision", order)
    lab.fill(kit)
    lab.ready(kit)
    return kit


start = starting(walks("A", "B")[-1].then("kit", _declared))


def shown(lab: DoseLab, kit: str) -> dict[str, Any]:
    told = lab.told("quinn", f"/kits/{kit}/preparation")
    return {"decision": told["low_dose_decision"], "ready": told["ready_declaration"]}


TABLES = ("preparation", "recount", "fill", "unit", "kit", "signature")


def changed(installation: Installation, *sql: str) -> None:
    """Change records as no login of the application can, and let no trigger see it."""
    with psycopg.connect(installation.owner_url) as db:
        for table in TABLES:
            db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        for one in sql:
            db.execute(one.encode())


def test_both_signatures_are_shown_with_all_that_they_say(lab: DoseLab, kit: str) -> None:
    found = shown(lab, kit)
    for what, who, role, meaning in (
        ("decision", "quentin", "qp", "Give it all the same"),
        ("ready", "paul", "preparer", "Checked and ready for use"),
    ):
        signature = found[what]["signature"]
        told = (signature["username"], signature["printed_name"], signature["role"], signature["meaning"])
        assert told == (who, f"{who.title()} Person", role, meaning)
        assert signature["signed_at"].endswith("Z")
        assert found[what]["unsigned"] is None


def test_content_that_was_changed_shows_as_unsigned(lab: DoseLab, kit: str, installation: Installation) -> None:
    for table, column, value, unsigned in (
        ("preparation", "low_dose_reason", "'Because somebody said so'", ["decision"]),
        ("recount", "viability_percent", "95", ["decision"]),
        ("fill", "drawn_ml", "4.9", ["ready"]),
        ("fill", "delivered_viable_cells", "1", ["ready"]),
        ("unit", "code", "code || 'X'", ["decision", "ready"]),
        ("kit", "expires_at", "expires_at + interval '1 day'", ["decision", "ready"]),
        ("signature", "record", "'another'", ["decision", "ready"]),
    ):
        keep = f"CREATE TABLE before_it AS SELECT id, {column} FROM {table}"
        changed(installation, keep, f"UPDATE {table} SET {column} = {value}")
        found = shown(lab, kit)
        told = [what for what, one in found.items() if one == {"signature": None, "unsigned": "content_changed"}]
        assert told == unsigned, f"{table}.{column}"
        back = f"UPDATE {table} t SET {column} = b.{column} FROM before_it b WHERE b.id = t.id"
        changed(installation, back, "DROP TABLE before_it")
        assert all(one["unsigned"] is None for one in shown(lab, kit).values()), f"{table}.{column}"


def test_a_signature_of_one_act_is_none_under_the_other(lab: DoseLab, kit: str, installation: Installation) -> None:
    changed(installation, "UPDATE preparation SET ready_signature_id = low_dose_signature_id")
    assert shown(lab, kit)["ready"] == {"signature": None, "unsigned": "content_changed"}
