"""How the proofs of the alarms stand: what was planned, what runs, and what each has shown."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, text
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from biobank.access.tables import PersonRow
from biobank.monitoring import queries
from biobank.monitoring.alarm_rules import AlarmKind, AlarmState, Condition
from biobank.monitoring.alarm_tables import Alarm, AlarmDisabling
from biobank.monitoring.proof_rules import Plan, ProofState, Proven, Stages, not_proven
from biobank.monitoring.proof_tables import AlarmProof, AlarmProofPlan
from biobank.monitoring.rules import SensorState
from biobank.monitoring.tables import Freezer, FreezerKind, Sensor, SensorKind

_SHOWN = text(
    """
SELECT (SELECT min(r.received_at) FROM sensor s JOIN reading r ON r.sensor_id = s.id
         WHERE s.freezer_id = p.freezer_id AND s.kind = 'temperature' AND r.value_milli > :limit_c * 1000
           AND NOT r.clock_suspect AND r.device_time >= p.began_at AND r.received_at >= p.began_at) AS stored_at,
       a.id AS alarm_id, a.raised_at, a.acknowledged_at,
       (SELECT max(n.sent_at) FROM notice n WHERE n.proof_id = p.id HAVING bool_and(n.state = 'sent')) AS told_at
  FROM alarm_proof p
  LEFT JOIN alarm a ON a.kind = 'too_warm' AND a.freezer_id = p.freezer_id AND a.closed_at IS NULL AND a.raised_at >= p.began_at
 WHERE p.id = :proof
"""
)

_TROUBLES = text(
    """
SELECT DISTINCT t.way || ' to ' || c.name || ': ' || t.trouble
  FROM notice n JOIN contact c ON c.id = n.contact_id JOIN notice_attempt t ON t.notice_id = n.id
 WHERE n.proof_id = :proof AND NOT EXISTS (
   SELECT FROM notice_attempt later WHERE later.notice_id = n.id AND later.way = t.way AND later.trouble IS NULL)
