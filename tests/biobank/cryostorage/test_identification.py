"""A frozen unit whose label cannot be read: typed code, scanned position, second person, photo; and whatever is tried instead."""

import json
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from biobank.act.people import Role, Side
from labels.local import CodeKind, build
from tests.biobank.cryostorage.conftest import UNKNOWN_POSITION, unit_of
from tests.path import FACILITY, Lab, refused
from tests.photos import bomb, sent, taken
from tests.scripting import as_facility
from tests.serving import badge, enrol, seen, signed_in
from tests.telemetry import Installation

LIMIT = 12_000_000
"""Of the settings, where none are given."""
COUNT = "SELECT count(*) FROM unit_identification"
INSERT = """
INSERT INTO unit_identification (id, unit_id, placement_id, sha256, media_type, photo, identified_by, second_id, identified_at)
SELECT %(id)s, u.id, p.id, coalesce(%(sha256)s, sha256(%(photo)s)), %(type)s, %(photo)s, t.id, s.id,
       p.placed_at + interval '1 hour'
  FROM unit u, placement p, person t, person s
 WHERE u.code = %(unit)s AND p.id = (SELECT x.id FROM placement x JOIN unit y ON y.id = x.unit_id WHERE y.code = %(lies)s)
   AND t.username = 'tom' AND s.username = %(second)s
"""


@pytest.fixture
def second(lab: Lab) -> dict[str, str]:
    return badge(lab.client, "tina", lab.as_("tina"))


@pytest.fixture
def stored(lab: Lab, batch: str) -> list[tuple[str, str]]:
    """Two units, each with the position where it lies."""
    units = lab.stored(batch, None, 2, 1_000_000)
    return [(unit, unit_of(lab, unit)["position"]) for unit in units]


def identify(lab: Lab, code: str, there: str, beside: Any, who: str = "tom", **changed: Any) -> Any:
    order = {"unit": code, "position": there, "second": beside, "photo": sent(taken())}
    return lab.post(who, f"/units/{code}/identification", order | changed)


