"""Labels of places and people: the box that travels, where something lies in a freezer, the participant's wrist, a scanner."""

from labels.parts import Area, Code, Column, Field, Layout, Words

TRANSPORT = Layout(
    width=1000,
    height=500,
    matrix=Area(20, 20, 180, 180),
    bars=Area(20, 380, 960, 105),
    columns=(
        Column(20, 215, 190, (Words("no_x_ray", 6, lines=2), Words("upright", 6, lines=2))),
        Column(
            220,
            20,
            760,
            (
                Words("human_material", 8),
                Code(12),
                Field("sender", 8, lines=2),
                Field("receiver", 8, lines=2, bold=True),
                Field("packed_at", 8),
                Field("temperature", 8),
                Field("contact", 8, required=False),
            ),
        ),
    ),
)

RACK = Layout(
    width=760,
    height=250,
    matrix=Area(20, 20, 180, 180),
    columns=(
        Column(
            220,
            20,
            520,
            (
                Code(11),
                Field("freezer", 8, captioned=False, lines=2),
                Field("place", 11, captioned=False, bold=True, lines=2),
            ),
        ),
    ),
)

BOX = Layout(
    width=510,
    height=250,
    matrix=Area(12, 12, 150, 150),
    columns=(
        Column(
            172,
            12,
            328,
            (
                Code(8),
                Field("place", 10, captioned=False, bold=True, lines=2),
                Field("freezer", 7, captioned=False, lines=2),
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
            (
                Code(8),
                Field("freezer", 8, captioned=False, bold=True, lines=2),
                Field("place", 8, captioned=False, lines=2),
            ),
        ),
    ),
)

# No name and no date of birth: who may know them asks the participant for them, and the record knows the number alone.
WRISTBAND = Layout(
    width=760,
    height=250,
    matrix=Area(20, 20, 180, 180),
    columns=(
        Column(
            220,
            20,
            520,
            (
                Code(14),
                Field("trial", 8),
                Field("site", 8, lines=3),
            ),
        ),
    ),
)

# It is on no thing: scanned, its symbol tells whether a scanner and a computer understand each other.
SCANNER = Layout(
    width=510,
    height=250,
    matrix=Area(12, 12, 226, 226),
    columns=(Column(250, 24, 248, (Words("test_symbol", 8), Words("test_symbol_use", 7, lines=3))),),
)
