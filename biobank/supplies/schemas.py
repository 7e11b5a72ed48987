"""What people send and see of lots."""

from pydantic import BaseModel, ConfigDict

from biobank.supplies.tables import Lot, LotKind
from biobank.units import ShortWords, When


class LotIn(BaseModel):
    """A lot as it arrives."""

    model_config = ConfigDict(extra="forbid")
    kind: LotKind
    name: ShortWords
    supplier: ShortWords
    supplier_lot: ShortWords
    expires_at: When


class LotOut(BaseModel):
    """A lot under its own code."""

    code: str
    kind: LotKind
    name: str
    supplier: str
    supplier_lot: str
    expires_at: When

    @classmethod
    def of(cls, lot: Lot) -> "LotOut":
        """From a record."""
        return cls(
            code=lot.code,
            kind=LotKind(lot.kind),
            name=lot.name,
            supplier=lot.supplier,
            supplier_lot=lot.supplier_lot,
            expires_at=lot.expires_at,
        )
