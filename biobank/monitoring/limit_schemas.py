"""What is asked and answered about what is signed of single sensors: limits, and how often each speaks."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, Field

from biobank.monitoring.alarm_tables import SensorInterval, SensorLimit
from biobank.monitoring.schemas import Order, SensorName
from biobank.monitoring.tables import UNITS, Sensor, SensorKind
from biobank.units import Reason
from biobank.web.signature import SignatureIn

Value = Annotated[Decimal, Field(ge=-300, le=100_000, max_digits=9, decimal_places=3, description="in the unit of the sensor")]
Span = Annotated[Decimal, Field(ge=0, le=1_000, max_digits=7, decimal_places=3, description="in the unit of the sensor")]


class LimitIn(Order):
    """Below ``low`` or above ``high`` (at least one) for as long as ``delay_s`` a sensor alarms, until it is inside by the
    hysteresis. An open lid and mains that are on say 1, else 0.
    """

    sensor: SensorName
    low: Value | None = None
    high: Value | None = None
    hysteresis: Span = Decimal(0)
    delay_s: Annotated[int, Field(ge=0, le=86_400, description="seconds")]
    reason: Reason
    signature: SignatureIn


class LimitOut(BaseModel):
    """The limits of a sensor in its unit."""

    sensor: str
    number: int
    low: Decimal | None
    high: Decimal | None
    hysteresis: Decimal
    unit: str
    delay_s: int

    @classmethod
    def of(cls, sensor: Sensor, limit: SensorLimit) -> Self:
        """The answer about ``limit``."""
        told = {name: getattr(limit, name) for name in ("number", "low", "high", "hysteresis", "delay_s")}
        return cls(sensor=sensor.code, unit=UNITS[SensorKind(sensor.kind)], **told)


class IntervalIn(Order):
    """A sensor speaks at least every ``every_s``, and is silent where it does not; a logger speaks when its files come.

    What it said last is up to ``late_s`` old when it arrives, as behind a gateway that uploads now and then; where it is older,
    its clock is wrong. It measures at least every ``measures_s``, else as often as it speaks: between readings that lie further
    apart nobody knows how warm it was.
    """

    sensor: SensorName
    every_s: Annotated[int, Field(ge=10, le=7_948_800, description="seconds, at most 92 days")]
    late_s: Annotated[int, Field(ge=0, le=86_400, description="seconds")] = 0
    measures_s: Annotated[int, Field(ge=1, le=7_948_800, description="seconds, at most ``every_s``")] | None = None
    reason: Reason
    signature: SignatureIn


class IntervalOut(BaseModel):
    """How often a sensor speaks at least, how old the newest may be when it arrives, and how often it measures at least."""

    sensor: str
    number: int
    every_s: int
    late_s: int
    measures_s: int | None

    @classmethod
    def of(cls, sensor: Sensor, interval: SensorInterval) -> Self:
        """The answer about ``interval``."""
        told = {name: getattr(interval, name) for name in ("number", "every_s", "late_s", "measures_s")}
        return cls(sensor=sensor.code, **told)
