"""What each kind of label shows and where, in tenths of a millimetre; type sizes in points, never below 5.

Statements that the law asks for are part of the layout, so that nobody can forget them.
"""

from dataclasses import dataclass

AUTOLOGOUS = "For autologous use only"  # Reg. 1394/2007 Art. 12; 21 CFR 1271.90(c)(1)
TRIAL_USE = "For clinical trial use only"  # Reg. 536/2014 Annex VI A.1(i)
QUARANTINE = "QUARANTINE"


@dataclass(frozen=True)
class Words:
    """Text that stands on every label of the layout."""

    text: str
    pt: int
    bold: bool = True


@dataclass(frozen=True)
class Field:
    """Text given with the label, after its caption, on at most `lines` lines."""

    name: str
    pt: int
    caption: str = ""
    bold: bool = False
    lines: int = 1
    required: bool = True


@dataclass(frozen=True)
class Code:
    """The payload in plain characters; the last one, its check character, stands in a box (ISBT 128 ST-001)."""

    pt: int
    bold: bool = True


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
    """One kind of label: its size, the Data Matrix, a Code 128 where the width allows it, and the text."""

    width: int
    height: int
    matrix: Area
    columns: tuple[Column, ...]
    bars: Area | None = None

    def fields(self) -> tuple[Field, ...]:
        """Every field that the layout shows, in reading order."""
        return tuple(entry for column in self.columns for entry in column.entries if isinstance(entry, Field))


DONATION = Layout(
    width=760,
    height=380,
    matrix=Area(20, 20, 150, 150),
    bars=Area(20, 265, 720, 95),
    columns=(
        Column(
            190,
            20,
            550,
            (
                Words("BONE MARROW ASPIRATE", 8),
                Code(11),
                Field("participant", 8, "Participant", bold=True),
                Field("collected_at", 7, "Collected"),
                Field("volume", 7, "Volume"),
                Words(AUTOLOGOUS, 8),
            ),
        ),
    ),
)

CULTURE = Layout(
    width=510,
    height=250,
    matrix=Area(12, 12, 116, 116),
    columns=(
        Column(20, 150, 105, (Field("passage", 16, bold=True),)),
        Column(
            140,
            12,
            358,
            (
                Words(QUARANTINE, 9),
                Code(9),
                Field("identity", 6, "Identity", bold=True),
                Field("batch", 6, "Batch"),
                Field("vessel", 6, "Vessel"),
                Field("seeded_at", 6, "Seeded"),
                Words(AUTOLOGOUS, 6),
            ),
        ),
    ),
)

UNIT = Layout(
    width=330,
    height=130,
    matrix=Area(2, 19, 92, 92),
    columns=(
        Column(
            97,
            7,
            230,
            (
                Code(6, bold=False),
                Field("identity", 5, bold=True),
                Field("contents", 5),
                Field("frozen_on", 5, "Frozen"),
                Words(AUTOLOGOUS, 5, bold=False),
            ),
        ),
    ),
)

SAMPLE = Layout(
    width=510,
    height=250,
    matrix=Area(12, 12, 116, 116),
    columns=(
        Column(
            140,
            12,
            358,
            (
                Words("SAMPLE", 9),
                Code(9),
                Field("identity", 6, "Identity", bold=True),
                Field("taken_from", 6, "Taken from"),
                Field("test", 6, "Test", lines=2),
                Field("taken_at", 6, "Taken"),
            ),
        ),
    ),
)

# The face that the bedside sees. Nothing here may depend on what the kit holds (Annex VI A.1(b), A.2.2).
KIT = Layout(
    width=760,
    height=510,
    matrix=Area(20, 20, 150, 150),
    columns=(
        Column(
            190,
            20,
            550,
            (
                Code(13),
                Field("participant", 9, "Participant", bold=True),
                Field("visit", 8, "Visit"),
                Field("trial", 8, "Trial"),
                Field("route", 8, "Route"),
                Field("volume", 8, "Volume"),
                Field("use_before", 8, "Use before", bold=True),
                Field("storage", 7, "Store", required=False),
                Field("contact", 7, "Contact", lines=2, required=False),
                Words(TRIAL_USE, 8),
                Words(AUTOLOGOUS, 8),
            ),
        ),
    ),
)

TRANSPORT = Layout(
    width=1000,
    height=500,
    matrix=Area(20, 20, 180, 180),
    bars=Area(20, 380, 960, 105),
    columns=(
        Column(20, 220, 190, (Words("DO NOT X-RAY", 6), Words("KEEP UPRIGHT", 6))),
        Column(
            220,
            20,
            760,
            (
                Words("HUMAN BIOLOGICAL MATERIAL", 9),
                Code(12),
                Field("sender", 8, "From", lines=2),
                Field("receiver", 8, "To", lines=2, bold=True),
                Field("packed_at", 8, "Packed"),
                Field("temperature", 8, "Keep at"),
                Field("contact", 8, "Call", required=False),
            ),
        ),
    ),
)

POSITION = Layout(
    width=510,
    height=250,
    matrix=Area(12, 12, 150, 150),
    columns=(
        Column(
            172,
            12,
            328,
            (Code(8), Field("freezer", 8, bold=True, lines=2), Field("place", 8, lines=2)),
        ),
    ),
)

BATCH = Layout(
    width=510,
    height=250,
    matrix=Area(12, 12, 116, 116),
    columns=(
        Column(
            140,
            12,
            358,
            (
                Words(QUARANTINE, 9),
                Code(9),
                Field("identity", 6, "Identity", bold=True),
                Field("product", 6, lines=2),
                Field("started_at", 6, "Started"),
                Words(AUTOLOGOUS, 6),
            ),
        ),
    ),
)

RELEASE = Layout(
    width=1000,
    height=500,
    matrix=Area(20, 20, 180, 180),
    columns=(
        Column(
            220,
            20,
            760,
            (
                Words("RELEASED", 12),
                Code(12),
                Field("identity", 9, "Identity", bold=True),
                Field("product", 8, lines=2),
                Field("batch", 8, "Batch"),
                Field("use_before", 8, "Use before", bold=True),
                Field("released_at", 8, "Released"),
                Field("certified_by", 8, "Certified by (QP)"),
                Words(AUTOLOGOUS, 9),
            ),
        ),
    ),
)

LAYOUTS = {
    "donation": DONATION,
    "culture": CULTURE,
    "unit": UNIT,
    "sample": SAMPLE,
    "kit": KIT,
    "transport": TRANSPORT,
    "position": POSITION,
    "batch": BATCH,
    "release": RELEASE,
}
