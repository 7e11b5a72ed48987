from dataclasses import replace

from labels.documents import Label, content_hash


def test_the_hash_does_not_depend_on_the_order_of_the_fields(examples: dict[str, Label]) -> None:
    kit = examples["kit"]
    turned = replace(kit, fields=dict(reversed(kit.fields.items())))
    assert content_hash(turned) == content_hash(kit)
    assert len(content_hash(kit)) == 64


def test_the_hash_changes_with_anything_that_is_printed(examples: dict[str, Label]) -> None:
    kit = examples["kit"]
    changed = [
        replace(kit, layout="position"),
        replace(kit, payload="LX01D26000123L"),
        replace(kit, fields={**kit.fields, "visit": "V5"}),
        replace(kit, language="nb"),
        replace(kit, fields={name: text for name, text in kit.fields.items() if name != "contact"}),
    ]
    assert len({content_hash(label) for label in [kit, *changed]}) == 6


def test_the_hash_stays_what_it_was() -> None:
    label = Label("position", {"freezer": "LN2 tank 2", "place": "A9"}, "LX01P26000912Z")
    assert content_hash(label) == "9d07205e7fc3d3e88ba2191129eda7173b700c73167111c40212bdabad6b4ccf"
