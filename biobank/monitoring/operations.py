"""What people do with freezers and sensors: register them."""

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from biobank.access.signing import sign
from biobank.act.acts import Act
from biobank.custody.rules import check_in_order
from biobank.errors import BadInput, Conflict
from biobank.monitoring import queries
from biobank.monitoring.reading_tables import DirtyInterval
from biobank.monitoring.rules import SensorState, milli
from biobank.monitoring.schemas import RegisterFreezer, RegisterSensor
from biobank.monitoring.sensor_schemas import ApproveSensor, CalibrateSensor, SetRule, signed_rule
from biobank.monitoring.tables import (
    Excursion,
    ExcursionUnit,
    Freezer,
    FreezerKind,
    FreezerRule,
    Sensor,
    SensorCalibration,
    SensorKind,
    WarmThreshold,
)

COLDEST_C, WARMEST_C = Decimal(-200), Decimal(-18)
"""Between these lies every limit of a freezer; that of a room or an incubator may lie elsewhere."""


_ALL_DUE = text(
    "INSERT INTO threshold_due SELECT s.id, r.first FROM sensor s, LATERAL ("
    "  SELECT min(device_time) AS first FROM reading WHERE sensor_id = s.id AND NOT clock_suspect) r"
    " WHERE s.kind = :kind AND r.first IS NOT NULL"
    " ON CONFLICT (sensor_id) DO UPDATE SET since = least(threshold_due.since, excluded.since)"
)


class SensorKnownElsewhere(Conflict):
    """Another sensor of this installation has the name already."""

    code = "sensor_known_elsewhere"


class SensorNotWaiting(Conflict):
    """No sensor of that name waits to be approved."""

    code = "sensor_not_waiting"


class WrongCalibration(BadInput):
    """A calibration was done before it is entered, and the next one is due after it."""

    code = "wrong_calibration"


class CalibrationKnown(Conflict):
    """A calibration of this sensor counts from that very moment already."""

    code = "calibration_known"


class AlreadyRetired(Conflict):
    """This sensor was taken out before."""

    code = "already_retired"


class UnlikelyLimit(BadInput):
    """No freezer is judged by such a limit."""

    code = "unlikely_limit"


class RuleTooEarly(BadInput):
    """A rule holds from now on or later, and from a moment at which no other begins."""

    code = "rule_too_early"


class FreezerKnown(Conflict):
    """This facility already has a freezer of that name."""

    code = "freezer_known"


def register_freezer(act: Act, order: RegisterFreezer, code: str) -> Freezer:
    """Register a freezer under the printed ``code``, with the rule by which it is judged. Raises UnlikelyLimit, FreezerKnown."""
    _check_limit(order.kind, order.limit_c)
    if queries.freezer_named(act.session, order.facility, order.name) is not None:
        raise FreezerKnown(freezer=order.name, facility=order.facility)
    return act.add(
        Freezer(
            id=act.new_id(),
            code=code,
            name=order.name,
            facility_code=order.facility,
            limit_c=order.limit_c,
            delay_s=order.delay_s,
            hysteresis_c=order.hysteresis_c,
            registered_at=act.recorded_at,
            kind=order.kind,
        )
    )


def _check_limit(kind: FreezerKind, limit_c: Decimal) -> None:
    if kind in (FreezerKind.FREEZER, FreezerKind.PROOF) and not COLDEST_C <= limit_c <= WARMEST_C:
        raise UnlikelyLimit(field="limit_c", least=COLDEST_C, most=WARMEST_C)


def register_sensor(act: Act, order: RegisterSensor, code: str) -> Sensor:
    """Register a probe under the printed ``code``; its readings count from now on. Raises NoSuchFreezer."""
    freezer = queries.freezer(act.session, order.freezer)
    return act.add(
        Sensor(
            id=act.new_id(),
            code=code,
            freezer_id=freezer.id,
            kind=order.kind,
            site=order.site,
            device=order.device,
            probe_position=order.probe_position,
            offset_c=order.offset_c,
            state=SensorState.APPROVED,
            registered_at=act.recorded_at,
        )
    )


def approve_sensor(act: Act, freezer: Freezer, order: ApproveSensor) -> Sensor:
    """Register a sensor that arrived unknown, under the name by which it calls itself; its readings count from now on.

    What was refused of it before stays so; a device that keeps its readings until their receipt sends them again.
    Raises SensorNotWaiting, SensorKnownElsewhere.
    """
    waits = {(one.site, one.device, one.code) for one in queries.waiting(act.session)}
    if (order.site, order.device, order.sensor) not in waits:
        raise SensorNotWaiting(sensor=order.sensor, device=order.device)
    if act.session.exec(select(Sensor.id).where(Sensor.code == order.sensor)).first():
        raise SensorKnownElsewhere(sensor=order.sensor, device=order.device)
    told = {"site": order.site, "device": order.device, "kind": order.kind, "probe_position": order.probe_position}
    return register_sensor(act, RegisterSensor(freezer=freezer.code, offset_c=order.offset, **told), order.sensor)


