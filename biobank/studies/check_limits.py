"""Limits of dose, kit, process, specification and donor tests that contradict themselves, each other or the law."""

from collections.abc import Iterator
from decimal import Decimal

from biobank.studies.definition import StudyDefinition
from biobank.studies.process import Process
from biobank.studies.protocol import ProtocolVersion
from biobank.studies.specification import DonorTesting, SpecifiedTest
from biobank.studies.treatment import Dose, Kit, Route, target_viable_cells

ENDOTOXIN_LIMIT: dict[Route, Decimal] = {"intrathecal": Decimal("0.2"), "intravenous": Decimal(5)}
"""The most endotoxin that may be given, in EU per kilogram and hour, by route (USP <85>)."""

MANDATORY_DONOR_TESTS = ("hiv_1_2", "hbsag", "anti_hbc", "anti_hcv", "syphilis")
"""Asked of every donor (Directive 2006/17/EC, annex II)."""


def limit_problems(definition: StudyDefinition) -> Iterator[tuple[str, str]]:
    """Find blocks that contradict themselves."""
    for dose in definition.doses:
        yield from _dose_problems(dose, f"doses[{dose.label}]")
    for kit in definition.kits:
        yield from _kit_problems(kit, f"kits[{kit.label}]")
    for process in definition.processes:
        yield from _process_problems(process, f"processes[{process.label}]")
    for specification in definition.specifications:
        for test in specification.tests:
            yield from _test_problems(test, f"specifications[{specification.label}].tests[{test.code}]")
    for testing in definition.donor_testings:
        yield from _donor_problems(testing, f"donor_testings[{testing.label}]")


def treatment_problems(version: ProtocolVersion) -> Iterator[tuple[str, str]]:
    """Find endotoxin limits that the version's route of administration does not allow."""
    allowed = ENDOTOXIN_LIMIT[version.dose.route]
    limits = [test for test in version.specification.tests if test.endotoxin_eu_per_kg_h is not None]
    key = f"specifications[{version.specification.label}].tests"
    if not limits:
        yield key, "has no endotoxin test with endotoxin_eu_per_kg_h"
    for test in limits:
        if test.endotoxin_eu_per_kg_h is not None and test.endotoxin_eu_per_kg_h > allowed:
            yield (
                f"{key}[{test.code}].endotoxin_eu_per_kg_h",
                f"{version.dose.route} doses allow {allowed} EU/kg/h at most",
            )


def _dose_problems(dose: Dose, key: str) -> Iterator[tuple[str, str]]:
    lowest, highest = dose.lowest_viable_cells_per_kg, dose.highest_viable_cells_per_kg
    if (lowest is None) != (highest is None):
        yield key, "a range needs both lowest_viable_cells_per_kg and highest_viable_cells_per_kg"
    elif lowest is not None and highest is not None:
        if lowest > highest:
            yield f"{key}.lowest_viable_cells_per_kg", f"empty window: {lowest} to {highest}"
        elif not lowest <= dose.viable_cells_per_kg <= highest:
            yield (
                f"{key}.viable_cells_per_kg",
                f"the target {dose.viable_cells_per_kg} lies outside the range {lowest} to {highest}",
            )
    if dose.minimum_percent_of_target > 100 - dose.tolerance_percent:
        yield f"{key}.minimum_percent_of_target", "forbids a dose that tolerance_percent allows"
    if not dose.examples:
        yield f"{key}.examples", "is empty"
    for example in dose.examples:
        target = target_viable_cells(dose, example.weight_kg)
        if target != example.viable_cells:
            yield (
                f"{key}.examples",
                f"{example.weight_kg} kg must give {example.viable_cells} viable cells, but gives {target}",
            )


