"""Structure 003: what a product is. Codes come from the site; none is kept or invented here (ST-001 §2.4.3)."""

import re
from dataclasses import dataclass

from labels.isbt128.structures import Structure
from labels.wrong import UnknownCode

WITH_COLLECTION = frozenset("SEFHPY")  # families whose last characters are a type of collection and a division
NUMBERED = frozenset("TVRMNW")  # families whose last three characters number the division
LOCAL = "D"
UNDIVIDED, LONG_DIVISION = "00", "99"  # the latter: structure 032 says which
AUTOLOGOUS = frozenset("1X")
BIOHAZARD = "X"


@dataclass(frozen=True)
class ProductCode(Structure):
    """A product description code of five characters, and three that say of its collection and division."""

    product: str
    ending: str

    NUMBER, LENGTH = "003", 10
    FORM = re.compile(r"=<(?P<product>[A-Z][0-9A-Z]{4})(?P<ending>[0-9A-Za-z]{3})")
    WRITTEN = "=<, a product code of five and three more characters"

    def __post_init__(self) -> None:
        super().__post_init__()
        family = self.product[0]
        if family in WITH_COLLECTION:
            if not re.fullmatch(r"[0-9A-Z]([A-Z][0a-z]|00|99)", self.ending):
                raise UnknownCode(self.data, f"a product of family {family} ends in a type of collection and a division")
        elif family in NUMBERED:
            if not re.fullmatch(r"[0-9]{3}", self.ending):
                raise UnknownCode(self.data, f"a product of family {family} ends in a division of three digits")
        elif family != LOCAL:
            raise UnknownCode(self.data, f"{family} is no family of products")

    @property
    def collection(self) -> str | None:
        """The type of collection, for the families that have one."""
        return self.ending[0] if self.product[0] in WITH_COLLECTION else None

    @property
    def division(self) -> str:
        """Which part it is; '99' where structure 032 says so."""
        return self.ending[1:] if self.product[0] in WITH_COLLECTION else self.ending

    @property
    def is_autologous(self) -> bool:
        """Whether the type of collection says: for the donor only."""
        return self.collection in AUTOLOGOUS

    @property
    def is_biohazard(self) -> bool:
        """Whether the type of collection says that it may infect."""
        return self.collection == BIOHAZARD

    @property
    def is_investigational(self) -> bool:
        """Whether it is a code of a clinical trial (YA to YZ)."""
        return re.match("Y[A-Z]", self.product) is not None

    @property
    def data(self) -> str:
        """=< and eight characters."""
        return f"=<{self.product}{self.ending}"
