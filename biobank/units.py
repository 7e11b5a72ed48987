"""Quantities of the bench as types: the unit stands in the name and the bounds in the type. Decimal or int, never float.

The bounds are plausibility limits for input (EU GMP Annex 11 §5 and §6), wide enough for any bench and narrow enough to
catch a slip such as 196 for -196. They are defaults of this system, not limits of any standard.
"""

import re
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

Kilograms = Annotated[Decimal, Field(ge=20, le=300, max_digits=5, decimal_places=2, description="kg")]
Millilitres = Annotated[Decimal, Field(gt=0, le=2000, max_digits=7, decimal_places=3, description="ml")]
MillilitresOrNone = Annotated[Decimal, Field(ge=0, le=2000, max_digits=7, decimal_places=3, description="ml, zero allowed")]
Celsius = Annotated[Decimal, Field(ge=-273, le=60, max_digits=6, decimal_places=2, description="°C, signed")]
StorageCelsius = Annotated[Decimal, Field(ge=-200, le=-18, max_digits=6, decimal_places=2, description="°C of a freezer, signed")]
Cells = Annotated[int, Field(ge=0, le=10**12, description="number of cells")]
SomeCells = Annotated[int, Field(gt=0, le=10**12, description="number of cells, at least one")]
CellsPerMillilitre = Annotated[int, Field(gt=0, le=10**10, description="cells per ml")]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2, description="%")]
SquareCentimetres = Annotated[Decimal, Field(gt=0, le=100000, max_digits=8, decimal_places=2, description="cm²")]
ShortWords = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=5, max_length=2000, pattern=r"^[^\x00]*\w\w[^\x00]*$")
]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=32, pattern=r"^[A-Za-z0-9*-]+$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_./-]+$")]


def _written_out(value: object) -> object:
    """A time is written out: a bare number would be taken for seconds, or thousandths, since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and not re.match(r"\d{4}-\d{2}-\d{2}", value)):
        raise PydanticCustomError("written_out", "Input should be written out")
    return value


def _within_calendar(value: datetime) -> datetime:
    """A time is one that UTC can tell too: 9999-12-31 at twelve hours west would be the year 10000."""
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("datetime_object_invalid", "Input should be within the calendar") from None
    return value


When = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    AfterValidator(_within_calendar),
    Field(description="aware time, written out with its zone"),
]
Day = Annotated[date, BeforeValidator(_written_out), Field(description="day, written out")]


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """Round ``value`` down to a whole number of ``step`` (the same unit), as one reads a syringe's graduation."""
    return (value / step).to_integral_value(rounding=ROUND_DOWN) * step
