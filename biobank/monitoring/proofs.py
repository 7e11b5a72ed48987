"""Proofs of the alarms: begun by plan or by hand, followed by the worker stage by stage, and ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.access.signing import sign
from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.monitoring import proof_queries as queries
from biobank.monitoring import proof_rules as rules
from biobank.monitoring.proof_queries import Shown
from biobank.monitoring.proof_rules import NotForProofs, ProofAlarmsDisabled, ProofAlarmStands, ProofRuns, ProofState
from biobank.monitoring.proof_schemas import PlanIn
from biobank.monitoring.proof_tables import AlarmProof, AlarmProofPlan
from biobank.monitoring.tables import Freezer, FreezerKind


@dataclass(frozen=True)
class Step:
    """What is new of a proof that runs; ``over`` where it shows nothing more."""

    proof: AlarmProof
    shown: Shown
    over: bool


def begin(act: Act, freezer: Freezer) -> AlarmProof:
    """Begin a proof by hand, for the act's reason. Raises NotForProofs, ProofRuns, ProofAlarmsDisabled, ProofAlarmStands."""
    if freezer.kind != FreezerKind.PROOF:
        raise NotForProofs(freezer=freezer.code)
    if queries.running(act.session, freezer) is not None:
        raise ProofRuns(freezer=freezer.code)
    if disabled := queries.disabled(act.session, freezer, act.recorded_at):
        raise ProofAlarmsDisabled(**disabled[0]._asdict())
    if (alarm := queries.standing(act.session, freezer)) is not None:
        raise ProofAlarmStands(freezer=freezer.code, number=alarm.number)
    return _begun(act, freezer)


def _begun(act: Act, freezer: Freezer, planned_at: datetime | None = None) -> AlarmProof:
    plan, last = queries.plan(act.session, freezer), queries.proofs(act.session, freezer, 1)
    return act.add(
        AlarmProof(
            id=act.new_id(),
            freezer_id=freezer.id,
            number=last[0].number + 1 if last else 1,
            planned_at=planned_at,
            reason=act.reason,
            began_by=act.person.id,
            began_at=act.recorded_at,
            tell_by=plan.tell_by(act.recorded_at),
            acknowledge_by=plan.acknowledge_by(act.recorded_at),
            state=ProofState.RUNNING,
        )
    )


def set_plan(act: Act, freezer: Freezer, order: PlanIn) -> AlarmProofPlan:
    """Sign when alarms are proven by a freezer from now on. Raises NotForProofs, NotSigned."""
    if freezer.kind != FreezerKind.PROOF:
        raise NotForProofs(freezer=freezer.code)
    before = queries.signed_plan(act.session, freezer)
    number = before.number + 1 if before else 1
    content = order.model_dump(exclude={"signature", "reason"})
    signature = sign(act, f"proofs by {freezer.code}, {number}", content)
    return act.add(
        AlarmProofPlan(
            id=act.new_id(),
            freezer_id=freezer.id,
            number=number,
            **content,
            set_at=act.recorded_at,
            signature_id=signature.id,
        )
    )


def follow(acts: Acts) -> int:
    """Begin the proofs that are due, and write down what those that run have shown; an act only where something is new."""
    now = acts.clock.now()
    with acts.look(WORKER) as session:
        if not _due(session, now) and not _steps(session, now):
            return 0
    with acts.begin(WORKER, Kind.FOLLOW_PROOF) as act:
        due, steps = _due(act.session, act.recorded_at), _steps(act.session, act.recorded_at, lock=True)
        for freezer, planned_at in due:
            proof = _begun(act, freezer, planned_at)
            if queries.disabled(act.session, freezer, act.recorded_at):
                _end(act, proof, rules.NO_ALARM)
        _take(act, steps)
    return len(due) + len(steps)


def published(acts: Acts, proof_id: UUID) -> None:
    """The device of a proof has published its first warm reading."""
    with acts.begin(WORKER, Kind.FOLLOW_PROOF) as act:
        proof = act.session.get_one(AlarmProof, proof_id, with_for_update=True)
        if proof.published_at is None and proof.state == ProofState.RUNNING:
            proof.published_at = act.recorded_at
            act.add(proof)


def _due(session: Session, now: datetime) -> list[tuple[Freezer, datetime]]:
    """The freezers by which a proof was planned that no proof since has made good, but for those whose last alarm still stands:
    they may raise another one yet. One that is disabled is not waited for.
    """
    found = []
    for freezer in queries.freezers(session):
        planned_at, last = queries.planned(session, freezer, now), queries.proofs(session, freezer, 1)
        if planned_at is None:
            continue
        missed = not last or (last[0].began_at < planned_at and last[0].state != ProofState.RUNNING)
        if missed and (queries.standing(session, freezer) is None or queries.disabled(session, freezer, now)):
            found.append((freezer, planned_at))
    return found


def _steps(session: Session, now: datetime, *, lock: bool = False) -> list[Step]:
    wanted = select(AlarmProof).where(AlarmProof.state == ProofState.RUNNING).order_by(col(AlarmProof.id))
    steps = [_step(session, proof, now) for proof in session.exec(wanted.with_for_update() if lock else wanted)]
    return [one for one in steps if one.over or one.shown.stages != _known(one.proof)]


def _step(session: Session, proof: AlarmProof, now: datetime) -> Step:
    shown = queries.shown(session, proof)
    return Step(proof, shown, rules.is_over(shown.stages, proof.tell_by, proof.acknowledge_by, now))


def _known(proof: AlarmProof) -> rules.Stages:
    return rules.Stages(proof.published_at, proof.stored_at, proof.raised_at, proof.told_at, proof.acknowledged_at)


def _take(act: Act, steps: Iterable[Step]) -> None:
    for proof, shown, over in ((one.proof, one.shown, one.over) for one in steps):
        _, proof.stored_at, proof.raised_at, proof.told_at, proof.acknowledged_at = shown.stages
        proof.alarm_id = shown.alarm_id
        if over:
            _end(act, proof, rules.lacking(shown.stages, proof.tell_by, proof.acknowledge_by))
        else:
            act.add(proof)


def _end(act: Act, proof: AlarmProof, why: str | None) -> None:
    """End a proof; where it failed, with everything that may have been in its way."""
    if why:
        freezer = act.session.get_one(Freezer, proof.freezer_id)
        disabled = map(str, queries.disabled(act.session, freezer, proof.began_at))
        proof.lacking = "; ".join([why, *disabled, *queries.troubles(act.session, proof)])[:1000]
    proof.ended_at, proof.state = act.recorded_at, ProofState.FAILED if why else ProofState.PASSED
    act.add(proof)
