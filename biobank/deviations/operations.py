"""Opening and closing deviations. An open one blocks release of its root, and holds back what was released before."""

from uuid import UUID

from biobank.act.acts import Act
from biobank.custody import codes
from biobank.custody import operations as holding
from biobank.custody import queries as custody
from biobank.custody.rules import FOR_PATIENTS, HoldKind
from biobank.custody.tables import Hold, Scope
from biobank.deviations import queries, rules
from biobank.deviations.rules import DeviationState
from biobank.deviations.tables import Deviation
from labels.local import CodeKind


def open_deviation(act: Act, material_id: UUID, root_id: UUID, title: str, description: str) -> Deviation:
    """Write down that something did not go as written about one material; locks its root first.

    What is released, or needs no release, is held; what is not released waits for the closure anyway.
    """
    deviation = write_down(act, material_id, root_id, title, description)
    held = queries.held_by(act.session, deviation)
    if not queries.awaits_release(act.session, held, root_id):
        holding.place_hold(act, held, root_id, HoldKind.DEVIATION, FOR_PATIENTS, f"{deviation.code}: {title}")
    return deviation


def write_down(act: Act, material_id: UUID, root_id: UUID, title: str, description: str) -> Deviation:
    """A deviation alone, for what is held for another reason; locks its root first."""
    custody.lock_roots(act, [root_id])
    return act.add(
        Deviation(
            id=act.new_id(),
            code=codes.next_code(act, Scope.FACILITY, CodeKind.DEVIATION),
            material_id=material_id,
            root_id=root_id,
            title=title,
            description=description,
            state=DeviationState.OPEN,
            opened_by=act.person.id,
            opened_at=act.recorded_at,
        )
    )


def close_deviation(act: Act, deviation: Deviation, conclusion: str) -> Deviation:
    """Close a deviation; what it held back stays so until QA lifts the hold. Raises DeviationClosed, OpenedItYourself."""
    locked = queries.lock(act, deviation)
    rules.check_may_close(locked.code, DeviationState(locked.state), locked.opened_by, act.person.id)
    locked.state, locked.conclusion = DeviationState.CLOSED, conclusion
    locked.closed_by, locked.closed_at = act.person.id, act.recorded_at
    act.session.flush()
    return locked


def lift_hold(act: Act, hold: Hold, reason: str) -> Hold:
    """Lift a hold whose root is locked; that of a deviation only once it is concluded. Raises StaysHeld, DeviationStillOpen."""
    if hold.kind == HoldKind.DEVIATION:
        rules.check_concluded(queries.holding_back(act.session, hold))
    return holding.lift_hold(act, hold, reason)
