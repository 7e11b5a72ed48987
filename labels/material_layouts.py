"""Labels of the patient's material: what is taken, what grows, what is frozen, what is tested."""

from labels.parts import AUTOLOGOUS, QUARANTINE, Area, Code, Column, Field, Layout, Words, biohazard, not_evaluated

# The syringe or tube itself; what finds no room here stands on the donation's label, packed with it.
ASPIRATE = Layout(
    width=510,
    height=250,
    matrix=Area(12, 12, 116, 116),
    columns=(
        Column(
            140,
            12,
            358,
            (
                Words("aspirate", 6, lines=2),
                Code(9, isbt128=7),
                Field("participant", 6, bold=True),
            ),
        ),
        Column(12, 137, 398, (Field("collected_at", 6),)),
        Column(12, 163, 486, (Words(AUTOLOGOUS, 6), biohazard(8), not_evaluated(5, bold=False))),
    ),
    hazard=Area(415, 140, 80, 80),
)

DONATION = Layout(
    width=760,
    height=560,
    matrix=Area(20, 20, 150, 150),
    bars=Area(20, 445, 720, 95),
    columns=(
        Column(
            190,
            20,
            550,
            (
                Words("aspirate", 8),
                Code(11),
                Field("participant", 8, bold=True),
                Field("collected_at", 7),
                Field("volume", 7),
                Field("use_before", 7, required=False),
                Field("establishment", 7, required=False, lines=2),
                Words(AUTOLOGOUS, 8),
            ),
        ),
        Column(20, 336, 720, (biohazard(8), not_evaluated(6), Field("donation_sequence", 7, required=False))),
    ),
    hazard=Area(25, 182, 140, 140),
)

BATCH = Layout(
    width=510,
    height=250,
    matrix=Area(12, 12, 116, 116),
    columns=(
        Column(
            140,
            8,
            358,
            (
                Words(QUARANTINE, 9),
                Code(9),
                Field("identity", 6, bold=True),
                Field("product", 6, captioned=False, lines=2),
                Field("started_at", 6),
            ),
        ),
        Column(12, 197, 430, (Words(AUTOLOGOUS, 6), biohazard(6))),
    ),
    hazard=Area(450, 196, 48, 48),
)

CULTURE = Layout(
    width=510,
    height=250,
    matrix=Area(12, 12, 116, 116),
    columns=(
        Column(12, 130, 116, (Field("passage", 14, captioned=False, bold=True),)),
        Column(
            140,
            8,
            358,
            (
                Words(QUARANTINE, 9),
                Code(9),
                Field("identity", 6, bold=True),
                Field("batch", 6),
                Field("vessel", 6),
                Field("seeded_at", 6),
            ),
        ),
        Column(12, 197, 430, (Words(AUTOLOGOUS, 6), biohazard(6))),
    ),
    hazard=Area(450, 196, 48, 48),
)

# Round a vial of 12.5 mm: the symbol on the left is what faces the reader, everything else may go round the curve.
UNIT = Layout(
    width=330,
    height=130,
    matrix=Area(2, 2, 80, 80),
    columns=(
        Column(
            84,
            3,
            243,
            (
                Code(6, bold=False, isbt128=5),
                Field("identity", 5, captioned=False, bold=True),
                Field("contents", 5, captioned=False),
            ),
        ),
        Column(3, 84, 200, (Field("frozen_on", 5),)),
        Column(205, 84, 124, (biohazard(5, brief=True, bold=False),)),
        Column(3, 107, 324, (Words(AUTOLOGOUS, 5, bold=False),)),
    ),
)

# A dot of 9.5 mm on the cap has room for the symbol alone; the code in plain characters stands on the side.
CAP = Layout(width=95, height=95, matrix=Area(14, 14, 67, 67), columns=())

BAG = Layout(
    width=1000,
    height=500,
    matrix=Area(20, 20, 180, 180),
    bars=Area(20, 390, 960, 95),
    columns=(
        Column(
            220,
            8,
            760,
            (
                Code(12),
                Field("identity", 9, bold=True),
                Field("product", 8, captioned=False, lines=2),
                Field("contents", 8, captioned=False),
                Field("volume", 8),
                Field("frozen_on", 8),
                Field("storage", 8, required=False),
                Words(AUTOLOGOUS, 9),
            ),
        ),
        Column(20, 215, 190, (biohazard(7, brief=True),)),
        Column(20, 361, 960, (not_evaluated(6),)),
    ),
    hazard=Area(55, 252, 104, 104),
)

SAMPLE = Layout(
    width=510,
    height=250,
    matrix=Area(12, 12, 116, 116),
    columns=(
        Column(
            140,
            8,
            358,
            (
                Words("sample", 9),
                Code(9, isbt128=7),
                Field("identity", 6, bold=True),
                Field("taken_from", 6),
                Field("test", 6, lines=2),
            ),
        ),
        Column(12, 197, 430, (Field("taken_at", 6), biohazard(6))),
    ),
    hazard=Area(450, 196, 48, 48),
)
