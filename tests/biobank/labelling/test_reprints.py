"""Another copy of a label: for a reason, in the presence of a second person, which the database asks for too."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from biobank.act.people import Role, Side
from biobank.custody.tables import MaterialKind
from tests.biobank.labelling.conftest import Bench
from tests.database import begin_preparing
from tests.scripting import as_facility
from tests.serving import hire

UNITS = ("LX01U26000041G", "LX01U26000042E", "LX01U26000043C")
BATCH = "LX01B26000012N"
REASON = "The roll was smeared"
COPY = """
INSERT INTO label_print (id, scope, number, material_id, layout, fields, payload, profile, profile_version, language,
                         content_sha256, copy_number, reason, state, printed_by, printed_at, second_id)
SELECT %(id)s, scope, number + 100, material_id, layout, fields, payload, profile, profile_version, language, content_sha256, 2,
       'It was smeared', 'printed', printed_by, printed_at, (SELECT id FROM person WHERE username = %(second)s)
  FROM label_print WHERE number = %(number)s AND scope = 'facility'
"""


def reprint(bench: Bench, number: int, second: Any, who: str = "tom", **changed: Any) -> Any:
    return bench.post(who, f"/api/labels/{number}/reprint", **{"reason": REASON, "second": second} | changed)


def several(bench: Bench, numbers: Any, second: Any, who: str = "tom") -> Any:
    return bench.post(who, "/api/labels/reprints", reason=REASON, numbers=numbers, second=second)


def test_without_somebody_else_who_may_do_the_same_there_is_no_copy(bench: Bench) -> None:
    number = bench.made_of(bench.donation()[0], MaterialKind.BATCH, "batch", BATCH)
    bench.people["qa"] = hire(bench.client, "qa", Side.FACILITY, Role.QA)
    pia = bench.badge("pia")
    told = {
        "wrong_badge": [pia | {"pin": "4712"}, pia | {"badge": "nobody's badge"}],
        "second_is_first": [bench.badge("tom")],
        "not_their_work": [bench.badge("odd"), bench.badge("cora"), bench.badge("qa")],
        "second_person_needed": [None],
        "bad_input": [{}, {"badge": pia["badge"]}, {"pin": pia["pin"]}, "pia", pia | {"name": "pia"}],
    }
    for code, seconds in told.items():
        for second in seconds:
            answer = reprint(bench, number, second)
            assert answer.json().get("code") == code, (second, answer.text)
    assert bench.installation.one("SELECT count(*) FROM label_print WHERE copy_number > 1") == 0
    assert reprint(bench, number, pia).status_code == 201
    [(second,)] = bench.installation.rows(
        "SELECT p.username FROM label_print l JOIN person p ON p.id = l.second_id WHERE l.copy_number = 2"
    )
    assert second == "pia"


def test_a_key_that_was_used_prints_no_second_copy_and_keeps_no_pin(bench: Bench) -> None:
    number = bench.made_of(bench.donation()[0], MaterialKind.BATCH, "batch", BATCH)
    bench.people["tom"]["Idempotency-Key"] = "the-same-key-twice"
    first, again = (reprint(bench, number, bench.badge("pia")) for _ in range(2))
    assert first.json() == again.json()
    assert bench.installation.one("SELECT count(*) FROM label_print WHERE copy_number > 1") == 1


def test_a_copy_keeps_language_profile_and_version_of_the_first(bench: Bench) -> None:
    state = bench.client.app.state
    usual, state.acts = state.acts, replace(state.acts, label_language="nb")
    number = bench.made_of(bench.donation()[0], MaterialKind.BATCH, "batch", BATCH)
    state.acts = usual
    with psycopg.connect(bench.installation.owner_url) as db:
        begin_preparing(db, bench.clock.now())
        db.execute("UPDATE label_print SET profile_version = '0' WHERE number = %s AND scope = 'facility'", [number])
    copy = reprint(bench, number, bench.badge("pia")).json()
    assert (copy["language"], copy["profile"], copy["profile_version"]) == ("nb", "LOCAL", "0")


def test_several_labels_are_printed_again_at_once_or_none(bench: Bench) -> None:
    donation = bench.donation()[0]
    numbers = [bench.made_of(donation, MaterialKind.UNIT, "unit", code) for code in UNITS]
    pia = bench.badge("pia")
    assert several(bench, [*numbers, 999], pia).status_code == 404
    for wrong in ([*numbers, numbers[0]], [], [0], list(range(1, 202)), ["x"], numbers[0]):
        assert several(bench, wrong, pia).status_code == 422, wrong
    assert several(bench, numbers, pia, who="odd").status_code == 404
    assert bench.installation.one("SELECT count(*) FROM label_print WHERE copy_number > 1") == 0
    copies = several(bench, numbers, pia).json()
    assert [one["payload"] for one in copies] == list(UNITS)
    assert {(one["copy_number"], one["reason"], one["job"]) for one in copies} == {(2, REASON, "queued")}
    assert len({one["number"] for one in copies} | set(numbers)) == 2 * len(numbers)
    named_twice = several(bench, [numbers[0], copies[0]["number"]], pia)
    assert (named_twice.status_code, named_twice.json()["code"]) == (422, "label_named_twice")


def test_the_database_asks_for_the_second_person_too(bench: Bench) -> None:
    number = bench.made_of(bench.donation()[0], MaterialKind.UNIT, "unit", UNITS[0])
    bench.badge("pia")
    for second, told in ((None, "second person"), ("cora", "second person"), ("tom", "two_people")):
        with pytest.raises(psycopg.Error, match=told), as_facility(bench.installation, Kind.ACCOUNT_LABEL) as db:
            db.execute(COPY, {"id": uuid4(), "number": number, "second": second})
    assert bench.read_back("tom", number, UNITS[0]).status_code == 200
    with pytest.raises(psycopg.Error, match="never labelled again"), as_facility(bench.installation, Kind.ACCOUNT_LABEL) as db:
        db.execute(COPY, {"id": uuid4(), "number": number, "second": "pia"})
