from dataclasses import replace
from itertools import combinations

import pytest

from labels import layouts, words
from labels.documents import DoesNotFit, Label, MissingField, NoGlyph, RefusedLabel, UnknownField
from labels.geometry import RESOLUTIONS, Block, Drawing, place
from labels.parts import Field, Words
from tests.labels.worst import full

FIELDS = [(name, field.name) for name, layout in layouts.LAYOUTS.items() for field in layout.fields()]
REQUIRED = [(name, field.name) for name, layout in layouts.LAYOUTS.items() for field in layout.fields() if field.required]
everywhere = pytest.mark.parametrize("dpi", RESOLUTIONS)
every_layout = pytest.mark.parametrize("layout", layouts.LAYOUTS)
every_language = pytest.mark.parametrize("language", words.LANGUAGES)
MATERIAL = {"aspirate", "donation", "batch", "culture", "unit", "bag"}


def overlap(one: Block, other: Block) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def parts(drawing: Drawing) -> list[Block]:
    return [part.block for part in (*drawing.symbols, *drawing.texts, *drawing.figures)]


def test_there_is_an_example_of_every_layout(examples: dict[str, Label]) -> None:
    assert set(examples) == set(layouts.LAYOUTS)


@everywhere
@every_layout
def test_nothing_overlaps_or_leaves_the_label_even_when_full(examples: dict[str, Label], layout: str, dpi: int) -> None:
    drawing = place(full(examples[layout], dpi), dpi)
    for one, other in combinations(parts(drawing), 2):
        assert not overlap(one, other)
    for frame in drawing.frames:
        assert not any(overlap(frame, symbol.block) for symbol in drawing.symbols)
        # The frame stands around the check character alone.
        assert sum(overlap(frame, text.block) for text in drawing.texts) == 1
    for block in [*parts(drawing), *drawing.frames]:
        assert block.x >= 0
        assert block.y >= 0
        assert block.x + block.width <= drawing.width
        assert block.y + block.height <= drawing.height


@everywhere
@every_layout
def test_modules_and_quiet_zones_keep_their_minimum(examples: dict[str, Label], layout: str, dpi: int) -> None:
    matrix, *bars = place(examples[layout], dpi).symbols
    module = min(block.width for block in matrix.dark)
    assert module * 25.4 / dpi >= 0.25
    assert min(block.x for block in matrix.dark) - matrix.block.x == 2 * module
    assert min(block.y for block in matrix.dark) - matrix.block.y == 2 * module
    for symbol in bars:
        narrow = min(block.width for block in symbol.dark)
        assert narrow * 25.4 / dpi >= 0.25
        assert min(block.x for block in symbol.dark) - symbol.block.x == 10 * narrow
        assert symbol.block.height * 25.4 / dpi >= 5


@everywhere
@every_layout
def test_no_text_is_smaller_than_five_points(examples: dict[str, Label], layout: str, dpi: int) -> None:
    assert all(text.size * 72 / dpi >= 5 for text in place(examples[layout], dpi).texts)


@everywhere
@pytest.mark.parametrize(("layout", "field"), FIELDS)
def test_a_text_that_is_too_long_is_refused_by_name(examples: dict[str, Label], layout: str, field: str, dpi: int) -> None:
    label = examples[layout]
    for text in ("M" * 99, "long words " * 30):
        with pytest.raises(DoesNotFit) as caught:
            place(replace(label, fields={**label.fields, field: text}), dpi)
        assert caught.value.field == field


@everywhere
@every_layout
def test_a_payload_that_is_too_long_is_refused_by_name(examples: dict[str, Label], layout: str, dpi: int) -> None:
    for payload in ("M" * 1500, "M" * 5000):
        with pytest.raises(RefusedLabel) as caught:
            place(replace(examples[layout], payload=payload), dpi)
        assert caught.value.field == "payload"


@pytest.mark.parametrize(("layout", "field"), REQUIRED)
def test_a_field_that_the_layout_needs_must_be_given(examples: dict[str, Label], layout: str, field: str) -> None:
    label = examples[layout]
    without = {name: text for name, text in label.fields.items() if name != field}
    for fields in (without, {**without, field: "  "}):
        with pytest.raises(MissingField) as caught:
            place(replace(label, fields=fields))
        assert caught.value.field == field


def test_a_field_that_the_layout_does_not_show_is_refused(examples: dict[str, Label]) -> None:
    kit = examples["kit"]
    with pytest.raises(UnknownField) as caught:
        place(replace(kit, fields={**kit.fields, "lot": "LX01L26000001"}))
    assert caught.value.field == "lot"


