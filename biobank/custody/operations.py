"""Registering materials, recording what happens to them, handing over, holding and lifting."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from biobank.act.acts import Act
from biobank.custody import codes, queries, rules
from biobank.custody.rules import HoldKind, Purpose
from biobank.custody.tables import (
    CustodyEvent,
    Handover,
    Hold,
    Material,
    MaterialKind,
    MaterialParent,
    Scope,
    Step,
)

_BEDSIDE_KINDS = (MaterialKind.DONATION, MaterialKind.KIT)


def register(
    act: Act,
    kind: MaterialKind,
    code: str,
    *,
    root_id: UUID | None = None,
    parents: Iterable[Material] = (),
    registered_at: datetime | None = None,
) -> Material:
    """A new material under ``root_id``, or its own root; made from ``parents``, which the database keeps to one root.

    It counts as registered now, unless ``registered_at`` says from when on.
    """
    identity = act.new_id()
    scope = Scope.BEDSIDE if kind in _BEDSIDE_KINDS else Scope.FACILITY
    at = registered_at or act.recorded_at
    made = act.add(Material(id=identity, scope=scope, kind=kind, code=code, root_id=root_id or identity, registered_at=at))
    for parent in parents:
        act.add(MaterialParent(id=act.new_id(), child_id=made.id, parent_id=parent.id, root_id=made.root_id))
    return made


def record(act: Act, material: Material, step: Step, place: str, *, scope: Scope | None = None) -> None:
    """Write down that ``step`` happened to ``material`` at ``place``; ``scope`` hides an event of a bedside material."""
    act.add(
        CustodyEvent(
            id=act.new_id(),
            material_id=material.id,
            material_scope=material.scope,
            scope=scope or material.scope,
            step=step,
            place=place,
            person_id=act.person.id,
            occurred_at=act.occurred_at,
            recorded_at=act.recorded_at,
        )
    )


def hand_over(act: Act, material: Material, to_place: str) -> Handover:
    """Pass a material on; it counts as passed when the other side confirms. Raises WayEnded, AlreadyHandedOver."""
    queries.lock_roots(act, [material.root_id])
    _check_on_its_way(act, material)
    if queries.open_handover(act, material.id) is not None:
        raise rules.AlreadyHandedOver(material=material.code)
    if since := queries.in_hand_since(act.session, material):
        rules.check_in_order(act.occurred_at, since)
    handover = act.add(
        Handover(
            id=act.new_id(),
            material_id=material.id,
            material_scope=material.scope,
            handed_by=act.person.id,
            handed_at=act.occurred_at,
            to_place=to_place,
        )
    )
    record(act, material, Step.HAND_OVER, to_place)
    return handover


def take_over(act: Act, material: Material) -> Handover:
    """Confirm a handover with other hands. Raises WayEnded, NotHandedOver, SameHands."""
    queries.lock_roots(act, [material.root_id])
    _check_on_its_way(act, material)
    handover = queries.open_handover(act, material.id)
    if handover is None:
        raise rules.NotHandedOver(material=material.code)
    rules.check_other_hands(material.code, same=handover.handed_by == act.person.id)
    rules.check_in_order(act.occurred_at, handover.handed_at)
    handover.taken_by, handover.taken_at = act.person.id, act.occurred_at
    act.session.flush()
    record(act, material, Step.TAKE_OVER, handover.to_place)
    return handover


def _check_on_its_way(act: Act, material: Material) -> None:
    """Handovers of a donation are for the bedside's eyes, and after reception they would follow the arm. Raises WayEnded."""
    if material.kind == MaterialKind.DONATION and queries.was_received(act.session, material.id):
        raise rules.WayEnded(material=material.code)


def place_hold(act: Act, material_id: UUID, root_id: UUID, kind: HoldKind, purposes: Iterable[Purpose], reason: str) -> Hold:
    """Hold a material back from ``purposes``; locks its root first, so that no gate is passing meanwhile."""
    queries.lock_roots(act, [root_id])
    return act.add(
        Hold(
            id=act.new_id(),
            number=codes.next_number(act, Scope.FACILITY, "hold"),
            material_id=material_id,
            root_id=root_id,
            kind=kind,
            purposes=sorted(purpose.value for purpose in purposes),
            reason=reason,
            placed_by=act.person.id,
            placed_at=act.recorded_at,
        )
    )


def lift_hold(act: Act, hold: Hold, reason: str) -> Hold:
    """Lift a hold that people may lift. Raises StaysHeld."""
    rules.check_may_lift(HoldKind(hold.kind))
    hold.lifted_by, hold.lifted_at, hold.lift_reason = act.person.id, act.recorded_at, reason
    act.session.flush()
    return hold
