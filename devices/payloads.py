"""What travels over the broker: strict JSON, versioned, several readings in one message.

A reading is ``[counter, device time in ms since 1970 UTC, value in thousandths of the sensor's unit]``, three whole
numbers: no float ever stands for a temperature, and twenty readings in one message cost little more than one.
"""

from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_READINGS = 1000
LARGEST_BYTES = 128 * 1024
LATEST_MS = 253_402_300_799_999
"""The last millisecond of the year 9999; a clock that is merely wrong is stored and flagged, not refused."""

Counter = Annotated[int, Field(ge=1, lt=2**62)]
Boot = Annotated[int, Field(ge=0, lt=2**62)]


class Reading(NamedTuple):
    """One measurement: its number since the device started, when, and how much (for a temperature, m°C)."""

    counter: Counter
    time_ms: Annotated[int, Field(ge=0, le=LATEST_MS)]
    value_milli: Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]


class _Payload(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Readings(_Payload):
    """Readings of one sensor since one start of its device.

    ``oldest`` is the lowest counter of this boot that the device still holds, where it knows it: what lies below and
    never arrived is lost for good, and receipts pass over it.
    """

    version: Literal[1]
    sensor: Annotated[str, Field(pattern=r"^[A-Za-z0-9*-]{4,32}$")]
    boot: Boot
    oldest: Counter | None = None
    readings: Annotated[list[Reading], Field(min_length=1, max_length=MOST_READINGS)]


class Receipt(_Payload):
    """Every counter of this boot up to ``counter`` is stored: the device may free its buffer so far."""

    version: Literal[1]
    sensor: str
    boot: Boot
    counter: Annotated[int, Field(ge=0, lt=2**62)]


class WrongPayload(ValueError):
    """A message that is not what its topic promises; the text names the field, never the value."""


def read_readings(payload: bytes) -> Readings:
    """Read a message of readings. Raises WrongPayload."""
    if len(payload) > LARGEST_BYTES:
        raise WrongPayload(f"longer than {LARGEST_BYTES} bytes")
    try:
        return Readings.model_validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise WrongPayload(f"{'.'.join(map(str, first['loc'])) or 'message'}: {first['msg']}"[:200]) from error


def read_receipt(payload: bytes) -> Receipt:
    """Read a receipt. Raises WrongPayload."""
    try:
        return Receipt.model_validate_json(payload)
    except ValidationError as error:
        raise WrongPayload("not a receipt") from error


def write(payload: Readings | Receipt) -> bytes:
    """The bytes of a message."""
    return payload.model_dump_json(exclude_none=True).encode()
