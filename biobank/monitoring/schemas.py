"""What is asked and answered about freezers."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlmodel import Session

from biobank.monitoring import points, queries
from biobank.monitoring.points import Bucket
from biobank.monitoring.queries import Probe, Rule
from biobank.monitoring.rules import SENSOR_NAME, SensorState, degrees
from biobank.monitoring.tables import UNITS, Excursion, Freezer, FreezerKind, Sensor, SensorKind
from biobank.units import Celsius, Code, Key, When, Words

LONGEST_PLOT = timedelta(days=3660)
Topic = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
"""The name of a site or a device as it stands in a topic of the broker."""
SensorName = Annotated[str, StringConstraints(pattern=SENSOR_NAME)]


class Order(BaseModel):
    """What is asked of monitoring: nothing beside what is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleIn(Order):
    """Too warm above ``limit_c`` for longer than ``delay_s``."""

    limit_c: Celsius
    delay_s: Annotated[int, Field(ge=0, le=86_400, description="seconds")]
    hysteresis_c: Annotated[Decimal, Field(ge=0, le=50, max_digits=5, decimal_places=2, description="°C")]


class RegisterFreezer(RuleIn):
    """A freezer and its rule; in a room, and in what only proves alarms, nothing lies."""

    name: Words
    facility: Key
    kind: FreezerKind = FreezerKind.FREEZER


class SensorIn(Order):
    """A sensor, the device that reads it, and its correction from calibration (in its unit, added to what it says)."""

    kind: SensorKind = SensorKind.TEMPERATURE
    site: Topic
    device: Topic
    probe_position: Words
    offset_c: Annotated[Decimal, Field(ge=-20, le=20, max_digits=6, decimal_places=3, description="°C")] = Decimal(0)


class RegisterSensor(SensorIn):
    """The same with its freezer."""

    freezer: Code


class PlotOf(Order):
    """Which time of a plot, and in about how many steps."""

    start: When
    end: When
    steps: Annotated[int, Field(ge=1, le=5000)] = 600

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.start < self.end <= self.start + LONGEST_PLOT:
            raise ValueError(f"the end lies after the start, at most {LONGEST_PLOT.days} days")
        return self


class ProbeOut(BaseModel):
    """A sensor and what it said last; nothing where it was never heard."""

    code: str
    kind: SensorKind
    probe_position: str
    state: SensorState
    temperature_c: Decimal | None
    value: Decimal | None
    """What it says in the unit of its kind, where that is no temperature."""
    unit: str
    calibration_due_on: date | None
    retired_at: datetime | None
    device_time: datetime | None
    heard_at: datetime | None
    clock_suspect: bool

    @classmethod
    def of(cls, probe: Probe) -> Self:
        """The answer about ``probe``, calibration offset added."""
        sensor, seen = probe.sensor, probe.seen
        value = degrees(seen.value_milli + probe.offsets.at(seen.device_time)) if seen else None
        is_temperature = sensor.kind == SensorKind.TEMPERATURE
        return cls(
            code=sensor.code,
            kind=sensor.kind,
            probe_position=sensor.probe_position,
            state=sensor.state,
            temperature_c=value if is_temperature else None,
            value=None if is_temperature else value,
            unit=UNITS[SensorKind(sensor.kind)],
            calibration_due_on=probe.due_on,
            retired_at=sensor.retired_at,
            device_time=seen.device_time if seen else None,
            heard_at=seen.received_at if seen else None,
            clock_suspect=seen.clock_suspect if seen else False,
        )


class ExcursionOut(BaseModel):
    """A time when a freezer was too warm; it lasts where ``ended_at`` is absent."""

    started_at: datetime
    ended_at: datetime | None
    peak_c: Decimal
    limit_c: Decimal

    @classmethod
    def of(cls, excursion: Excursion) -> Self:
        """The answer about ``excursion``."""
        return cls(
            started_at=excursion.started_at,
            ended_at=excursion.ended_at,
            peak_c=excursion.peak_c,
            limit_c=excursion.limit_c,
        )


class FreezerOut(BaseModel):
    """A freezer, its rule, its probes and its excursions that still last."""

    code: str
    name: str
    kind: FreezerKind
    facility: str
    limit_c: Celsius
    delay_s: int
    hysteresis_c: Decimal
    probes: list[ProbeOut]
    excursions: list[ExcursionOut]

    @classmethod
    def of(cls, freezer: Freezer, rule: Rule, probes: list[Probe], excursions: list[Excursion]) -> Self:
        """The answer about ``freezer`` while ``rule`` holds."""
        return cls(
            code=freezer.code,
            name=freezer.name,
            kind=FreezerKind(freezer.kind),
            facility=freezer.facility_code,
            limit_c=rule.limit_c,
            delay_s=rule.delay_s,
            hysteresis_c=rule.hysteresis_c,
            probes=[ProbeOut.of(probe) for probe in probes],
            excursions=[ExcursionOut.of(one) for one in excursions],
        )


class Step(BaseModel):
    """One step of a plot, with the lowest and the highest temperature in it."""

    at: datetime
    lowest_c: Decimal
    highest_c: Decimal
    readings: int

    @classmethod
    def of(cls, bucket: Bucket) -> Self:
        """The answer about ``bucket``."""
        low, high = degrees(bucket.low_milli), degrees(bucket.high_milli)
        return cls(at=bucket.at, lowest_c=low, highest_c=high, readings=bucket.readings)


class SeriesOut(BaseModel):
    """The temperatures that one probe told."""

    sensor: str
    steps: list[Step]

    @classmethod
    def of(cls, session: Session, sensor: Sensor, wanted: PlotOf) -> Self:
        """What ``sensor`` told in this time."""
        found = points.plot(session, sensor, wanted.start, wanted.end, wanted.steps)
        return cls(sensor=sensor.code, steps=[Step.of(bucket) for bucket in found])


class TemperaturesOut(BaseModel):
    """The temperatures of a freezer until ``end``, with its limit and its excursions."""

    freezer: str
    end: datetime
    limit_c: Decimal
    series: list[SeriesOut]
    excursions: list[ExcursionOut]

    @classmethod
    def of(cls, session: Session, freezer: Freezer, wanted: PlotOf) -> Self:
        """What the probes of ``freezer`` told in this time, each step from its lowest to its highest."""
        return cls(
            freezer=freezer.code,
            end=wanted.end,
            limit_c=queries.rules_of(session, freezer).at(wanted.end).limit_c,
            series=[SeriesOut.of(session, sensor, wanted) for sensor in queries.thermometers(session, freezer.id)],
            excursions=[ExcursionOut.of(one) for one in queries.excursions(session, freezer.id, wanted.start, wanted.end)],
        )