def calibrate(act: Act, freezer: Freezer, order: CalibrateSensor) -> tuple[Sensor, SensorCalibration]:
    """Record what a calibration found. It counts from its date, so that the worker judges the time since then anew.

    Raises NoSuchSensor, WrongCalibration, CalibrationKnown.
    """
    sensor = queries.sensor_in(act.session, freezer, order.sensor)
    if order.valid_from > act.recorded_at:
        raise WrongCalibration(field="valid_from", why="lies in the future")
    if order.due_on < order.valid_from.astimezone(UTC).date():
        raise WrongCalibration(field="due_on", why="lies before the calibration")
    if order.valid_from in (one.valid_from for one in queries.calibrations(act.session, sensor)):
        raise CalibrationKnown(sensor=sensor.code)
    found = act.add(
        SensorCalibration(
            id=act.new_id(),
            sensor_id=sensor.id,
            offset_milli=milli(order.offset),
            valid_from=order.valid_from,
            due_on=order.due_on,
            certificate=order.certificate,
            recorded_at=act.recorded_at,
        )
    )
    mark(act, sensor.id, order.valid_from)
    return sensor, found


def retire_sensor(act: Act, freezer: Freezer, code: str) -> Sensor:
    """Take a sensor out of its freezer; what it tells after that is stored and counts no more.

    Raises NoSuchSensor, AlreadyRetired, OutOfOrder.
    """
    sensor = queries.sensor_in(act.session, freezer, code)
    if sensor.retired_at is not None:
        raise AlreadyRetired(sensor=code)
    check_in_order(act.occurred_at, sensor.registered_at)
    sensor.retired_at = act.occurred_at
    act.session.flush()
    mark(act, sensor.id, act.occurred_at)
    return sensor


def set_rule(act: Act, freezer: Freezer, order: SetRule) -> FreezerRule:
    """Set the rule of a freezer from a moment on that is not past, signed. Raises UnlikelyLimit, RuleTooEarly, NotSigned."""
    _check_limit(FreezerKind(freezer.kind), order.limit_c)
    valid_from = order.valid_from or act.recorded_at
    known = queries.rule_versions(act.session, freezer)
    if valid_from < act.recorded_at or valid_from in (one.valid_from for one in known):
        raise RuleTooEarly(freezer=freezer.code)
    version = len(known) + 2
    signature = sign(act, freezer.code, signed_rule(freezer.code, version, order, valid_from))
    rule = act.add(
        FreezerRule(
            id=act.new_id(),
            freezer_id=freezer.id,
            version=version,
            limit_c=order.limit_c,
            delay_s=order.delay_s,
            hysteresis_c=order.hysteresis_c,
            valid_from=valid_from,
            recorded_at=act.recorded_at,
            signature_id=signature.id,
        )
    )
    for sensor in queries.thermometers(act.session, freezer.id):
        mark(act, sensor.id, valid_from)
    return rule


def ask_again(act: Act, freezer: Freezer, since: datetime) -> None:
    """Have the worker judge a freezer anew from ``since`` to now: something lies in it of which it did not know."""
    for sensor in queries.thermometers(act.session, freezer.id)[:1]:
        mark(act, sensor.id, since)


def mark(act: Act, sensor_id: UUID, since: datetime) -> None:
    """Have the worker judge a sensor's readings anew from ``since`` to now; what is marked already is widened."""
    until = max(since, act.recorded_at)
    values = {"id": act.new_id(), "sensor_id": sensor_id, "from_time": since, "to_time": until, "marked_at": act.recorded_at}
    new = insert(DirtyInterval).values(**values, taken=False)
    wider = {
        "from_time": func.least(DirtyInterval.from_time, new.excluded.from_time),
        "to_time": func.greatest(DirtyInterval.to_time, new.excluded.to_time),
    }
    act.session.connection().execute(new.on_conflict_do_update(index_elements=["sensor_id", "taken"], set_=wider))


def work_out_above(act: Act, thresholds_c: Collection[Decimal]) -> None:
    """Have the time above these temperatures (°C) worked out from now on, and of the past where one of them is new."""
    known = {one.threshold_c for one in act.session.exec(select(WarmThreshold))}
    if not (fresh := sorted(set(thresholds_c) - known)):
        return
    for threshold_c in fresh:
        act.add(WarmThreshold(threshold_c=threshold_c))
    act.session.connection().execute(_ALL_DUE, {"kind": SensorKind.TEMPERATURE})


def hold_unit(act: Act, excursion: Excursion, unit_id: UUID, hold_id: UUID, deviation_id: UUID) -> None:
    """Write down that a unit was inside, with its hold and deviation; they belong to the excursion's whole line of results."""
    act.add(
        ExcursionUnit(
            id=act.new_id(),
            excursion_id=excursion.first_id,
            unit_id=unit_id,
            hold_id=hold_id,
            deviation_id=deviation_id,
            recorded_at=act.recorded_at,
        )
    )
