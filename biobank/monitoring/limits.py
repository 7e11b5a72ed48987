"""The limits of single sensors, where the rule of their freezer does not fit: signed, and the latest of each counts."""

from sqlmodel import Session, col, select

from biobank.access.signing import sign
from biobank.act.acts import Act
from biobank.errors import BadInput
from biobank.monitoring.alarm_tables import SensorLimit
from biobank.monitoring.limit_schemas import LimitIn
from biobank.monitoring.queries import sensor_in
from biobank.monitoring.tables import Freezer, Sensor


class WrongLimits(BadInput):
    """A sensor has at least one limit, and the low one lies below the high one also by their hysteresis."""

    code = "wrong_limits"


def set_limit(act: Act, freezer: Freezer, order: LimitIn) -> tuple[Sensor, SensorLimit]:
    """Sign the next version of a sensor's limits. Raises NoSuchSensor, WrongLimits, NotSigned."""
    sensor = sensor_in(act.session, freezer, order.sensor)
    if order.low is None and order.high is None:
        raise WrongLimits(field="low")
    if order.low is not None and order.high is not None and order.low + order.hysteresis >= order.high - order.hysteresis:
        raise WrongLimits(field="high")
    before = [limit.number for one, limit in signed(act.session, freezer) if one.id == sensor.id]
    number = before[0] + 1 if before else 1
    signature = sign(act, f"limits of {sensor.code}, {number}", order.model_dump(exclude={"signature", "reason"}))
    limit = SensorLimit(
        id=act.new_id(),
        sensor_id=sensor.id,
        number=number,
        low=order.low,
        high=order.high,
        hysteresis=order.hysteresis,
        delay_s=order.delay_s,
        set_at=act.recorded_at,
        signature_id=signature.id,
    )
    return sensor, act.add(limit)


def signed(session: Session, freezer: Freezer) -> list[tuple[Sensor, SensorLimit]]:
    """The limits in force of a freezer's sensors, as far as somebody signed any."""
    every = select(Sensor, SensorLimit).join(SensorLimit, col(SensorLimit.sensor_id) == col(Sensor.id))
    of_freezer = every.where(Sensor.freezer_id == freezer.id).order_by(col(Sensor.code), col(SensorLimit.number))
    latest = {sensor.id: (sensor, limit) for sensor, limit in session.exec(of_freezer)}
    return list(latest.values())
