"""A signature is shown with everything that it says, and one that is not under this very content is none."""

import hashlib
import json
from typing import Any

import psycopg

from tests.biobank.release.conftest import STEPS, file_of
from tests.path import Lab
from tests.photos import sent, taken
from tests.serving import badge
from tests.telemetry import Installation


def behind_the_program(installation: Installation, sql: str, *values: Any) -> None:
    """Change a record as no login of the application can, and let no trigger see it."""
    with psycopg.connect(installation.owner_url) as db:
        for table in ("decision", "signature"):
            db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        db.execute(sql.encode(), values)


def decision(lab: Lab, batch: str, stage: str = "disposition") -> Any:
    return next(one for one in file_of(lab, batch)["decisions"] if one["stage"] == stage)


def test_a_decision_shows_name_user_name_role_meaning_and_time_with_its_zone(lab: Lab, batch: str) -> None:
    lab.release(batch)
    for step, who in STEPS.items():
        found = decision(lab, batch, step.replace("-", "_"))
        role = {"quinn": "qa", "quentin": "qp", "sam": "sponsor_releaser"}[who]
        about = {name: found["signature"][name] for name in ("printed_name", "username", "role", "meaning")}
        assert about == {"printed_name": f"{who.title()} Person", "username": who, "role": role, "meaning": "I approve this"}
        assert found["signature"]["signed_at"].endswith("Z")
        assert len(found["signature"]["content_sha256"]) == 64
        assert found["unsigned"] is None


def test_content_that_was_changed_shows_as_unsigned(lab: Lab, batch: str, installation: Installation) -> None:
    lab.dispose(batch)
    for changed, back in (
        ("UPDATE decision SET verdict = 'rejected'", "UPDATE decision SET verdict = 'approved'"),
        (
            "UPDATE decision SET reviewed = replace(reviewed, '97.5', '98.5')",
            "UPDATE decision SET reviewed = replace(reviewed, '98.5', '97.5')",
        ),
        ("UPDATE signature SET record = 'x' || record", "UPDATE signature SET record = substr(record, 2)"),
    ):
        behind_the_program(installation, changed)
        found = decision(lab, batch)
        assert (found["signature"], found["unsigned"]) == (None, "content_changed"), changed
        behind_the_program(installation, back)
        assert decision(lab, batch)["unsigned"] is None, back


def test_a_signature_copied_to_another_record_is_none(lab: Lab, batch: str, installation: Installation) -> None:
    """Two batches approved by the same person: the signature under one, copied to the other with its code, is none."""
    lab.enrolled()  # whose first donation is for the biobank
    other = lab.reviewable(lab.enrolled(), units=1)
    for one in (batch, other):
        lab.dispose(one)
    behind_the_program(
        installation,
        """
        WITH s AS (SELECT d.id, d.signature_id FROM decision d)
        INSERT INTO signature (id, person_id, printed_name, meaning, record, content_sha256, signed_at, username, role)
        SELECT gen_random_uuid(), g.person_id, g.printed_name, g.meaning, %s, g.content_sha256, g.signed_at, g.username, g.role
          FROM signature g WHERE g.record = %s
        """,
        batch,
        other,
    )
    behind_the_program(
        installation,
        """
        UPDATE decision SET signature_id = (SELECT g.id FROM signature g LEFT JOIN decision d ON d.signature_id = g.id
                                             WHERE g.record = %s AND d.id IS NULL)
         WHERE signature_id IN (SELECT id FROM signature WHERE record = %s)
        """,
        batch,
        batch,
    )
    assert decision(lab, batch)["unsigned"] == "content_changed"
    assert decision(lab, other)["unsigned"] is None


def test_a_unit_identified_without_its_label_is_named_with_its_photo_where_the_batch_is_decided(
    lab: Lab, batch: str, installation: Installation
) -> None:
    unit = lab.told("quinn", f"/batches/{batch}/release-file")["units"][0]
    position = lab.told("quinn", f"/units/{unit}")["position"]
    order = {"unit": unit, "position": position, "second": badge(lab.client, "tina", lab.as_("tina")), "photo": sent(taken())}
    lab.done("tom", f"/units/{unit}/identification", order)
    sha256 = hashlib.sha256(taken()).hexdigest()
    [named] = lab.told("quinn", f"/batches/{batch}/release-file")["identified"]
    assert (named["unit"], named["position"], named["sha256"]) == (unit, position, sha256)
    lab.dispose(batch)
    assert json.loads(installation.one("SELECT reviewed FROM decision"))["identified"] == [[unit, position, sha256]]
