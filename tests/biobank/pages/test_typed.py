"""Forms from schemas, and what is typed into them: every kind of field, as people write and as they mistype."""

from typing import Any

import pytest

from biobank.pages.forms import Field, fields_of, filled
from biobank.pages.typed import Typed, body_of, kept, number_of

COMPONENTS = {
    "State": {"enum": ["applied", "void"], "type": "string"},
    "Unit": {
        "type": "object",
        "properties": {"viable_cells": {"type": "integer"}, "volume_ml": {"anyOf": [{"type": "number"}, {"type": "string"}]}},
        "required": ["viable_cells", "volume_ml"],
    },
    "Signature": {
        "type": "object",
        "properties": {"username": {"type": "string"}, "password": {"type": "string", "format": "password"}},
        "required": ["username", "password"],
    },
}
BODY = {
    "type": "object",
    "properties": {
        "signature": {"$ref": "#/components/schemas/Signature"},
        "reason": {"type": "string"},
        "state": {"$ref": "#/components/schemas/State"},
        "purposes": {"type": "array", "items": {"enum": ["treatment", "biobank"]}},
        "slots": {"type": "array", "items": {"type": "string"}},
        "units": {"type": "array", "items": {"$ref": "#/components/schemas/Unit"}},
        "accepted": {"type": "boolean"},
        "weight_kg": {"anyOf": [{"type": "number", "minimum": 20, "maximum": 300}, {"type": "string"}]},
        "kit": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "occurred_at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    },
    "required": ["signature", "reason", "state", "purposes", "slots", "units", "accepted", "weight_kg", "kit"],
}
FIELDS = fields_of(BODY, COMPONENTS)
BY_KEY = {field.key: field for field in FIELDS}


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("signature", "group"),
        ("reason", "prose"),
        ("state", "choice"),
        ("purposes", "choices"),
        ("slots", "list"),
        ("units", "rows"),
        ("accepted", "boolean"),
        ("weight_kg", "decimal"),
        ("kit", "text"),
        ("occurred_at", "moment"),
    ],
)
def test_a_field_is_asked_as_its_schema_says(key: str, kind: str) -> None:
    assert BY_KEY[key].kind == kind


def test_what_is_signed_stands_above_the_signature() -> None:
    assert [field.key for field in FIELDS][-3:] == ["occurred_at", "reason", "signature"]


def test_a_field_says_its_unit_its_bounds_and_whether_it_is_needed() -> None:
    weight, when, kit = BY_KEY["weight_kg"], BY_KEY["occurred_at"], BY_KEY["kit"]
    assert (weight.label, weight.unit, weight.hint, weight.required) == ("Weight", "kg", "20 to 300", True)
    assert (when.required, when.unit) == (False, "UTC")
    assert (kit.required, kit.nullable) == (False, True)


def test_everything_typed_becomes_what_the_route_takes() -> None:
    typed: Typed = {
        "signature.username": [" quinn "],
        "signature.password": [" with spaces "],
        "reason": ["Because of this"],
        "state": ["applied"],
        "purposes": ["treatment", "biobank"],
        "slots": ["A1\r\nA2, A3\n"],
        "units.0.viable_cells": ["20 000 000"],
        "units.0.volume_ml": ["1,5"],
        "units.3.viable_cells": ["34e6"],
        "units.3.volume_ml": ["2"],
        "units.7.viable_cells": ["  "],
        "accepted": ["false"],
        "weight_kg": ["72,4"],
        "kit": [""],
        "kit.none": ["true"],
        "occurred_at": ["2026-03-15T09:00"],
    }
    assert body_of(FIELDS, typed) == {
        "signature": {"username": "quinn", "password": " with spaces "},
        "reason": "Because of this",
        "state": "applied",
        "purposes": ["treatment", "biobank"],
        "slots": ["A1", "A2", "A3"],
        "units": [{"viable_cells": 20_000_000, "volume_ml": "1.5"}, {"viable_cells": 34_000_000, "volume_ml": "2"}],
        "accepted": False,
        "weight_kg": "72.4",
        "kit": None,
        "occurred_at": "2026-03-15T09:00Z",
    }


def test_what_is_left_empty_is_left_out_and_never_guessed() -> None:
    expected: dict[str, Any] = {"signature": {}, "purposes": [], "slots": [], "units": []}
    assert body_of(FIELDS, {}) == expected
    assert body_of(FIELDS, {"kit.none": ["true"]}) == expected | {"kit": None}, "a forgotten scan is no test thaw"
    assert body_of(FIELDS, {"kit": ["7VAE7MHA"], "kit.none": ["true"]}) == expected, "not both"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("19.5", "19.5"),
        ("19,5", "19.5"),
        ("−196", "-196"),
        ("-0,25", "-0.25"),
        ("12 000 000", "12000000"),
        ("12\u202f000\u00a0000", "12000000"),
        ("34e6", "34000000"),
        ("1.5E-2", "0.015"),
        ("1,000", "1,000"),
        ("1,000,000", "1,000,000"),
        ("1e999999999", "1e999999999"),
        ("nan", "nan"),
        ("five", "five"),
        ("1e", "1e"),
    ],
)
def test_a_number_is_read_as_people_write_it_and_never_a_thousandfold_wrong(written: str, read: str) -> None:
    assert number_of(written) == read


@pytest.mark.parametrize("written", ["1,000", "12.5.3", "5 million", "1e999999999", "½"])
def test_a_number_that_may_mean_two_things_is_sent_as_typed_and_refused_by_the_interface(written: str) -> None:
    whole = Field(key="n", kind="integer", label="n")
    assert body_of((whole,), {"n": [written]}) == {"n": written}


def test_what_was_typed_stays_but_no_password() -> None:
    typed: Typed = {
        "signature.username": ["quinn"],
        "signature.password": ["secret"],
        "weight_kg": ["5,5"],
        "purposes": ["biobank"],
    }
    again = {field.key: field for field in kept(FIELDS, typed, {"weight_kg": "Not less than 20."})}
    assert (again["weight_kg"].value, again["weight_kg"].problem) == ("5,5", "Not less than 20.")
    assert again["purposes"].chosen == {"biobank"}
    username, password = again["signature"].fields
    assert (username.value, password.value) == ("quinn", "")


def test_a_problem_stands_on_the_line_that_was_typed_though_empty_lines_were_left_out() -> None:
    typed: Typed = {"units.2.volume_ml": ["1"], "units.5.volume_ml": ["9999"]}
    again = {field.key: field for field in kept(FIELDS, typed, {"units.1.volume_ml": "Too much."})}
    lines = [{field.key: (field.value, field.problem) for field in line} for line in again["units"].rows]
    assert [line["volume_ml"] for line in lines] == [("1", ""), ("9999", "Too much.")]
    assert len(again["units"].lines) == 4


def test_more_lines_are_shown_when_asked_for_but_never_thousands() -> None:
    (units,) = kept((BY_KEY["units"],), {"units": ["8"], "units.0.volume_ml": ["1"]}, {})
    assert (len(units.lines), units.more) == (8, 12)
    (units,) = kept((BY_KEY["units"],), {"units": ["9999"]}, {})
    assert len(units.lines) == 200


def test_a_value_that_is_known_stands_in_the_form() -> None:
    assert {field.key: field.value for field in filled(FIELDS, {"reason": "known"})}["reason"] == "known"
