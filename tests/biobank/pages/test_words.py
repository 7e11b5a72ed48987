"""Every act has words, and what the pages know of routes and states is what there is."""

import re

import pytest

from biobank.act.people import Role
from biobank.custody.tables import Step
from biobank.pages import acts
from biobank.pages.acts import COLLECTIONS, MATERIALS, acts_anywhere, acts_on, fits
from biobank.pages.asking import Visitor
from biobank.pages.rendering import mood
from biobank.pages.showing import number, section, shown, without
from biobank.pages.words import as_written_here, catalogue, in_words, kind_of, name_of, title_of
from biobank.tracing.rules import ThingKind
from biobank.web.matrix import RIGHTS
from tests.browsing import BrowserLab

WRITES = [route for route in RIGHTS if route.startswith("POST") and not route.endswith(("sign-in", "sign-out", "/me/password"))]


@pytest.mark.parametrize("route", WRITES)
def test_every_act_of_the_interface_has_a_title(route: str) -> None:
    assert title_of(route)[0].isupper()


def test_the_words_name_no_act_that_there_is_not() -> None:
    assert set(catalogue()["acts"]) == set(WRITES)
    assert acts._FITTING.keys() <= set(WRITES)


def test_every_thing_and_every_step_has_words() -> None:
    assert {kind.value for kind in ThingKind} <= catalogue()["kinds"].keys()
    assert {step.value for step in Step} <= catalogue()["steps"].keys()
    assert COLLECTIONS.keys() >= MATERIALS
    assert kind_of("unit") == "Unit"


def test_every_act_of_the_path_is_offered_to_whoever_may_do_it(lab: BrowserLab) -> None:
    """Nothing that the table of rights allows is out of reach of a form."""
    offered = set()
    for role in Role:
        visitor = Visitor("somebody", "Somebody", "facility", frozenset({role}), (), "", False, "")
        forms = acts_anywhere(lab.client.app, visitor)
        forms += [form for kind in COLLECTIONS for form in acts_on(lab.client.app, visitor, kind, "CODE")]
        assert all(role in RIGHTS[form.route] for form in forms)
        offered |= {form.route for form in forms}
    apart = {route for route in WRITES if "{number}" in route}
    assert offered == set(WRITES) - apart, "labels and holds have their forms beside them"


def test_what_comes_next_stands_first_and_the_rest_is_not_lost(lab: BrowserLab) -> None:
    visitor = Visitor("tom", "Tom", "facility", frozenset({Role.TECHNICIAN}), (), "", False, "")
    forms = acts_on(lab.client.app, visitor, "culture", "CODE")
    titles = {form.title for form in forms if fits(form, "growing")}
    assert {"Feed this culture", "Harvest this culture"} <= titles
    assert "Verify the harvest" not in titles
    assert all(fits(form, None) for form in forms)


@pytest.mark.parametrize(
    ("value", "key", "words"),
    [
        (None, "", '<span class="nothing">none</span>'),
        ([], "layouts", '<span class="nothing">all</span>'),
        (True, "passed", "yes"),
        ("97.5000", "viability_percent", "97.5&nbsp;%"),
        ("-135.00", "limit_c", "−135&nbsp;°C"),
        (1, "delay_s", "1&nbsp;s"),
        (21600, "frozen_s", "21\u202f600&nbsp;s (6 h)"),
        (900, "silence_s", "900&nbsp;s (15 min)"),
        (12000000, "viable_cells", "12\u202f000\u202f000"),
        ("not_released", "kind", "not released"),
        ("smart-ms/01", "place", "smart-ms/01"),
        ("<b>", "name", "&lt;b&gt;"),
        ("LX01U26000001W", "unit", '<a class="code" href="/scan?code=LX01U26000001W">LX01U26000001W</a>'),
        ("collection-1", "code", "collection-1"),
        (["patient_use", "distribution"], "purposes", "patient use, distribution"),
        (["Sterility, 14 days", "Mycoplasma"], "missing", "Sterility, 14 days; Mycoplasma"),
        ("2026-03-15T10:00:00+01:00", "at", "09:00 UTC"),
        ("2026-03-15T10:00 the bag fell", "reason", "2026-03-15T10:00 the bag fell"),
        ("2026-13-32T25:00:00Z", "code", "2026-13-32T25:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "title", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_value_reads_as_the_lab_writes_it(value: object, key: str, words: str) -> None:
    assert words in str(shown(value, key))


def test_a_number_keeps_every_digit_that_says_something() -> None:
    assert [number(text) for text in ("5.00", "0.05", "-158.30", "1234", "12345.60", "0")] == [
        "5",
        "0.05",
        "−158.3",
        "1234",
        "12\u202f345.6",
        "0",
    ]


def test_an_answer_becomes_facts_and_tables_without_what_stands_on_the_page_already() -> None:
    answer = {"batch": "B", "passage": 1, "fill": {"lot": "L"}, "counts": [{"batch": "B", "cells": 1, "late": None, "label": 7}]}
    found = without(section("", answer), frozenset(), "B")
    assert found.facts == {"passage": 1}
    assert [table.columns for table in found.tables] == [("lot",), ("cells",)]


def test_a_problem_without_words_is_said_as_it_is() -> None:
    assert in_words("Something that nobody foresaw") == "Something that nobody foresaw"
    assert in_words("Decimal input should have no more than 2 decimal places") == "At most 2 digits after the point."


def test_a_refusal_tells_times_as_the_pages_do_and_codes_as_they_are() -> None:
    said = "Kit 8YDV6E4MJ: from 2026-12-01T10:00:00+01:00 to 2026-12-01T13:00:00.5Z, not 9999-99-99."
    assert as_written_here(said) == "Kit 8YDV6E4MJ: from 2026-12-01 09:00 UTC to 2026-12-01 13:00 UTC, not 9999-99-99."
    assert as_written_here("Nothing is called 2026-99-99T10:00:00Z.") == "Nothing is called 2026-99-99T10:00:00Z."


def test_a_refusal_groups_the_thousands_of_counts_and_leaves_decimals_and_codes_alone() -> None:
    assert as_written_here("90,000,000 viable cells; 1,5 ml of A1,000") == "90\u202f000\u202f000 viable cells; 1,5 ml of A1,000"


def test_states_have_their_colours() -> None:
    assert (mood("released"), mood("too_warm"), mood("open"), mood("whatever"), mood(None)) == (
        "good",
        "bad",
        "waiting",
        "plain",
        "plain",
    )


def test_units_stand_in_the_names() -> None:
    assert (name_of("volume_ml").label, name_of("volume_ml").unit) == ("Volume", "ml")
    assert not re.search(r"_", name_of("something_unforeseen_at").label)
