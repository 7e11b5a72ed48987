"""Receiving lots."""

from biobank.act.acts import Act
from biobank.custody import codes
from biobank.custody import operations as custody
from biobank.custody.tables import MaterialKind, Scope, Step
from biobank.supplies import queries, rules
from biobank.supplies.schemas import LotIn
from biobank.supplies.tables import Lot
from labels.local import CodeKind


def receive_lot(act: Act, order: LotIn) -> Lot:
    """Take a lot into stock; it is its own root, so that a hold on it reaches whatever it went into.

    Raises AlreadyExpired, LotKnown.
    """
    rules.check_not_expired(order.expires_at, act.recorded_at)
    if same := queries.known(act.session, order.kind, order.supplier, order.supplier_lot):
        raise rules.LotKnown(lot=same.code)
    code = codes.next_code(act, Scope.FACILITY, CodeKind.LOT)
    material = custody.register(act, MaterialKind.LOT, code)
    lot = act.add(
        Lot(
            id=material.id,
            code=code,
            kind=order.kind,
            name=order.name,
            supplier=order.supplier,
            supplier_lot=order.supplier_lot,
            expires_at=order.expires_at,
            received_at=act.occurred_at,
            received_by=act.person.id,
        )
    )
    custody.record(act, material, Step.RECEIVE, "stock")
    return lot
