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

BEDSIDE_READERS = frozenset({Role.TREATING, Role.ASSESSOR, Role.PHARMACIST, Role.MONITOR, Role.SPONSOR_READER})
"""Who at the bedside looks at participants and kits."""

HANDS = frozenset({Role.TREATING, Role.PHARMACIST, Role.COURIER, Role.TECHNICIAN, Role.PREPARER, Role.BIOBANK_MANAGER})
"""Who carries materials."""

OPEN: frozenset[str] = frozenset({"GET /health", "POST /api/sign-in", "POST /api/badge-sign-in"})
"""Routes that need no session."""

RIGHTS: dict[str, frozenset[Role]] = {
    # everybody
    "GET /api/me": EVERYBODY,
    "POST /api/sign-out": EVERYBODY,
    "POST /api/me/password": EVERYBODY,
    "POST /api/me/pin": EVERYBODY,
    "POST /api/me/second-factor": EVERYBODY,
    "POST /api/me/second-factor/confirmation": EVERYBODY,
    "GET /api/studies": EVERYBODY,
    "GET /api/clock": EVERYBODY,
    "GET /api/scan/{code}": FACILITY_READERS | BEDSIDE_READERS | HANDS,
    "GET /api/story/{code}": FACILITY_READERS | BEDSIDE_READERS | HANDS,
    # desk
    "GET /api/people": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people/{code}/unlocking": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people/{code}/badge": frozenset({Role.ADMINISTRATOR}),
    "POST /api/instruments": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people/{code}/tokens/ending": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people/{code}/identity": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people/{code}/password-reset": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people/{code}/rights": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people/{code}/rights/ending": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people/{code}/qualifications": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people/{code}/review": frozenset({Role.ADMINISTRATOR}),
    "POST /api/people/{code}/leaving": frozenset({Role.ADMINISTRATOR}),
    "GET /api/access-review": frozenset({Role.ADMINISTRATOR}),
    "GET /api/access-policy": frozenset({Role.ADMINISTRATOR}),
    "POST /api/access-policy": frozenset({Role.ADMINISTRATOR}),
    "GET /api/sign-in-failures": frozenset({Role.ADMINISTRATOR}),
    "POST /api/clock": frozenset({Role.ADMINISTRATOR}),
    "POST /api/studies": frozenset({Role.STUDY_AUTHOR}),
    # materials of either side
    "GET /api/materials/{code}": FACILITY_READERS | HANDS | {Role.MONITOR},
    "POST /api/materials/{code}/handovers": HANDS,
    "POST /api/materials/{code}/handovers/confirmation": HANDS,
    "GET /api/materials/{code}/labels": HANDS | FACILITY_READERS | BEDSIDE_READERS,
    "GET /api/labels/{number}/pdf": HANDS | FACILITY_READERS,
    "POST /api/labels/{number}/reprint": HANDS,
    "POST /api/labels/{number}/account": HANDS,
    # bedside
    "GET /api/participants": BEDSIDE_READERS | FACILITY_READERS,
    "GET /api/participants/{code}": BEDSIDE_READERS | FACILITY_READERS,
    "POST /api/participants": frozenset({Role.TREATING}),
    "GET /api/participants/{code}/screening": BEDSIDE_READERS | FACILITY_READERS,
    "POST /api/participants/{code}/screening": frozenset({Role.TREATING}),
    "POST /api/participants/{code}/allocation": frozenset({Role.TREATING}),
    "POST /api/participants/{code}/weights": frozenset({Role.TREATING}),
    "GET /api/participants/{code}/weights": BEDSIDE_READERS | FACILITY_READERS,
    "POST /api/participants/{code}/weights/correction": frozenset({Role.TREATING}),
    "POST /api/participants/{code}/donations": frozenset({Role.TREATING}),
    "POST /api/participants/{code}/withdrawal": frozenset({Role.TREATING}),
    "POST /api/participants/{code}/code-break": frozenset({Role.TREATING, Role.SAFETY_PHYSICIAN}),
    "GET /api/participants/{code}/code-breaks": FACILITY_READERS,
    "GET /api/donations": BEDSIDE_READERS | HANDS | FACILITY_READERS,
    "GET /api/donations/{code}": BEDSIDE_READERS | HANDS | FACILITY_READERS,
    "GET /api/kits": BEDSIDE_READERS | HANDS | FACILITY_READERS,
    "GET /api/kits/{code}": BEDSIDE_READERS | HANDS | FACILITY_READERS,
    "POST /api/kits/{code}/retrieval": frozenset({Role.PHARMACIST}),
    "POST /api/kits/{code}/administration": frozenset({Role.TREATING}),
    "POST /api/kits/{code}/remains": frozenset({Role.PHARMACIST}),
    # facility: supplies, freezers, positions
    "GET /api/lots": FACILITY_READERS,
    "POST /api/lots": frozenset({Role.TECHNICIAN, Role.PREPARER}),
    "GET /api/freezers": FACILITY_READERS,
    "POST /api/freezers": frozenset({Role.BIOBANK_MANAGER}),
    "GET /api/freezers/{code}/temperatures": FACILITY_READERS,
    "POST /api/freezers/{code}/sensors": frozenset({Role.BIOBANK_MANAGER}),
    "POST /api/freezers/{code}/positions": frozenset({Role.BIOBANK_MANAGER}),
    "GET /api/freezers/{code}/positions": FACILITY_READERS,
    # facility: the clean room
    "POST /api/donations/{code}/receipt": frozenset({Role.TECHNICIAN, Role.BIOBANK_MANAGER}),
    "GET /api/donations/{code}/receipt": FACILITY_READERS,
    "POST /api/donations/{code}/receipt/correction": frozenset({Role.TECHNICIAN, Role.BIOBANK_MANAGER}),
    "POST /api/donations/{code}/routing": frozenset({Role.TECHNICIAN}),
    "POST /api/donations/{code}/donor-tests": frozenset({Role.TECHNICIAN, Role.QA}),
    "GET /api/donations/{code}/donor-tests": FACILITY_READERS,
    "GET /api/donations/{code}/donor-testing": FACILITY_READERS,
    "GET /api/batches": FACILITY_READERS,
    "GET /api/batches/{code}": FACILITY_READERS,
    "POST /api/batches/{code}/isolation": frozenset({Role.TECHNICIAN}),
    "POST /api/batches/{code}/cultures": frozenset({Role.TECHNICIAN}),
    "POST /api/cultures/{code}/feeds": frozenset({Role.TECHNICIAN}),
    "POST /api/cultures/{code}/harvest": frozenset({Role.TECHNICIAN}),
    "POST /api/cultures/{code}/harvest/verification": frozenset({Role.TECHNICIAN, Role.PREPARER}),
    "POST /api/batches/{code}/freezing-runs": frozenset({Role.TECHNICIAN}),
    "GET /api/units": FACILITY_READERS,
    "GET /api/units/{code}": FACILITY_READERS,
    "POST /api/units/{code}/placement": frozenset({Role.TECHNICIAN, Role.BIOBANK_MANAGER}),
    # facility: the trail
    "GET /api/trail": frozenset({Role.QA, Role.INSPECTOR}),
    "GET /api/trail/export": frozenset({Role.QA, Role.INSPECTOR}),
    "GET /api/history/{code}": FACILITY_READERS,
    # facility: quality and release
    "GET /api/batches/{code}/specification": FACILITY_READERS,
    "GET /api/batches/{code}/results": FACILITY_READERS,
    "POST /api/batches/{code}/results": frozenset({Role.TECHNICIAN, Role.QA}),
    "POST /api/batches/{code}/results/correction": frozenset({Role.TECHNICIAN, Role.QA}),
    "GET /api/batches/{code}/release-file": FACILITY_READERS,
    "GET /api/batches/{code}/release-file/pdf": FACILITY_READERS,
    "GET /api/batches/{code}/record": frozenset({Role.QA, Role.QP, Role.INSPECTOR}),
    "GET /api/batches/{code}/record/pdf": frozenset({Role.QA, Role.QP, Role.INSPECTOR}),
    "GET /api/batches/{code}/trail-review": FACILITY_READERS,
    "POST /api/batches/{code}/trail-review": frozenset({Role.QA}),
    "POST /api/batches/{code}/disposition": frozenset({Role.QA}),
    "POST /api/batches/{code}/certification": frozenset({Role.QP}),
    "POST /api/batches/{code}/sponsor-release": frozenset({Role.SPONSOR_RELEASER}),
    "GET /api/deviations": FACILITY_READERS,
    "POST /api/deviations": frozenset({Role.TECHNICIAN, Role.PREPARER, Role.BIOBANK_MANAGER, Role.QA}),
    "POST /api/deviations/{code}/closure": frozenset({Role.QA}),
    "GET /api/materials/{code}/holds": FACILITY_READERS,
    "POST /api/materials/{code}/holds": frozenset({Role.QA, Role.BIOBANK_MANAGER}),
    "POST /api/materials/{code}/holds/{number}/lifting": frozenset({Role.QA}),
    # facility: allocation list, doses, kits
    "POST /api/studies/{code}/allocation-list": frozenset({Role.STATISTICIAN}),
    "POST /api/studies/{code}/allocation-list/verification": frozenset({Role.STATISTICIAN}),
    "POST /api/participants/{code}/dose-plans": frozenset({Role.PREPARER}),
    "POST /api/kits/{code}/preparation": frozenset({Role.PREPARER}),
    "GET /api/kits/{code}/preparation": FACILITY_READERS,
    "POST /api/units/{code}/thaw": frozenset({Role.PREPARER}),
    "POST /api/kits/{code}/recount": frozenset({Role.PREPARER}),
    "POST /api/kits/{code}/low-dose-decision": frozenset({Role.QP}),
    "POST /api/kits/{code}/fill": frozenset({Role.PREPARER}),
    "POST /api/kits/{code}/ready": frozenset({Role.PREPARER}),
    "POST /api/kits/{code}/voiding": frozenset({Role.PREPARER, Role.QA}),
}
"""Method and path template of every route behind a session, and the roles that may call it."""

