"""The warming ledger of a unit as the records tell it, by which rule and budget; and which units are to be looked at."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, delete, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from biobank.cryostorage import intervals, warming
from biobank.cryostorage.tables import Placement, Position, Unit
from biobank.cryostorage.warming import GENERAL_KNOWLEDGE, THRESHOLDS_C, Budget, Charge, Charges, Ledger, Line, Near
from biobank.cryostorage.warming_tables import (
    LedgerDue,
    SpentBudget,
    TransportedMaterial,
    TransportLog,
    WarmingRule,
    WarmingRuleThreshold,
)
from biobank.donation.tables import Donation
from biobank.studies import queries as studies
from biobank.studies.tables import Participant


@dataclass(frozen=True)
class Rule:
    """What this installation charges and asks. ``number`` is that of the rule that somebody set; 0 where nobody did."""

    number: int
    charges: Charges
    thresholds_c: frozenset[Decimal]
    transport_gap: timedelta
    manual_reading_every: timedelta


DEFAULT = Rule(0, GENERAL_KNOWLEDGE, THRESHOLDS_C, transport_gap=timedelta(minutes=15), manual_reading_every=timedelta(days=1))
"""What holds until somebody sets a rule: general knowledge."""

_WARMED = text(
    "INSERT INTO ledger_due (unit_id, marked_at, times)"
    " SELECT DISTINCT l.unit_id, CAST(:now AS timestamptz), 1 FROM sensor s"
    "   JOIN (SELECT sensor_id, started_at, ended_at FROM warm_interval"
    "          UNION ALL SELECT sensor_id, started_at, ended_at FROM lid_interval) w ON w.sensor_id = s.id"
    "   JOIN storage_position p ON p.freezer_id = s.freezer_id JOIN placement l ON l.position_id = p.id"
    "    AND tstzrange(l.placed_at, l.removed_at) && tstzrange(w.started_at, w.ended_at)"
    "  WHERE s.freezer_id = :freezer AND tstzrange(w.started_at, w.ended_at) && tstzrange(:start, :end, '[]')"
    "    AND NOT EXISTS (SELECT FROM spent_budget b WHERE b.unit_id = l.unit_id) ORDER BY 1"
    " ON CONFLICT (unit_id) DO UPDATE SET times = ledger_due.times + 1"
)


def rule(session: Session) -> Rule:
    """The rule that was set last, or the default."""
    row = session.exec(select(WarmingRule).order_by(col(WarmingRule.number).desc()).limit(1)).first()
    if row is None:
        return DEFAULT
    charges = {near: Charge(getattr(row, f"{near}_percent"), getattr(row, f"{near}_up_to_c")) for near in Near}
    gap, every = timedelta(seconds=row.transport_gap_s), timedelta(hours=row.manual_reading_hours)
    counted = select(col(WarmingRuleThreshold.threshold_c)).where(WarmingRuleThreshold.rule_id == row.id)
    return Rule(row.number, charges, frozenset(session.exec(counted)), gap, every)


def ledger(session: Session, unit: Unit, now: datetime) -> Ledger:
    """The ledger of a unit by the rule of today, from its first stay until its thaw, or until ``now``."""
    by = rule(session)
    budget = _budget(session, unit.root_id, by.thresholds_c)
    sums = intervals.sums_of(session, unit, now, by.charges, by.thresholds_c | {budget.above_c})
    return warming.ledger(sums, [budget])


def _budget(session: Session, root_id: UUID, thresholds_c: Collection[Decimal]) -> Budget:
    """The budget of everything made of a donation: that of the process to which its participant consented.

    Where the time above its threshold is not counted, the time above the next colder one counts.
    """
    wanted = select(Participant.version_id).join(Donation, col(Donation.participant_id) == col(Participant.id))
    freezing = studies.protocol_of(session, session.exec(wanted.where(Donation.id == root_id)).one()).process.freezing
    colder = (above_c for above_c in thresholds_c if above_c <= freezing.quarantine_above_c)
    return Budget(max(colder, default=freezing.quarantine_above_c), freezing.quarantine_after_minutes * 60)


def transports(session: Session, material_id: UUID) -> Sequence[TransportLog]:
    """The transports of a material, in order of time."""
    wanted = select(TransportLog).join(TransportedMaterial, col(TransportedMaterial.log_id) == col(TransportLog.id))
    return session.exec(wanted.where(TransportedMaterial.material_id == material_id).order_by(col(TransportLog.began_at))).all()


def is_known(session: Session, sha256: bytes) -> bool:
    """Whether a file of this hash was imported before."""
    return session.exec(select(TransportLog.id).where(TransportLog.sha256 == sha256)).first() is not None


def stay_at(session: Session, unit_id: UUID, at: datetime) -> Position | None:
    """Where a unit lay at a time; None where it lay nowhere."""
    wanted = select(Position).join(Placement, col(Placement.position_id) == col(Position.id))
    stay = func.tstzrange(col(Placement.placed_at), col(Placement.removed_at))
    return session.exec(wanted.where(Placement.unit_id == unit_id, stay.op("@>")(at))).first()


def mark(session: Session, units: Iterable[UUID], at: datetime) -> None:
    """Have the worker look at these units: something new is known of their warmth."""
    if marks := [{"unit_id": unit_id, "marked_at": at, "times": 1} for unit_id in sorted(set(units))]:
        made = insert(LedgerDue).values(marks)
        again = {"times": col(LedgerDue.times) + 1}
        session.connection().execute(made.on_conflict_do_update(index_elements=["unit_id"], set_=again))


def mark_warmed(session: Session, freezer_id: UUID, start: datetime, end: datetime, now: datetime) -> None:
    """The same for the units that lay in a freezer while it was warm or open, where that meets ``[start, end]``; not for
    those that were held before.
    """
    session.connection().execute(_WARMED, {"freezer": freezer_id, "start": start, "end": end, "now": now})


def due(session: Session, most: int) -> Sequence[LedgerDue]:
    """The units to be looked at, those that wait longest first."""
    return session.exec(select(LedgerDue).order_by(col(LedgerDue.marked_at), col(LedgerDue.unit_id)).limit(most)).all()


def forget(db: Connection, seen: Iterable[LedgerDue], now: datetime) -> None:
    """Take the marks of what was looked at away; what was marked again meanwhile waits behind everything else."""
    for one in sorted(seen, key=lambda one: one.unit_id):
        mine = col(LedgerDue.unit_id) == one.unit_id
        if not db.execute(delete(LedgerDue).where(mine, col(LedgerDue.times) == one.times)).rowcount:
            db.execute(update(LedgerDue).where(mine).values(marked_at=now))


def newly_spent(session: Session, unit_id: UUID, now: datetime) -> Line | None:
    """The line of a unit whose budget is spent, where it was never held for that."""
    known = session.exec(select(SpentBudget.id).where(SpentBudget.unit_id == unit_id)).first()
    spent = [] if known else ledger(session, session.get_one(Unit, unit_id), now).spent
    return spent[0] if spent else None
