"""Opening deviations. An open one blocks release of its root."""

from uuid import UUID

from biobank.act.acts import Act
from biobank.custody import codes, queries
from biobank.custody.tables import Scope
from biobank.deviations.tables import Deviation, DeviationState
from labels.local import CodeKind


def open_deviation(act: Act, material_id: UUID, root_id: UUID, title: str, description: str) -> Deviation:
    """Write down that something did not go as written about one material; locks its root first."""
    queries.lock_roots(act, [root_id])
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
