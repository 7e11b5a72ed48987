"""What is signed of single sensors where the rule of their freezer does not fit; of each sensor the latest counts."""

from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.access.signing import sign
from biobank.act.acts import Act
from biobank.errors import BadInput
from biobank.monitoring.alarm_tables import SensorInterval, SensorLimit
from biobank.monitoring.limit_schemas import IntervalIn, LimitIn
from biobank.monitoring.queries import sensor_in
from biobank.monitoring.tables import Freezer, Sensor

Signed = TypeVar("Signed", SensorLimit, SensorInterval)


class WrongLimits(BadInput):
    """A sensor has at least one limit, and the low one lies below the high one also by their hysteresis."""

    code = "wrong_limits"


class WrongInterval(BadInput):
    """A sensor measures at least as often as it speaks."""

    code = "wrong_interval"


def set_limit(act: Act, freezer: Freezer, order: LimitIn) -> tuple[Sensor, SensorLimit]:
    """Sign the next version of a sensor's limits. Raises NoSuchSensor, WrongLimits, NotSigned."""
    sensor = sensor_in(act.session, freezer, order.sensor)
    if order.low is None and order.high is None:
        raise WrongLimits(field="low")
    if order.low is not None and order.high is not None and order.low + order.hysteresis >= order.high - order.hysteresis:
        raise WrongLimits(field="high")
    number, signature_id = _sign_next(act, freezer, sensor, SensorLimit, "limits", order)
    limit = SensorLimit(
        id=act.new_id(),
        sensor_id=sensor.id,
        number=number,
        low=order.low,
        high=order.high,
        hysteresis=order.hysteresis,
        delay_s=order.delay_s,
        set_at=act.recorded_at,
        signature_id=signature_id,
    )
    return sensor, act.add(limit)


def set_interval(act: Act, freezer: Freezer, order: IntervalIn) -> tuple[Sensor, SensorInterval]:
    """Sign how often a sensor speaks and measures at least, and how late. Raises NoSuchSensor, WrongInterval, NotSigned."""
    sensor = sensor_in(act.session, freezer, order.sensor)
    if order.measures_s is not None and order.measures_s > order.every_s:
        raise WrongInterval(field="measures_s", every_s=order.every_s)
    number, signature_id = _sign_next(act, freezer, sensor, SensorInterval, "interval", order)
    interval = SensorInterval(
        id=act.new_id(),
        sensor_id=sensor.id,
        number=number,
        every_s=order.every_s,
        late_s=order.late_s,
        measures_s=order.measures_s,
        set_at=act.recorded_at,
        signature_id=signature_id,
    )
    return sensor, act.add(interval)


def signed(session: Session, freezer: Freezer, what: type[Signed]) -> list[tuple[Sensor, Signed]]:
    """What is in force of a freezer's sensors, as far as somebody signed any."""
    every = select(Sensor, what).join(what, col(what.sensor_id) == col(Sensor.id))
    of_freezer = every.where(Sensor.freezer_id == freezer.id).order_by(col(Sensor.code), col(what.number))
    latest = {sensor.id: (sensor, one) for sensor, one in session.exec(of_freezer)}
    return list(latest.values())


def _sign_next(
    act: Act, freezer: Freezer, sensor: Sensor, what: type[Signed], named: str, order: LimitIn | IntervalIn
) -> tuple[int, UUID]:
    """The number of the next version of what a sensor has, and the signature under it."""
    before = [one.number for of, one in signed(act.session, freezer, what) if of.id == sensor.id]
    number = before[0] + 1 if before else 1
    content = order.model_dump(exclude={"signature", "reason"})
    return number, sign(act, f"{named} of {sensor.code}, {number}", content).id
