"""Freezers and what their probes told; for the facility only."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from biobank.act.kinds import Kind
from biobank.monitoring import exporting, operations, points, queries
from biobank.monitoring.exporting import Form, Line
from biobank.monitoring.schemas import LONGEST_PLOT, FreezerOut, PlotOf, ProbeOut, TemperaturesOut
from biobank.monitoring.sensor_schemas import (
    ApproveSensor,
    CalibrateSensor,
    CalibrationOut,
    RefusedOut,
    RetireSensor,
    RuleOut,
    SetRule,
    WaitingOut,
)
from biobank.units import Code, When
from biobank.web.begin import Begin, Look, Looker

router = APIRouter(prefix="/api", tags=["freezers"])
Hours = Annotated[int, Query(ge=1, le=LONGEST_PLOT // timedelta(hours=1), description="how far back from now")]


@router.get("/freezers")
def freezers(look: Look) -> list[FreezerOut]:
    """Every freezer where the person works, with its probes."""
    with look() as session:
        lasting = queries.open_excursions(session)
        return [
            FreezerOut.of(
                one,
                queries.rules_of(session, one).at(look.acts.clock.now()),
                queries.probes(session, one.id),
                [warm for warm in lasting if warm.freezer_id == one.id],
            )
            for one in queries.freezers(session, look.person)
        ]


@router.get("/freezers/{code}/temperatures")
def temperatures(code: Code, look: Look, hours: Hours = 24) -> TemperaturesOut:
    """The temperatures of a freezer in the last hours, with its limit and its excursions."""
    now = look.acts.clock.now()
    with look() as session:
        freezer = queries.freezer_where(session, look.person, code)
        return TemperaturesOut.of(session, freezer, PlotOf(start=now - timedelta(hours=hours), end=now))


@router.get("/freezers/{code}/readings", response_class=StreamingResponse)
def export(
    code: Code, look: Look, start: When | None = None, end: When | None = None, form: Form = Form.CSV
) -> StreamingResponse:
    """Every reading of a freezer's sensors as CSV or Parquet, from ``start`` until before ``end``; else of the last day."""
    now = look.acts.clock.now()
    with look() as session:
        queries.freezer_where(session, look.person, code)
    until = end or now
    told = exporting.written(form, _exported(look, code, start or until - timedelta(days=1), until))
    headers = {"Content-Disposition": f'attachment; filename="readings-{code}-{now:%Y%m%dT%H%M%SZ}.{form}"'}
    return StreamingResponse(told, media_type=form.media_type, headers=headers)


def _exported(look: Looker, code: str, start: datetime, end: datetime) -> Iterator[Line]:
    with look() as session:
        for probe in queries.probes(session, queries.freezer_where(session, look.person, code).id):
            yield from exporting.lines(probe, points.every(session, probe.sensor, start, end))


@router.get("/freezers/{code}/rules")
def rules(code: Code, look: Look) -> list[RuleOut]:
    """The rules of a freezer since it was registered, each with its signature."""
    with look() as session:
        freezer = queries.freezer_where(session, look.person, code)
        signed = [RuleOut.of(session, freezer, one) for one in queries.rule_versions(session, freezer)]
        return [RuleOut.of_first(freezer), *signed]


@router.post("/freezers/{code}/rules", status_code=201)
def set_rule(code: Code, order: SetRule, begin: Begin) -> RuleOut:
    """Set by which rule a freezer is too warm, from now or a later moment on."""
    with begin(Kind.SET_FREEZER_RULE, reason=order.reason, signature=order.signature) as act:
        freezer = queries.freezer_where(act.session, act.person, code)
        return act.answer(RuleOut.of(act.session, freezer, operations.set_rule(act, freezer, order)))


@router.get("/freezers/{code}/calibrations")
def calibrations(code: Code, look: Look) -> list[CalibrationOut]:
    """What calibrations of a freezer's sensors found, and when the next ones are due."""
    with look() as session:
        freezer = queries.freezer_where(session, look.person, code)
        sensors = [one.sensor for one in queries.probes(session, freezer.id)]
        return [CalibrationOut.of(sensor, one) for sensor in sensors for one in queries.calibrations(session, sensor)]


@router.post("/freezers/{code}/calibrations", status_code=201)
def calibrate(code: Code, order: CalibrateSensor, begin: Begin) -> CalibrationOut:
    """Record what a calibration of a sensor found."""
    with begin(Kind.CALIBRATE_SENSOR) as act:
        freezer = queries.freezer_where(act.session, act.person, code)
        return act.answer(CalibrationOut.of(*operations.calibrate(act, freezer, order)))


@router.post("/freezers/{code}/sensors/retirement")
def retire(code: Code, order: RetireSensor, begin: Begin) -> ProbeOut:
    """Take a sensor out of a freezer."""
    with begin(Kind.RETIRE_SENSOR, occurred_at=order.occurred_at, reason=order.reason) as act:
        freezer = queries.freezer_where(act.session, act.person, code)
        sensor = operations.retire_sensor(act, freezer, order.sensor)
        return act.answer(ProbeOut.of(queries.probe(act.session, sensor)))


@router.get("/waiting-sensors")
def waiting(look: Look) -> list[WaitingOut]:
    """The sensors that arrived and that nobody registered."""
    with look() as session:
        return [WaitingOut.of(one) for one in queries.waiting(session)]


@router.get("/refused-messages")
def refused(look: Look) -> list[RefusedOut]:
    """The messages of devices that were refused last, why, and how often each came."""
    with look() as session:
        return [RefusedOut.of(one) for one in queries.refused(session)]


@router.post("/freezers/{code}/sensors/approval", status_code=201)
def approve(code: Code, order: ApproveSensor, begin: Begin) -> ProbeOut:
    """Approve a sensor that arrived unknown, as one of this freezer."""
    with begin(Kind.APPROVE_SENSOR) as act:
        freezer = queries.freezer_where(act.session, act.person, code)
        sensor = operations.approve_sensor(act, freezer, order)
        return act.answer(ProbeOut.of(queries.probe(act.session, sensor)))