HUMANS_ONLY = frozenset(
    {
        "POST /api/me/password",
        "POST /api/me/pin",
        "POST /api/me/second-factor",
        "POST /api/me/second-factor/confirmation",
        "POST /api/sign-out",
        "POST /api/materials/{code}/handovers",
        "POST /api/materials/{code}/handovers/confirmation",
        "POST /api/participants",
        "POST /api/participants/{code}/screening",
        "POST /api/participants/{code}/code-break",
        "POST /api/cultures/{code}/harvest/verification",
        "POST /api/participants/{code}/weights/correction",
        "POST /api/donations/{code}/receipt/correction",
        "POST /api/kits/{code}/voiding",
        "POST /api/batches/{code}/results/correction",
        "POST /api/batches/{code}/trail-review",
        "POST /api/batches/{code}/disposition",
        "POST /api/batches/{code}/certification",
        "POST /api/batches/{code}/sponsor-release",
        "POST /api/deviations/{code}/closure",
        "POST /api/materials/{code}/holds/{number}/lifting",
        "POST /api/kits/{code}/low-dose-decision",
        "POST /api/kits/{code}/ready",
        "POST /api/kits/{code}/retrieval",
        "POST /api/kits/{code}/administration",
        "POST /api/kits/{code}/remains",
    }
)
"""What a human being answers for: signatures, consent, hands, second people. No token of an instrument is good for it."""