"""
)


Lying = Callable[[Session], Collection[str]]
"""The facilities in whose freezers material lies; whoever knows of material says so."""


class Shown(NamedTuple):
    """The stages that a proof has shown so far, and the alarm that it raised."""

    stages: Stages
    alarm_id: UUID | None


class DisabledBy(NamedTuple):
    """Who disabled the alarm that a proof would raise, and until when; it may have been armed before."""

    freezer: str
    by: str
    until: datetime

    def __str__(self) -> str:
        return f"{self.by} disabled the alarms of {self.freezer} until {self.until:%Y-%m-%d %H:%M} UTC"


class Spoken(NamedTuple):
    """A sensor for which a proof device speaks, what to say of a cold and of a warm freezer, and the proof that runs."""

    sensor: str
    cold_milli: int
    warm_milli: int
    proof: AlarmProof | None


def freezers(session: Session) -> Sequence[Freezer]:
    """The freezers that only prove alarms."""
    return session.exec(select(Freezer).where(Freezer.kind == FreezerKind.PROOF).order_by(col(Freezer.code))).all()


def proofs(session: Session, freezer: Freezer, most: int = 100) -> Sequence[AlarmProof]:
    """The proofs by a freezer, the newest first."""
    return session.exec(_of(freezer).limit(most)).all()


def running(session: Session, freezer: Freezer) -> AlarmProof | None:
    """The proof by this freezer that runs now."""
    return session.exec(_of(freezer).where(AlarmProof.state == ProofState.RUNNING)).first()


def standing(session: Session, freezer: Freezer) -> Alarm | None:
    """The alarm of this freezer that stands, or is disabled while it does: no proof could raise it."""
    warm = select(Alarm).where(Alarm.kind == AlarmKind.TOO_WARM, Alarm.freezer_id == freezer.id, col(Alarm.closed_at).is_(None))
    return session.exec(warm.where(col(Alarm.state).not_in([AlarmState.NORMAL, AlarmState.RETURNED]))).first()


def disabled(session: Session, freezer: Freezer, since: datetime) -> list[DisabledBy]:
    """Who disabled the alarm that a proof by this freezer would raise, so that it was disabled at ``since`` or later."""
    until = func.coalesce(AlarmDisabling.rearmed_at, AlarmDisabling.until_at)
    wanted = (
        select(PersonRow.name, until)
        .join(PersonRow, col(PersonRow.id) == col(AlarmDisabling.disabled_by))
        .where(AlarmDisabling.freezer_id == freezer.id, until > since)
        .where(or_(col(AlarmDisabling.kind).is_(None), col(AlarmDisabling.kind) == AlarmKind.TOO_WARM))
        .order_by(until.desc())
    )
    return [DisabledBy(freezer.code, *found) for found in session.exec(wanted)]


def signed_plan(session: Session, freezer: Freezer) -> AlarmProofPlan | None:
    """The plan that somebody signed last for this freezer."""
    newest = select(AlarmProofPlan).where(AlarmProofPlan.freezer_id == freezer.id).order_by(col(AlarmProofPlan.number).desc())
    return session.exec(newest.limit(1)).first()


def plan(session: Session, freezer: Freezer) -> Plan:
    """By what plan alarms are proven by this freezer."""
    signed = signed_plan(session, freezer)
    return Plan() if signed is None else Plan(signed.every_days, signed.tell_s, signed.acknowledge_s)


def first_at(session: Session, freezer: Freezer) -> datetime:
    """When the first proof of the plan is due: as was signed, else as long after the registration as one after another."""
    signed = signed_plan(session, freezer)
    return freezer.registered_at + timedelta(days=Plan().every_days) if signed is None else signed.first_at


def planned(session: Session, freezer: Freezer, now: datetime) -> datetime | None:
    """The last time up to ``now`` for which a proof was planned."""
    return plan(session, freezer).planned(first_at(session, freezer), now)


def shown(session: Session, proof: AlarmProof) -> Shown:
    """What a proof has shown so far: once shown, a stage stays."""
    freezer = session.get_one(Freezer, proof.freezer_id)
    limit_c = queries.rules_of(session, freezer).at(proof.began_at).limit_c
    found = session.connection().execute(_SHOWN, {"proof": proof.id, "limit_c": limit_c}).one()
    stored_at = proof.stored_at or found.stored_at
    alarm_id, raised_at = (proof.alarm_id, proof.raised_at) if proof.raised_at else (found.alarm_id, found.raised_at)
    if stored_at is None:
        alarm_id = raised_at = None
    told_at = proof.told_at or (found.told_at if raised_at else None)
    known = found.acknowledged_at if raised_at is not None and raised_at == found.raised_at else None
    stages = Stages(proof.published_at, stored_at, raised_at, told_at, proof.acknowledged_at or known)
    return Shown(stages, alarm_id)


def troubles(session: Session, proof: AlarmProof) -> list[str]:
    """What the ways said that did not take the notices of a proof."""
    return sorted(session.connection().execute(_TROUBLES, {"proof": proof.id}).scalars())


def unproven(session: Session, lying: Lying, now: datetime) -> list[tuple[UUID | None, str, Condition]]:
    """Where it is not proven that alarms reach anybody, by freezer (None where there is none for proofs) and facility: each is an
    alarm.
    """
    found: list[tuple[UUID | None, str, Condition]] = []
    for freezer in freezers(session):
        newest = next(iter(proofs(session, freezer, 1)), None)
        last = None if newest is None else Proven(newest.began_at, newest.ended_at, newest.lacking)
        trouble = not_proven(planned(session, freezer, now), last, now)
        if trouble is not None:
            since, why = trouble
            words = f"Alarms are not proven by {freezer.code}: {why}"
            condition = Condition(AlarmKind.NOT_PROVEN, freezer.code, since, timedelta(0), words)
            found.append((freezer.id, freezer.facility_code, condition))
    for facility in without(session, lying, {one.facility_code for one in freezers(session)}):
        words = f"Nothing proves that the alarms of {facility} reach anybody: no freezer is registered there for proofs"
        found.append((None, facility, Condition(AlarmKind.NOT_PROVEN, facility, now, timedelta(0), words)))
    return found


def without(session: Session, lying: Lying, having: Collection[str]) -> list[str]:
    """The facilities where material lies and that have not what those have."""
    every = set(session.exec(select(Freezer.facility_code).where(Freezer.kind == FreezerKind.FREEZER)))
    others = every.difference(having)
    return sorted(others.intersection(lying(session))) if others else []


def asking_nobody(session: Session) -> frozenset[UUID]:
    """The alarms of proofs that ask nobody to acknowledge: they end by themselves."""
    wanted = select(AlarmProof.alarm_id).where(col(AlarmProof.acknowledge_by).is_(None), col(AlarmProof.alarm_id).is_not(None))
    return frozenset(one for one in session.exec(wanted) if one is not None)


def spoken(session: Session, site: str, device: str, now: datetime) -> list[Spoken]:
    """The sensors of freezers for proofs that this device of a site speaks for."""
    wanted = (
        select(Sensor, Freezer)
        .join(Freezer, col(Freezer.id) == col(Sensor.freezer_id))
        .where(Freezer.kind == FreezerKind.PROOF, Sensor.site == site, Sensor.device == device)
        .where(Sensor.kind == SensorKind.TEMPERATURE, Sensor.state == SensorState.APPROVED, col(Sensor.retired_at).is_(None))
    )
    found = []
    for sensor, freezer in session.exec(wanted):
        limit = queries.limit_of(queries.rules_of(session, freezer).at(now))
        far = 20_000 + limit.hysteresis_milli
        found.append(
            Spoken(sensor.code, limit.limit_milli - far, limit.limit_milli + far, running(session, freezer))
        )
    return found


def _of(freezer: Freezer) -> SelectOfScalar[AlarmProof]:
    return select(AlarmProof).where(AlarmProof.freezer_id == freezer.id).order_by(col(AlarmProof.number).desc())
