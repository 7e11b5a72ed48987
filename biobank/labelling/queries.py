"""Finding labels in the ledger."""

from sqlmodel import Session, select

from biobank.custody.tables import Scope
from biobank.labelling.tables import LabelPrint


def is_free(session: Session, scope: Scope, number: int) -> bool:
    """Whether no label of ``scope`` carries ``number``."""
    wanted = select(LabelPrint.id).where(LabelPrint.scope == scope, LabelPrint.number == number)
    return session.exec(wanted).first() is None