@pytest.mark.parametrize("text", ["骨髄", "V4\nV5", "V4\tV5", "V4\u200b"])
def test_a_character_that_would_print_as_a_box_is_refused(examples: dict[str, Label], text: str) -> None:
    kit = examples["kit"]
    with pytest.raises(NoGlyph) as caught:
        place(replace(kit, fields={**kit.fields, "visit": text}))
    assert caught.value.field == "visit"
    assert caught.value.character in text


@pytest.mark.parametrize("payload", ["", "Åse"])
def test_a_payload_that_no_scanner_could_read_is_refused(examples: dict[str, Label], payload: str) -> None:
    with pytest.raises(RefusedLabel) as caught:
        place(replace(examples["kit"], payload=payload))
    assert caught.value.field == "payload"


def test_an_unknown_layout_or_print_head_is_refused(examples: dict[str, Label]) -> None:
    with pytest.raises(RefusedLabel, match="no such layout"):
        place(replace(examples["kit"], layout="poster"))
    with pytest.raises(ValueError, match="72 dots"):
        place(examples["kit"], dpi=72)


@every_language
@every_layout
def test_what_the_law_asks_for_stands_on_the_label(examples: dict[str, Label], layout: str, language: str) -> None:
    said = words.catalogue(language).statements
    shown = {text.text for text in place(replace(examples[layout], language=language)).texts}
    assert (said["autologous"] in shown) == (layout in MATERIAL | {"kit", "carton", "release"})
    assert (said["trial_use"] in shown) == (layout in {"kit", "carton"})
    assert (said["quarantine"] in shown) == (layout in {"culture", "batch"})
    assert (said["released"] in shown) == (layout == "release")


@every_language
@pytest.mark.parametrize("layout", sorted(MATERIAL | {"sample", "kit", "carton", "release"}))
def test_reactive_markers_are_warned_of_where_they_are_and_nowhere_else(
    examples: dict[str, Label], layout: str, language: str
) -> None:
    label, said = replace(examples[layout], language=language), words.catalogue(language).statements
    warnings = {said["biohazard"], said["biohazard_brief"]}
    plain, reactive = place(label), place(replace(label, fields={**label.fields, "biohazard": "yes"}))
    assert not warnings & {text.text for text in plain.texts}
    assert len([text for text in reactive.texts if text.text in warnings]) == 1
    assert (len(plain.figures), len(reactive.figures)) == (0, layout != "unit"), "a vial has room for the word alone"
    with pytest.raises(RefusedLabel) as caught:
        place(replace(label, fields={**label.fields, "biohazard": "HBV"}))
    assert caught.value.field == "biohazard"


@everywhere
@every_language
@every_layout
def test_the_same_content_fits_in_every_language(examples: dict[str, Label], layout: str, language: str, dpi: int) -> None:
    label = examples[layout]
    warned = dict.fromkeys(layouts.LAYOUTS[layout].conditions(), "yes")
    place(replace(label, fields=label.fields | warned, language=language), dpi)


@everywhere
@every_language
def test_no_release_waits_for_the_length_of_a_name(examples: dict[str, Label], language: str, dpi: int) -> None:
    release = examples["release"]
    name = "María del Carmen Fernández Rodríguez de la Cruz y Mendoza"
    place(replace(release, fields=release.fields | {"certified_by": name}, language=language), dpi)


def test_a_language_without_words_is_refused(examples: dict[str, Label]) -> None:
    with pytest.raises(RefusedLabel) as caught:
        place(replace(examples["kit"], language="fr"))
    assert caught.value.field == "language"


def test_every_language_says_everything_and_nothing_more() -> None:
    entries = [entry for layout in layouts.LAYOUTS.values() for column in layout.columns for entry in column.entries]
    statements = {entry.key for entry in entries if isinstance(entry, Words)}
    captions = {entry.name for entry in entries if isinstance(entry, Field) and entry.captioned}
    for language in words.LANGUAGES:
        said = words.catalogue(language)
        assert (said.statements.keys(), said.captions.keys()) == (statements, captions)
        assert all(said.statements.values())
        assert all(said.captions.values())


def test_two_kits_differ_in_nothing_but_what_was_given(examples: dict[str, Label]) -> None:
    one, other = place(examples["kit"]), place(replace(examples["kit"], payload="LRMUP7W2J"))
    differing = [(a.text, b.text) for a, b in zip(one.texts, other.texts, strict=True) if a.text != b.text]
    assert differing == [("B7K2Q9XM", "LRMUP7W2"), ("G", "J")]