def _kit_problems(kit: Kit, key: str) -> Iterator[tuple[str, str]]:
    if kit.syringe_graduation_ml > kit.fill_volume_ml:
        yield f"{key}.syringe_graduation_ml", f"is larger than the fill volume of {kit.fill_volume_ml} ml"
    elif kit.fill_volume_ml % kit.syringe_graduation_ml != 0:
        yield f"{key}.fill_volume_ml", f"cannot be read on a graduation of {kit.syringe_graduation_ml} ml"
    if kit.placebo.volume_ml != kit.fill_volume_ml:
        yield f"{key}.placebo.volume_ml", f"differs from the fill volume of {kit.fill_volume_ml} ml and shows the arm"


def _process_problems(process: Process, key: str) -> Iterator[tuple[str, str]]:
    starts = [step.from_passage for step in process.passages]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        yield f"{key}.passages", "must begin with passage 0 and go up"
    if starts and starts[-1] > process.max_passage:
        yield f"{key}.passages", f"goes beyond max_passage = {process.max_passage}"
    if process.doublings_counted_from_passage > process.max_passage:
        yield f"{key}.doublings_counted_from_passage", f"lies beyond max_passage = {process.max_passage}"
    if process.max_cumulative_doublings <= 0:
        yield f"{key}.max_cumulative_doublings", "must be above zero"
    freezing = process.freezing
    windows: list[tuple[str, Decimal | int, Decimal | int]] = [
        (
            "harvest_confluence_at_least_percent",
            process.harvest_confluence_at_least_percent,
            process.harvest_confluence_at_most_percent,
        ),
        ("freezing.unit_volume_at_least_ml", freezing.unit_volume_at_least_ml, freezing.unit_volume_at_most_ml),
        ("freezing.then_cooling_to_c", freezing.then_cooling_to_c, freezing.cooling_to_c),
        ("freezing.store_at_most_c", freezing.store_at_most_c, freezing.quarantine_above_c),
    ]
    for index, step in enumerate(process.passages):
        place = f"passages[{index}]"
        windows.append((f"{place}.seed_at_least_per_cm2", step.seed_at_least_per_cm2, step.seed_at_most_per_cm2))
        windows.append((f"{place}.days_at_least", step.days_at_least, step.days_at_most))
    for name, low, high in windows:
        if low > high:
            yield f"{key}.{name}", f"empty window: {low} to {high}"


def _test_problems(test: SpecifiedTest, key: str) -> Iterator[tuple[str, str]]:
    if not test.methods:
        yield f"{key}.methods", "is empty"
    bounds = [bound for bound in (test.at_least, test.at_most, test.endotoxin_eu_per_kg_h) if bound is not None]
    if test.kind == "qualitative":
        if bounds or test.unit is not None:
            yield key, "a qualitative test has no unit and no bounds"
        if test.expected not in test.options or len(test.options) < 2:
            yield f"{key}.expected", "must be one of at least two options"
        return
    if test.options or test.expected is not None:
        yield key, "a numeric test has no options"
    if test.unit is None:
        yield f"{key}.unit", "a numeric test needs a unit"
    if not bounds and test.standing == "required":
        yield key, "a required numeric test needs a bound"
    if test.at_least is not None and test.at_most is not None and test.at_least > test.at_most:
        yield f"{key}.at_least", f"empty window: {test.at_least} to {test.at_most}"
    if test.unit == "%" and any(not 0 <= bound <= 100 for bound in bounds):
        yield key, "a percentage lies between 0 and 100"
    if test.endotoxin_eu_per_kg_h is not None and (test.at_most is not None or test.unit != "EU/ml"):
        yield f"{key}.endotoxin_eu_per_kg_h", "stands in the place of at_most, and the result is in EU/ml"


def _donor_problems(testing: DonorTesting, key: str) -> Iterator[tuple[str, str]]:
    if testing.sample_from_day > testing.sample_to_day:
        yield f"{key}.sample_from_day", f"empty window: {testing.sample_from_day} to {testing.sample_to_day}"
    always = {test.code for test in testing.tests if test.asked == "always"}
    for code in MANDATORY_DONOR_TESTS:
        if code not in always:
            yield f"{key}.tests", f"{code} must always be asked (Directive 2006/17/EC, annex II)"
