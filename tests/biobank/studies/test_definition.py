"""The shipped definitions say what the sources say, and pin to the same bytes always."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from biobank.studies.definition import NoVersionInForce, StudyDefinition, UnknownVersion, canonical_json, fingerprint
from biobank.studies.load import DEFINITIONS, load_definition, load_text, read_canonical
from biobank.studies.protocol import UnknownSite, UnknownStep, UnknownVisit, visit_due
from biobank.studies.specification import endotoxin_limit_eu_per_ml
from biobank.studies.treatment import minimum_viable_cells, target_viable_cells

TEXT = (DEFINITIONS / "smart-ms.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def smart_ms() -> StudyDefinition:
    return load_definition(DEFINITIONS / "smart-ms.toml")


@pytest.fixture(scope="module")
def mesems() -> StudyDefinition:
    return load_definition(DEFINITIONS / "mesems.toml")


def test_smart_ms_is_the_registered_trial(smart_ms: StudyDefinition) -> None:
    assert (smart_ms.study.code, smart_ms.study.label_prefix, smart_ms.study.participants_planned) == (
        "smart-ms",
        "SM",
        18,
    )
    assert [site.code for site in smart_ms.sites] == ["01", "02", "03", "04"]
    assert {site.country for site in smart_ms.sites} == {"NO"}
    assert {part.number for part in smart_ms.study.registrations} == {
        "NCT04749667",
        "2023-510228-63-00",
        "10.1212/WNL.0000000000214915",
    }


@pytest.mark.parametrize(
    ("sequence", "period", "becomes", "kit", "source"),
    [
        ("A", 1, "drug", "cells", 1),
        ("A", 2, "biobank", "saline", None),
        ("B", 1, "biobank", "saline", None),
        ("B", 2, "drug", "cells", 2),
    ],
)
def test_every_patient_is_aspirated_twice_and_one_aspirate_becomes_the_drug(
    smart_ms: StudyDefinition, sequence: str, period: int, becomes: str, kit: str, source: int | None
) -> None:
    step = smart_ms.version("v2").plan(sequence, period)
    assert (step.collects, step.aspirate_becomes, step.kit, step.cells_from_period) == (True, becomes, kit, source)


@pytest.mark.parametrize(
    ("weight_kg", "target"),
    [("72.4", 72_400_000), ("99.99", 99_990_000), ("100", 100_000_000), ("100.01", 100_000_000), ("113", 100_000_000)],
)
def test_the_dose_is_per_kilogram_and_never_over_the_cap(smart_ms: StudyDefinition, weight_kg: str, target: int) -> None:
    assert target_viable_cells(smart_ms.version("v1").dose, Decimal(weight_kg)) == target


def test_the_minimum_dose_is_rounded_up_and_the_target_down(mesems: StudyDefinition) -> None:
    dose = mesems.version("v1").dose
    assert minimum_viable_cells(dose, 100_000_001) == 67_000_001
    assert target_viable_cells(dose.model_copy(update={"viable_cells_per_kg": 3}), Decimal("20.5")) == 61


def test_the_intrathecal_endotoxin_limit_follows_from_weight_and_volume() -> None:
    assert endotoxin_limit_eu_per_ml(Decimal("0.2"), Decimal(70), Decimal(5)) == Decimal("2.8")


@pytest.mark.parametrize(
    ("on", "label"),
    [(date(2021, 1, 1), "v1"), (date(2023, 12, 31), "v1"), (date(2024, 1, 1), "v2"), (date(2030, 1, 1), "v2")],
)
def test_the_version_that_began_last_is_in_force(smart_ms: StudyDefinition, on: date, label: str) -> None:
    assert smart_ms.version_in_force("NO", on).label == label


def test_no_version_is_in_force_before_the_first_or_in_another_country(smart_ms: StudyDefinition) -> None:
    with pytest.raises(NoVersionInForce):
        smart_ms.version_in_force("NO", date(2020, 12, 31))
    with pytest.raises(NoVersionInForce):
        smart_ms.version_in_force("SE", date(2025, 1, 1))


def test_what_a_definition_does_not_have_is_not_found(smart_ms: StudyDefinition) -> None:
    version = smart_ms.version("v1")
    with pytest.raises(UnknownVersion):
        smart_ms.version("v9")
    with pytest.raises(UnknownSite):
        version.criteria_at("99")
    with pytest.raises(UnknownStep):
        version.plan("C", 1)
    with pytest.raises(UnknownStep):
        version.period(3)
    with pytest.raises(UnknownVisit):
        version.visit("month-99")


def test_visits_are_counted_from_the_first_dose(smart_ms: StudyDefinition) -> None:
    version, baseline = smart_ms.version("v2"), date(2026, 1, 1)
    due = visit_due(version, baseline, "month-6")
    assert (due.earliest, due.due, due.latest) == tuple(baseline + timedelta(days=days) for days in (175, 182, 189))
    assert visit_due(version, baseline, "collection-1").due == date(2025, 11, 20)
    assert visit_due(version, baseline, "baseline").latest == baseline
    assert version.period(2).collection_visit == "collection-2"


def test_the_same_content_has_the_same_fingerprint_however_it_is_written(smart_ms: StudyDefinition) -> None:
    rewritten = TEXT.replace("post_thaw_recovery = 0.80", "post_thaw_recovery = 0.8").replace("at_most = 55", "at_most = 55.0")
    assert rewritten != TEXT
    assert fingerprint(load_text(rewritten, "smart-ms.toml")) == fingerprint(smart_ms)
    changed = load_text(TEXT.replace("shelf_life_minutes = 120", "shelf_life_minutes = 121"), "smart-ms.toml")
    assert fingerprint(changed) != fingerprint(smart_ms)


def test_a_later_change_of_one_version_leaves_the_fingerprint_of_the_other(smart_ms: StudyDefinition) -> None:
    changed = load_text(TEXT.replace('title = "Later sources', 'title = "The later sources'), "smart-ms.toml")
    assert fingerprint(changed.version("v1")) == fingerprint(smart_ms.version("v1"))
    assert fingerprint(changed.version("v2")) != fingerprint(smart_ms.version("v2"))


@pytest.mark.parametrize("name", ["smart-ms.toml", "mesems.toml"])
def test_a_stored_definition_reads_back_as_it_was(name: str) -> None:
    definition = load_definition(DEFINITIONS / name)
    assert read_canonical(canonical_json(definition)) == definition


def test_mesems_collects_once_and_its_two_sites_have_their_own_facilities(mesems: StudyDefinition) -> None:
    version = mesems.version("v1")
    assert [version.plan(sequence, 1).collects for sequence in "AB"] == [True, True]
    assert [version.plan(sequence, 2).collects for sequence in "AB"] == [False, False]
    assert version.plan("B", 2).cells_from_period == 1
    assert {site.facility for site in mesems.sites} == {"gmp-se", "gmp-ca"}
    assert version.kit.placebo.volume_ml == version.kit.fill_volume_ml
