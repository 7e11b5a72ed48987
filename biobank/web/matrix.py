"""Who may ask what: one table of role by route. A route that is not in it answers nobody."""

from biobank.act.people import Role

EVERYBODY = frozenset(Role)
FACILITY_READERS = frozenset(
    {
        Role.TECHNICIAN,
        Role.BIOBANK_MANAGER,
        Role.PREPARER,
        Role.QA,
        Role.QP,
        Role.SPONSOR_RELEASER,
        Role.SAFETY_PHYSICIAN,
        Role.UNBLINDED_MONITOR,
        Role.INSPECTOR,
    }
)

HANDS = frozenset({Role.TREATING, Role.PHARMACIST, Role.COURIER, Role.TECHNICIAN, Role.PREPARER, Role.BIOBANK_MANAGER})
"""Who carries materials."""

OPEN: frozenset[str] = frozenset({"GET /health", "POST /api/sign-in"})
"""Routes that need no session."""

RIGHTS: dict[str, frozenset[Role]] = {
    "GET /api/me": EVERYBODY,
    "POST /api/sign-out": EVERYBODY,
    "GET /api/people": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people": frozenset({Role.ADMINISTRATOR}),
    "GET /api/freezers": FACILITY_READERS,
    "GET /api/lots": FACILITY_READERS,
    "POST /api/lots": frozenset({Role.TECHNICIAN, Role.PREPARER}),
    "GET /api/materials/{code}": FACILITY_READERS | HANDS | {Role.MONITOR},
    "POST /api/materials/{code}/handovers": HANDS,
    "POST /api/materials/{code}/handovers/confirmation": HANDS,
    "GET /api/materials/{code}/holds": FACILITY_READERS,
    "POST /api/materials/{code}/holds": frozenset({Role.QA, Role.BIOBANK_MANAGER}),
    "POST /api/materials/{code}/holds/{number}/lifting": frozenset({Role.QA}),
}
"""Method and path template of every route behind a session, and the roles that may call it."""
