"""What layouts are made of, in tenths of a millimetre; type sizes in points, never below 5."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Text in the label's language that stands on every label of the layout, or only on one whose field `when` says yes."""

    key: str
    pt: int
    bold: bool = True
    lines: int = 1
    when: str = ""


@dataclass(frozen=True)
class Field:
    """Text given with the label, on at most `lines` lines; where captioned, after the caption of its name."""

    name: str
    pt: int
    captioned: bool = True
    bold: bool = False
    lines: int = 1
    required: bool = True


@dataclass(frozen=True)
class Code:
    """The number of the payload in plain characters; its check character stands in a box (ISBT 128 ST-001).

    `isbt128` is the type size of numbers of ISBT 128, which are longer, where the layout has less room for them.
    """

    pt: int
    bold: bool = True
    isbt128: int | None = None


Entry = Words | Field | Code


@dataclass(frozen=True)
class Column:
    """Entries one below the other, from a top left corner."""

    x: int
    y: int
    width: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Area:
    """Room kept for a symbol and its quiet zone."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Layout:
    """One kind of label: its size, the Data Matrix, a Code 128 where the width allows it, the text, and where the figure of a
    biological hazard stands if a marker is reactive.
    """

    width: int
    height: int
    matrix: Area
    columns: tuple[Column, ...]
    bars: Area | None = None
    hazard: Area | None = None

    def fields(self) -> tuple[Field, ...]:
        """Every field that the layout shows, in reading order."""
        return tuple(entry for entry in self._entries() if isinstance(entry, Field))

    def conditions(self) -> frozenset[str]:
        """Fields that are not shown but answered with yes, and then make words appear."""
        return frozenset(entry.when for entry in self._entries() if isinstance(entry, Words) and entry.when)

    def _entries(self) -> tuple[Entry, ...]:
        return tuple(entry for column in self.columns for entry in column.entries)


AUTOLOGOUS = "autologous"  # Reg. 1394/2007 Art. 12; 21 CFR 1271.90(c)(1)
TRIAL_USE = "trial_use"  # Reg. 536/2014 Annex VI A.1(i)
QUARANTINE = "quarantine"
BIOHAZARD = "biohazard"
NOT_EVALUATED = "not_evaluated"


def biohazard(pt: int, *, brief: bool = False, bold: bool = True) -> Words:
    """The warning where a marker of the donor is reactive (Dir. 2006/86/EC Annex II.E)."""
    return Words("biohazard_brief" if brief else "biohazard", pt, bold, when=BIOHAZARD)


def not_evaluated(pt: int, *, bold: bool = True) -> Words:
    """What is said until every test of the donor is there (21 CFR 1271.90(c)(2)); a vial has no room for it."""
    return Words("not_evaluated", pt, bold, when=NOT_EVALUATED)
