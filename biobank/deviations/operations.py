"""Opening and closing deviations. An open one blocks release of its root."""

from uuid import UUID

from biobank.act.acts import Act
from biobank.custody import codes
from biobank.custody import queries as custody
from biobank.custody.tables import Scope
from biobank.deviations import queries, rules
from biobank.deviations.rules import DeviationState
from biobank.deviations.tables import Deviation
from labels.local import CodeKind


def open_deviation(act: Act, material_id: UUID, root_id: UUID, title: str, description: str) -> Deviation:
    """Write down that something did not go as written about one material; locks its root first."""
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
    """Close a deviation; what it held back may go on if nothing else holds it. Raises DeviationClosed, OpenedItYourself."""
    locked = queries.lock(act, deviation)
    rules.check_may_close(locked.code, DeviationState(locked.state), locked.opened_by, act.person.id)
    locked.state, locked.conclusion = DeviationState.CLOSED, conclusion
    locked.closed_by, locked.closed_at = act.person.id, act.recorded_at
    act.session.flush()
    return locked
