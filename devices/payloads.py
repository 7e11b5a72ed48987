"""What travels over the broker: strict JSON, versioned, several readings in one message.

A reading is ``[counter, device time in ms since 1970 UTC, value in thousandths of the sensor's unit]``, three whole
numbers: no float ever stands for a temperature, and twenty readings in one message cost little more than one.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

from biobank.monitoring.rules import SENSOR_NAME

MOST_READINGS = 1000
LARGEST_BYTES = 128 * 1024
LATEST_MS = 253_402_300_799_999
"""The last millisecond of the year 9999; a clock that is merely wrong is stored and flagged, not refused."""

Counter = Annotated[int, Field(ge=1, lt=2**62)]
Boot = Annotated[int, Field(ge=0, lt=2**62)]
TimeMs = Annotated[int, Field(ge=0, le=LATEST_MS)]
ValueMilli = Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]
_STRICT = ConfigDict(strict=True, extra="forbid")


class Reading(NamedTuple):
    """One measurement: its number since the device started, when, and how much (for a temperature, m°C)."""

    counter: int
    time_ms: int
    value_milli: int


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one sensor since one start of its device.

    ``oldest`` is the lowest counter of this boot that the device still holds, where it knows it: what lies below and
    never arrived is lost for good, and receipts pass over it. Plain tuples, because the ingest reads 100,000 a second: an
    object for each reading costs four times as much.
    """

    version: Literal[1]
    sensor: Annotated[str, Field(pattern=SENSOR_NAME)]
    boot: Boot
    readings: Annotated[list[tuple[Counter, TimeMs, ValueMilli]], Field(min_length=1, max_length=MOST_READINGS)]
    oldest: Counter | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Receipt:
    """Every counter of this boot up to ``counter`` is stored: the device may free its buffer so far."""
    version: Literal[1]
    sensor: str
    boot: Boot
    counter: Annotated[int, Field(ge=0, lt=2**62)]


_READINGS, _RECEIPT = TypeAdapter(Readings), TypeAdapter(Receipt)
_PAYLOAD: TypeAdapter[Readings | Receipt] = TypeAdapter(Readings | Receipt)


class WrongPayload(ValueError):
    """A message that is not what its topic promises; the text names the field, never the value."""


def read_readings(payload: bytes) -> Readings:
    """Read a message of readings. Raises WrongPayload."""
    if len(payload) > LARGEST_BYTES:
        raise WrongPayload(f"longer than {LARGEST_BYTES} bytes")
    try:
        return _READINGS.validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) if str(part).isprintable() else "?" for part in first["loc"])  # a sender may name a field NUL
        raise WrongPayload(f"{where or 'message'}: {first['msg']}"[:200]) from error


def read_receipt(payload: bytes) -> Receipt:
    """Read a receipt. Raises WrongPayload."""
    try:
        return _RECEIPT.validate_json(payload)
    except ValidationError as error:
        raise WrongPayload("not a receipt") from error


def write(payload: Readings | Receipt) -> bytes:
    """The bytes of a message."""
    return _PAYLOAD.dump_json(payload, exclude_none=True)
