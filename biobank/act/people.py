"""Who acts: a person, their one side, and the roles they hold at sites and facilities."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID, uuid5

from biobank.db.roles import Login


class Side(StrEnum):
    """Everybody has one side, always, for the whole installation (docs/decisions/0001)."""

    BEDSIDE = "bedside"
    FACILITY = "facility"
    DESK = "desk"
    SYSTEM = "system"


class Role(StrEnum):
    """What a person may be asked to do."""

    TREATING = "treating"
    ASSESSOR = "assessor"
    PHARMACIST = "pharmacist"
    COURIER = "courier"
    MONITOR = "monitor"
    SPONSOR_READER = "sponsor_reader"
    TECHNICIAN = "technician"
    BIOBANK_MANAGER = "biobank_manager"
    PREPARER = "preparer"
    QA = "qa"
    QP = "qp"
    SPONSOR_RELEASER = "sponsor_releaser"
    SAFETY_PHYSICIAN = "safety_physician"
    STATISTICIAN = "statistician"
    UNBLINDED_MONITOR = "unblinded_monitor"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"
    STUDY_AUTHOR = "study_author"


SIDE_OF: dict[Role, Side] = {
    **dict.fromkeys(
        (Role.TREATING, Role.ASSESSOR, Role.PHARMACIST, Role.COURIER, Role.MONITOR, Role.SPONSOR_READER), Side.BEDSIDE
    ),
    **dict.fromkeys(
        (
            Role.TECHNICIAN,
            Role.BIOBANK_MANAGER,
            Role.PREPARER,
            Role.QA,
            Role.QP,
            Role.SPONSOR_RELEASER,
            Role.SAFETY_PHYSICIAN,
            Role.STATISTICIAN,
            Role.UNBLINDED_MONITOR,
            Role.INSPECTOR,
        ),
        Side.FACILITY,
    ),
    Role.ADMINISTRATOR: Side.DESK,
    Role.STUDY_AUTHOR: Side.DESK,
}

LOGIN_OF: dict[Side, Login] = {
    Side.BEDSIDE: Login.BEDSIDE,
    Side.FACILITY: Login.FACILITY,
    Side.DESK: Login.DESK,
    Side.SYSTEM: Login.WORKER,
}


@dataclass(frozen=True)
class Person:
    """A person as the request found them. ``places`` are the codes of the sites (bedside) or facilities they work at.

    An empty ``places`` means every place of their side: couriers, monitors and the facility's quality people have none.
    """

    id: UUID
    username: str
    name: str
    side: Side
    roles: frozenset[Role]
    places: frozenset[str] = field(default_factory=frozenset)

    def works_at(self, place: str) -> bool:
        """Whether objects of ``place`` exist for this person."""
        return not self.places or place in self.places


_SYSTEM_NAMES = UUID("6a9d1f0e-5d0b-4c55-8d0a-2f6d3c1b7e90")


def _system(username: str, name: str) -> Person:
    return Person(uuid5(_SYSTEM_NAMES, username), username, name, Side.SYSTEM, frozenset())


PREPARER_OF_DATABASE = _system("prepare", "Database preparation")
WORKER = _system("worker", "Background worker")
INGEST = _system("ingest", "Telemetry ingest")
PRINTING = _system("printing", "Label printing")
DOOR = _system("door", "Refused sign-in")
SYSTEM_PEOPLE = (PREPARER_OF_DATABASE, WORKER, INGEST, PRINTING, DOOR)
"""Named system people: what a process does by itself is an act of one of them."""


@dataclass(frozen=True)
class SignedBy:
    """Proof that the acting person gave all components of their signature for this very act."""

    person_id: UUID
    printed_name: str
    meaning: str
