"""Versions of the process: limits of the culture and of freezing and storage that a batch pins."""

from typing import Annotated

from pydantic import Field

from biobank.studies.part import Amount, Celsius, Minutes, Part, Percent, PositiveAmount, Slug, Words
from biobank.units import SomeCells

CultureDays = Annotated[int, Field(ge=1, le=120)]


class PassageStep(Part):
    """The seeding density and the days of the passages from ``from_passage`` on."""

    from_passage: Annotated[int, Field(ge=0, le=9)]
    counted_as: Words
    seed_at_least_per_cm2: SomeCells
    seed_at_most_per_cm2: SomeCells
    days_at_least: CultureDays
    days_at_most: CultureDays


class Freezing(Part):
    """How units are frozen and kept. Temperatures in °C, rates in °C per minute (positive: cooling)."""

    cooling_c_per_min: PositiveAmount
    cooling_tolerance_c_per_min: PositiveAmount
    cooling_to_c: Celsius
    then_cooling_c_per_min: PositiveAmount
    then_cooling_to_c: Celsius
    unit_volume_at_least_ml: PositiveAmount
    unit_volume_at_most_ml: PositiveAmount
    store_at_most_c: Celsius
    quarantine_above_c: Celsius
    quarantine_after_minutes: Minutes


class Process(Part):
    """One version of the process. ``additives`` are asked against the participant's allergies."""

    label: Slug
    source: Words
    max_passage: Annotated[int, Field(ge=0, le=9)]
    max_cumulative_doublings: Amount
    doublings_counted_from_passage: Annotated[int, Field(ge=0, le=9)]
    max_culture_days: CultureDays
    seeding_tolerance_percent: Percent
    harvest_confluence_at_least_percent: Percent
    harvest_confluence_at_most_percent: Percent
    medium: Words
    additives: tuple[Words, ...]
    passages: tuple[PassageStep, ...]
    freezing: Freezing
