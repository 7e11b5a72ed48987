"""Which units lay where, and when."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from biobank.cryostorage.tables import Placement, Position, Unit


def units_inside(session: Session, freezer_id: UUID, start: datetime, end: datetime) -> Sequence[Unit]:
    """The units that lay in a freezer during ``[start, end)``: moved out at ``start`` or in at ``end`` is not inside."""
    stay = func.tstzrange(col(Placement.placed_at), col(Placement.removed_at))
    wanted = (
        select(Unit)
        .distinct()
        .join(Placement, col(Placement.unit_id) == col(Unit.id))
        .join(Position, col(Position.id) == col(Placement.position_id))
        .where(Position.freezer_id == freezer_id, stay.op("&&")(func.tstzrange(start, end)))
    )
    return session.exec(wanted.order_by(col(Unit.root_id), col(Unit.code))).all()
