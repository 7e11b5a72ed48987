"""What people send on the path: a good order for each step, which a test then spoils."""

from typing import Any

from biobank.studies.criteria import NEVER
from biobank.studies.load import DEFINITIONS, load_text
from biobank.studies.protocol import ProtocolVersion

SMART_MS = (DEFINITIONS / "smart-ms.toml").read_text(encoding="utf-8")
SITE = "01"
MILLION = 1_000_000
DONOR_TESTS = ("hiv_1_2", "hbsag", "anti_hbc", "anti_hcv", "syphilis")
FLOW = "flow cytometry"
RESULTS = {
    "viability": ("value", "97.5", "NucleoCounter"),
    "cd73": ("value", "98.1", FLOW),
    "cd90": ("value", "99", FLOW),
    "cd105": ("value", "96.4", FLOW),
    "cd34": ("value", "0.3", FLOW),
    "cd45": ("value", "0.2", FLOW),
    "cd14": ("value", "0.5", FLOW),
    "cd19": ("value", "0", FLOW),
    "endotoxin": ("value", "0.05", "LAL"),
    "sterility": ("finding", "no growth", "automated culture"),
    "mycoplasma": ("finding", "not detected", "PCR"),
    "karyotype": ("finding", "normal", "G-banding"),
}
"""A good result of every test that is required before release: value or finding, and a method."""


def result(test: str, outcome: str | None = None) -> dict[str, Any]:
    """What a laboratory sends of a test; a good result where ``outcome`` is not given."""
    kind, good, method = RESULTS[test]
    return {"test": test, kind: good if outcome is None else outcome, "method": method}


def counted(cells: int, viability: str) -> dict[str, Any]:
    """A count as the counter shows it."""
    return {"method": "NucleoCounter", "total_cells": cells, "viability_percent": viability}


def seeding(from_culture: str | None, cells: int, area_cm2: str) -> dict[str, Any]:
    """What a seeding sends, in vessels of 500 cm²."""
    vessels = {"vessel": "T-500", "vessels": max(1, int(area_cm2) // 500), "area_cm2": area_cm2}
    return vessels | {"from_culture": from_culture, "cells_seeded": cells}


def freezing(from_culture: str | None, units: int, cells: int, volume_ml: str = "1.5") -> dict[str, Any]:
    """What a freezing run sends."""
    each = {"viable_cells": cells, "volume_ml": volume_ml}
    return {"program": "1 °C/min to −45 °C", "from_culture": from_culture, "units": [each] * units}


def receipt(participant: str) -> dict[str, Any]:
    """What a reception sends of a donation that arrived well."""
    return {
        "participant": participant,
        "accepted": True,
        "temperature_c": "19.5",
        "volume_ml": "30",
        "container_intact": True,
    }


def fitting(label: str = "v2", site: str = SITE, **changed: Any) -> dict[str, Any]:
    """What a screening sends of somebody who meets every criterion of a version, taken from its own examples."""
    definition = load_text(SMART_MS, "smart-ms.toml")
    entry = next(version for version in definition.versions if version.label == label)
    version: ProtocolVersion = definition.version(label)
    values: dict[str, Any] = {value.key: NEVER for value in version.values if value.may_be_never}
    for example in entry.must_admit:
        values[example.value] = example.choice if example.number is None else float(example.number)
    answers = {one.key: one.attested.expected for one in version.criteria_at(site) if one.attested is not None}
    return {"values": values | changed, "attestations": answers}
