"""Finding lots."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from biobank.custody import queries as custody
from biobank.custody.tables import MaterialKind
from biobank.supplies.tables import Lot, LotKind


def lot(session: Session, code: str) -> Lot:
    """The lot with this code. Raises NoSuchMaterial."""
    return session.get_one(Lot, custody.material(session, code, MaterialKind.LOT).id)


def lots(session: Session) -> Sequence[Lot]:
    """Every lot that was received, by its code."""
    return session.exec(select(Lot).order_by(col(Lot.code))).all()


def known(session: Session, kind: LotKind, supplier: str, supplier_lot: str) -> Lot | None:
    """The lot that a supplier calls so, if it was received before."""
    wanted = select(Lot).where(Lot.kind == kind, Lot.supplier == supplier, Lot.supplier_lot == supplier_lot)
    return session.exec(wanted).first()
