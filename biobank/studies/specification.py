"""Versions of the specification and of the donor tests: what is tested, how, and what a result must be."""

from decimal import Decimal
from typing import Literal

from biobank.studies.part import Amount, Days, Part, Percent, PositiveAmount, Slug, Words

Stage = Literal["aspirate", "in_process", "release", "post_thaw"]


class SpecifiedTest(Part):
    """One test of a specification. Bounds include their limit.

    A required result outside them is out of specification; an informative one never fails a batch. A qualitative test
    names the one ``expected`` result among its ``options``. ``endotoxin_eu_per_kg_h`` stands in the place of a bound:
    the limit follows from weight and volume (USP <85>). ``result_after_days`` is the earliest that a result is known.
    """

    code: Slug
    name: Words
    kind: Literal["numeric", "qualitative"]
    stage: Stage
    standing: Literal["required", "informative"]
    methods: tuple[Words, ...]
    source: Words
    unit: Words | None = None
    at_least: Amount | None = None
    at_most: Amount | None = None
    endotoxin_eu_per_kg_h: PositiveAmount | None = None
    options: tuple[Words, ...] = ()
    expected: Words | None = None
    result_after_days: Days = 0


class Specification(Part):
    """One version of the specification."""

    label: Slug
    tests: tuple[SpecifiedTest, ...]


class DonorTest(Part):
    """One test of the donor's blood: asked of everybody, or only of those at risk (Directive 2006/17/EC, annex II)."""

    code: Slug
    name: Words
    asked: Literal["always", "if_at_risk"]
    on_reactive: Literal["exclude_and_isolate", "isolate_and_assess"]


class DonorTesting(Part):
    """One version of the donor tests. The sample is taken so many days after donation, both included.

    Plasma diluted by more than ``max_plasma_dilution_percent`` needs a test validated for it or a sample from before.
    """

    label: Slug
    source: Words
    sample_from_day: Days
    sample_to_day: Days
    max_plasma_dilution_percent: Percent
    tests: tuple[DonorTest, ...]


def endotoxin_limit_eu_per_ml(eu_per_kg_h: Decimal, weight_kg: Decimal, volume_ml: Decimal) -> Decimal:
    """Return K/M in EU/ml for a dose given within an hour: 70 kg and 5 ml by the spine give 2.8 (USP <85>)."""
    return eu_per_kg_h * weight_kg / volume_ml
