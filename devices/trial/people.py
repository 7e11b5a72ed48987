"""Who works in the simulated trial. The names are made up."""

from dataclasses import dataclass

SITES = ("01", "02", "03", "04")
FACILITY = "gmp-1"


@dataclass(frozen=True)
class Member:
    """One named person: user name, name, side, role, and the site or facility where they work."""

    username: str
    name: str
    side: str
    role: str
    place: str | None = None


ADMINISTRATOR = Member("ada", "Ada Nordli", "desk", "administrator")
VERIFIER = Member("vera", "Vera Sund", "desk", "administrator")
"""She sees who people are whom Ada enrols."""


def crew(study: str) -> tuple[Member, ...]:
    """Everybody that the path needs, for all sites of ``study`` and its facility."""
    return (
        Member("stella", "Stella Haugen", "desk", "study_author"),
        *(Member(f"tess{site}", f"Tess Solberg {site}", "bedside", "treating", f"{study}/{site}") for site in SITES),
        *(Member(f"phil{site}", f"Phil Bakke {site}", "bedside", "pharmacist", f"{study}/{site}") for site in SITES),
        Member("cora", "Cora Lund", "bedside", "courier"),
        Member("mona", "Mona Vik", "bedside", "monitor"),
        Member("tom", "Tom Eide", "facility", "technician", FACILITY),
        Member("tina", "Tina Moen", "facility", "technician", FACILITY),
        Member("bo", "Bo Strand", "facility", "biobank_manager", FACILITY),
        Member("pia", "Pia Dahl", "facility", "preparer", FACILITY),
        Member("paul", "Paul Foss", "facility", "preparer", FACILITY),
        Member("quinn", "Quinn Ås", "facility", "qa"),
        Member("quentin", "Quentin Rød", "facility", "qp"),
        Member("sam", "Sam Holm", "facility", "sponsor_releaser"),
        Member("stan", "Stan Lie", "facility", "statistician"),
        Member("sofia", "Sofia Berg", "facility", "safety_physician"),
        Member("ingrid", "Ingrid Moe", "facility", "inspector"),
    )
