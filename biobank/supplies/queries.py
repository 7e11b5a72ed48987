"""Finding lots."""

from sqlmodel import Session

from biobank.custody import queries as custody
from biobank.custody.tables import MaterialKind
from biobank.supplies.tables import Lot


def lot(session: Session, code: str) -> Lot:
    """The lot with this code. Raises NoSuchMaterial."""
    return session.get_one(Lot, custody.material(session, code, MaterialKind.LOT).id)
