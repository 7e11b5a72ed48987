"""The log of a freezer and its standing: what was done last, whether a reading by hand is due, whether its reserve is free."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func
from sqlmodel import Session, col, select

from biobank.access.tables import PersonRow
from biobank.act.acts import Act
from biobank.cryostorage import ledgers
from biobank.cryostorage.log_tables import TELLS, FreezerLog, LogKind
from biobank.cryostorage.tables import Placement, Position
from biobank.errors import BadInput
from biobank.monitoring import queries as freezers
from biobank.monitoring.tables import Freezer
from biobank.units import Celsius, Percent, When, Words


class LogIncomplete(BadInput):
    """A line of this kind says more than was given."""

    code = "log_incomplete"


class NoReserveThen(BadInput):
    """Only a line about the reserve says how many slots are kept free."""

    code = "no_reserve_then"


class ReadingState(StrEnum):
    """Whether somebody has to read a freezer by hand."""

    DUE = "due"
    READ = "read"


class LogIn(BaseModel):
    """One line of a freezer's log, with what a line of its kind says."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: LogKind
    temperature_c: Celsius | None = None
    level_percent: Percent | None = None
    reserve_slots: Annotated[int, Field(ge=0, le=100_000, description="slots")] | None = None
    note: Words | None = None
    occurred_at: When | None = None


class LogOut(BaseModel):
    """One line of a freezer's log."""

    occurred_at: datetime
    kind: LogKind
    temperature_c: Decimal | None
    level_percent: Decimal | None
    reserve_slots: int | None
    note: str | None
    name: str

    @classmethod
    def of(cls, line: FreezerLog, name: str) -> Self:
        """From a record and the name of whoever wrote it."""
        return cls(
            occurred_at=line.occurred_at,
            kind=LogKind(line.kind),
            temperature_c=line.temperature_c,
            level_percent=line.level_percent,
            reserve_slots=line.reserve_slots,
            note=line.note,
            name=name,
        )


class StandingOut(BaseModel):
    """A freezer of the freezer room: when it was last read by hand, filled, serviced, decontaminated; free slots and reserve."""

    code: str
    name: str
    state: ReadingState
    read_at: datetime | None
    filled_at: datetime | None
    serviced_at: datetime | None
    decontaminated_at: datetime | None
    free_slots: int
    reserve_slots: int
    reserve_is_free: bool


class FreezerLogOut(BaseModel):
    """The standing of a freezer and its log, the newest line first."""

    standing: StandingOut
    lines: list[LogOut]


def write(act: Act, code: str, order: LogIn) -> FreezerLog:
    """Write one line into the log of a freezer. Raises NoSuchFreezer, LogIncomplete, NoReserveThen."""
    freezer = freezers.freezer_where(act.session, act.person, code)
    if getattr(order, TELLS[order.kind]) is None:
        raise LogIncomplete(field=TELLS[order.kind], kind=order.kind)
    if order.reserve_slots is not None and order.kind is not LogKind.RESERVE:
        raise NoReserveThen(field="reserve_slots")
    return act.add(
        FreezerLog(
            id=act.new_id(),
            freezer_id=freezer.id,
            kind=order.kind,
            occurred_at=act.occurred_at,
            temperature_c=order.temperature_c,
            level_percent=order.level_percent,
            reserve_slots=order.reserve_slots,
            note=order.note,
            recorded_by=act.person.id,
            recorded_at=act.recorded_at,
        )
    )


def log(session: Session, freezer: Freezer, now: datetime, most: int = 200) -> FreezerLogOut:
    """The last lines of a freezer's log, with its standing."""
    wanted = select(FreezerLog, PersonRow.name).join(PersonRow, col(PersonRow.id) == col(FreezerLog.recorded_by))
    newest = wanted.where(FreezerLog.freezer_id == freezer.id).order_by(col(FreezerLog.occurred_at).desc()).limit(most)
    return FreezerLogOut(
        standing=standing(session, freezer, now), lines=[LogOut.of(line, name) for line, name in session.exec(newest)]
    )


def standing(session: Session, freezer: Freezer, now: datetime) -> StandingOut:
    """How a freezer stands at ``now``. A reading is due when the last one lies longer back than the rule of warming allows."""
    last = {kind: _last(session, freezer, kind) for kind in LogKind}
    read, reserve = last[LogKind.READING], last[LogKind.RESERVE]
    overdue = read is None or now - read.occurred_at >= ledgers.rule(session).manual_reading_every
    kept, free = (reserve.reserve_slots or 0) if reserve else 0, _free_slots(session, freezer)
    return StandingOut(
        code=freezer.code,
        name=freezer.name,
        state=ReadingState.DUE if overdue else ReadingState.READ,
        read_at=_when(read),
        filled_at=_when(last[LogKind.FILL]),
        serviced_at=_when(last[LogKind.SERVICE]),
        decontaminated_at=_when(last[LogKind.DECONTAMINATION]),
        free_slots=free,
        reserve_slots=kept,
        reserve_is_free=free >= kept,
    )


def _last(session: Session, freezer: Freezer, kind: LogKind) -> FreezerLog | None:
    wanted = select(FreezerLog).where(FreezerLog.freezer_id == freezer.id, FreezerLog.kind == kind)
    return session.exec(wanted.order_by(col(FreezerLog.occurred_at).desc(), col(FreezerLog.recorded_at).desc()).limit(1)).first()


def _when(line: FreezerLog | None) -> datetime | None:
    return line.occurred_at if line else None


def _free_slots(session: Session, freezer: Freezer) -> int:
    slots = select(func.count()).select_from(Position).where(Position.freezer_id == freezer.id)
    taken = select(func.count()).select_from(Placement).join(Position, col(Position.id) == col(Placement.position_id))
    lying = taken.where(Position.freezer_id == freezer.id, col(Placement.removed_at).is_(None))
    return session.exec(slots).one() - session.exec(lying).one()
