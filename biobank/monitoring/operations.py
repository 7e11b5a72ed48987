"""What people do with freezers and sensors: register them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from biobank.act.acts import Act
from biobank.errors import Conflict
from biobank.monitoring import queries
from biobank.monitoring.reading_tables import DirtyInterval
from biobank.monitoring.rules import SensorState
from biobank.monitoring.schemas import RegisterFreezer, RegisterSensor
from biobank.monitoring.tables import Excursion, ExcursionUnit, Freezer, Sensor, SensorKind


class FreezerKnown(Conflict):
    """This facility already has a freezer of that name."""

    code = "freezer_known"


def register_freezer(act: Act, order: RegisterFreezer, code: str) -> Freezer:
    """Register a freezer under the printed ``code``, with the rule by which it is judged. Raises FreezerKnown."""
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
        )
    )


def register_sensor(act: Act, order: RegisterSensor, code: str) -> Sensor:
    """Register a probe under the printed ``code``; its readings count from now on. Raises NoSuchFreezer."""
    freezer = queries.freezer(act.session, order.freezer)
    return act.add(
        Sensor(
            id=act.new_id(),
            code=code,
            freezer_id=freezer.id,
            kind=SensorKind.TEMPERATURE,
            site=order.site,
            device=order.device,
            probe_position=order.probe_position,
            offset_c=order.offset_c,
            state=SensorState.APPROVED,
            registered_at=act.recorded_at,
        )
    )


def ask_again(act: Act, freezer: Freezer, since: datetime) -> None:
    """Have the worker judge a freezer anew from ``since`` to now: something lies in it of which it did not know."""
    probe = next(iter(queries.probes(act.session, freezer.id)), None)
    if probe is not None:
        mark(act, probe.sensor.id, since)


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