def test_two_people_say_with_a_photo_which_unit_lies_there(
    lab: Lab, stored: list[tuple[str, str]], second: dict[str, str], installation: Installation
) -> None:
    (unit, position), (other, _) = stored
    for who in ("tess", "quinn"):
        refused(identify(lab, unit, position, second, who), 403, "not_your_role")
    refused(identify(lab, unit, position, second, "gina"), 404, "no_such_unit")
    assert identify(lab, unit, position, second).status_code == 201
    assert identify(lab, unit, position, second, photo=sent(taken(form="PNG")), unit=unit.lower()).status_code == 201
    first, again = lab.told("quinn", f"/units/{unit}/identifications")
    assert (first["position"], first["name"], first["second"]) == (position, "Tom Person", "Tina Person")
    for told, photo, kind in ((first, taken(), "image/jpeg"), (again, taken(form="PNG"), "image/png")):
        answer = lab.get("quinn", told["photo"].removeprefix("/api"))
        assert (answer.content, answer.headers["Content-Type"]) == (photo, kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    refused(lab.get("quinn", f"/units/{unit}/identifications/3/photo"), 404, "no_such_photo")
    refused(lab.get("quinn", f"/units/{other}/identifications/1/photo"), 404, "no_such_photo")
    refused(lab.get("gina", f"/units/{unit}/identifications/1/photo"), 404, "no_such_unit")
    refused(lab.get("tess", f"/units/{unit}/identifications/1/photo"), 403, "not_your_role")
    trail = "SELECT body FROM audit.entry WHERE table_name = 'public.unit_identification'"
    bodies = [str(body) for (body,) in installation.rows(trail)]
    assert [first["sha256"] in body for body in bodies] == [True, False]
    assert not any(taken().hex() in body or sent(taken()) in body for body in bodies)


def test_whatever_does_not_fit_changes_nothing_and_is_written_down(
    lab: Lab, stored: list[tuple[str, str]], second: dict[str, str], installation: Installation
) -> None:
    (unit, position), (other, elsewhere) = stored
    refused(identify(lab, unit, elsewhere, second), 409, "lies_elsewhere")
    refused(identify(lab, unit, position, second, unit=other), 409, "lies_elsewhere")
    refused(identify(lab, unit, position, second, unit=build("01", CodeKind.UNIT, 2026, 999_999)), 409, "lies_elsewhere")
    refused(identify(lab, unit, position, second, unit=unit[:-1] + ("A" if unit[-1] != "A" else "B")), 422, "mistyped_code")
    refused(identify(lab, unit, UNKNOWN_POSITION, second), 404, "no_such_position")
    refused(identify(lab, unit, position, badge(lab.client, "tom", lab.as_("tom"))), 403, "second_is_first")
    refused(identify(lab, unit, position, second | {"pin": "4712"}), 403, "wrong_badge")
    for missing in ("unit", "position", "second", "photo"):
        refused(identify(lab, unit, position, second, **{missing: None}), 422, "bad_input")
    no_photos = (
        b"words in a file called vial.png",
        taken()[:-200],
        taken(form="PNG")[:60],
        taken(form="GIF"),
        bomb(6_000),
        bomb(12_000),
        bomb(60_000),
        b"\x89PNG\r\n\x1a\n",
    )
    for photo in no_photos:
        assert refused(identify(lab, unit, position, second, photo=sent(photo)), 422, "not_a_photo")["field"] == "photo"
    for text in ("", "no base64", "x"):
        assert identify(lab, unit, position, second, photo=text).status_code == 422
    assert installation.one(COUNT) == 0
    assert installation.one("SELECT count(*) FROM audit.refusal WHERE code = 'lies_elsewhere'") == 3
    assert identify(lab, unit, position, second).is_success
    refused(identify(lab, other, elsewhere, second), 409, "photo_known")


def test_the_photo_of_a_telephone_is_taken_and_not_a_byte_more_than_the_limit(
    lab: Lab, stored: list[tuple[str, str]], second: dict[str, str]
) -> None:
    unit, position = stored[0]
    order = {"unit": unit, "position": position, "second": second, "photo": sent(taken() + bytes(8_000_000))}
    asked = json.dumps(order).encode()
    for size, status in ((LIMIT + 1, 413), (LIMIT, 201)):
        headers = lab.as_("tom") | {"Content-Type": "application/json"}
        answer = lab.client.post(f"/api/units/{unit}/identification", content=asked.ljust(size), headers=headers)
        assert answer.status_code == status, answer.text


def test_the_second_person_is_another_human_with_the_same_right(
    lab: Lab, stored: list[tuple[str, str]], installation: Installation
) -> None:
    unit, position = stored[0]
    lab.as_("tom")
    order = {"username": "toby", "name": "Toby Person", "side": Side.FACILITY, "roles": [Role.TECHNICIAN], "place": FACILITY}
    assert enrol(lab.client, signed_in(lab.client), **order, identity=seen("tom")).is_success
    toby = badge(lab.client, "toby", signed_in(lab.client, "toby"))
    refused(identify(lab, unit, position, toby), 403, "same_human")
    for who in ("quinn", "gina", "tess"):
        refused(identify(lab, unit, position, badge(lab.client, who, lab.as_(who))), 403, "not_their_work")
    assert installation.one(COUNT) == 0
    assert identify(lab, unit, position, badge(lab.client, "pia", lab.as_("pia"))).is_success


def test_what_was_destroyed_or_lies_nowhere_is_not_identified(
    lab: Lab, batch: str, stored: list[tuple[str, str]], second: dict[str, str]
) -> None:
    (unit, position), (other, elsewhere) = stored
    waits = lab.freeze(batch, None, 1, 1_000_000)[0]
    refused(identify(lab, waits, position, second), 409, "lies_elsewhere")
    order = {"reason": "The vial cracked in the tank", "signature": lab.sign("bo")}
    lab.done("bo", f"/units/{unit}/destruction", order)
    refused(identify(lab, unit, position, second), 409, "not_frozen")
    lab.done("pia", f"/units/{other}/thaw", {"kit": None, "participant": lab.told("quinn", f"/units/{other}")["participant"]})
    refused(identify(lab, other, elsewhere, second), 409, "not_frozen")


@pytest.mark.every_postgresql
def test_the_database_keeps_these_rules_too(
    lab: Lab, stored: list[tuple[str, str]], second: dict[str, str], installation: Installation
) -> None:
    unit, other = (code for code, _ in stored)
    lab.as_("tess")
    good = {"unit": unit, "lies": unit, "sha256": None, "type": "image/jpeg", "photo": taken(), "second": "tina"}
    wrongs = {
        "two_people": {"second": "tom"},
        "same side": {"second": "tess"},
        "where it lies": {"lies": other},
        "ck_unit_identification_sha256": {"sha256": b"x" * 32},
        "ck_unit_identification_photo": {"type": "image/png"},
        "ck_unit_identification_media_type": {"type": "image/gif"},
    }
    for told, wrong in wrongs.items():
        with pytest.raises(psycopg.Error, match=told), as_facility(installation, Kind.IDENTIFY_UNIT) as db:
            db.execute(INSERT, good | wrong | {"id": uuid4()})
    with as_facility(installation, Kind.IDENTIFY_UNIT) as db:
        db.execute(INSERT, good | {"id": uuid4()})
    for change in ("UPDATE unit_identification SET photo = photo", "DELETE FROM unit_identification"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), as_facility(installation, Kind.IDENTIFY_UNIT) as db:
            db.execute(change)
