"""The families of codes, each with the version of its rules; both are kept with every code that somebody records."""

from enum import StrEnum


class Profile(StrEnum):
    """Whose rules a code follows."""

    LOCAL = "LOCAL"
    ISBT128 = "ISBT128"
    SEC = "SEC"
    GS1 = "GS1"


VERSIONS = {
    Profile.LOCAL: "1",
    Profile.ISBT128: "ST-001 6.2.2",
    Profile.SEC: "Dir. 2006/86/EC, Annex VII",
    Profile.GS1: "General Specifications, as biip 5 reads them",
}
