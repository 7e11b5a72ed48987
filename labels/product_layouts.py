"""Labels of the medicine: the blinded kit, its outer carton, and the release."""

from labels.parts import AUTOLOGOUS, TRIAL_USE, Area, Code, Column, Field, Layout, Words, biohazard

# The face that the bedside sees (Annex VI A.2.2). Nothing here may depend on what the kit holds: also the warning of
# reactive markers is the participant's, on every kit of theirs.
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
                Field("participant", 9, bold=True),
                Field("visit", 8),
                Field("trial", 8),
                Field("route", 8),
                Field("volume", 8),
                Field("use_before", 7, bold=True),
                Field("storage", 7, required=False),
                Field("contact", 7, lines=2),
                Words(TRIAL_USE, 8),
                Words(AUTOLOGOUS, 8),
            ),
        ),
        Column(20, 190, 165, (biohazard(6, brief=True),)),
    ),
    hazard=Area(25, 222, 140, 140),
)

# Annex VI A.1, in the order of its letters. A blinded trial names the substance together with what it is compared to, the
# same on every carton; the number in the code stands for the batch (d) and the treatment (f).
CARTON = Layout(
    width=1000,
    height=1000,
    matrix=Area(20, 20, 180, 180),
    columns=(
        Column(
            220,
            20,
            760,
            (
                Code(13),
                Field("participant", 9, bold=True),
                Field("visit", 8),
                Field("trial", 8),
                Field("site", 8, lines=3),
                Field("investigator", 8),
            ),
        ),
        Column(
            20,
            345,
            960,
            (
                Field("contact", 8, lines=3),
                Field("sponsor", 8, lines=2),
                Field("substance", 8, lines=2, bold=True),
                Field("form", 8),
                Field("route", 8),
                Field("quantity", 8),
                Field("directions", 8, lines=2),
                Field("storage", 8, lines=2),
                Field("use_before", 9, bold=True),
                Words(TRIAL_USE, 9),
                Words(AUTOLOGOUS, 9),
                Words("children", 8, bold=False, when="taken_home"),
            ),
        ),
        Column(20, 215, 190, (biohazard(7, brief=True),)),
    ),
    hazard=Area(62, 250, 90, 90),
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
                Words("released", 12),
                Code(12),
                Field("identity", 9, bold=True),
                Field("product", 8, captioned=False, lines=2),
                Field("batch", 8),
                Field("use_before", 8, bold=True, required=False),
                Field("released_at", 8),
                Field("certified_by", 8, lines=2),
                Words(AUTOLOGOUS, 9),
            ),
        ),
        Column(20, 215, 190, (biohazard(7, brief=True),)),
    ),
    hazard=Area(30, 255, 160, 160),
)
