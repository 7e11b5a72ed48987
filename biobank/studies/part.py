"""Exact types of which study definitions are made: Decimal or int, frozen, and no key that the schema does not know."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo

from biobank import units


def _exact(value: object, info: ValidationInfo) -> object:
    """Take a whole number as a Decimal, and text too in canonical JSON, which writes numbers as text."""
    if type(value) is int:
        return Decimal(value)
    if info.mode == "json" and isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    return value


class Part(BaseModel):
    """A part of a study definition. Strict: text is never read as a number, nor one kind of number as another."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Amount = Annotated[Decimal, BeforeValidator(_exact), Field(max_digits=12, decimal_places=4)]
PositiveAmount = Annotated[Decimal, BeforeValidator(_exact), Field(gt=0, max_digits=12, decimal_places=4)]
Percent = Annotated[units.Percent, BeforeValidator(_exact)]
Kilograms = Annotated[units.Kilograms, BeforeValidator(_exact)]
Millilitres = Annotated[units.Millilitres, BeforeValidator(_exact)]
Celsius = Annotated[units.Celsius, BeforeValidator(_exact)]
Fraction = Annotated[Decimal, BeforeValidator(_exact), Field(gt=0, le=1, max_digits=4, decimal_places=3)]
Day = Annotated[int, Field(ge=-3650, le=3650, description="days from baseline, negative before it")]
Days = Annotated[int, Field(ge=0, le=3650, description="days")]
Minutes = Annotated[int, Field(ge=0, le=14400, description="minutes")]
SomeMinutes = Annotated[int, Field(gt=0, le=14400, description="minutes, at least one")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
SiteCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=600, pattern=r"^\S[^\x00-\x1f\x7f]*$")]
PeriodNumber = Annotated[int, Field(ge=1, le=9)]
SequenceName = Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
