"""A log walked in stretches, by one process or several, is the log walked at once."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biobank.audit import verifier
from biobank.audit.headsfile import Exported
from biobank.audit.joining import Joined, join
from biobank.audit.merkle import leaf_hash, root_of
from biobank.audit.walking import judge
from tests.sealed_log import Log, log, logs

__all__ = ["log", "logs"]

STRETCH = 8
Row = Sequence[Any]


def rows(batches: Sequence[int]) -> list[Row]:
    """A log of acts, sealed in ``batches``, each with its sealing and a time of its own."""
    made: list[Row] = []
    for number, size in enumerate(batches):
        at, first = 1000 + number, len(made)
        made += [_row(first + more, at, leaf_hash(b"{}"), "act", "{}") for more in range(size)]
        text = f"sealed at {at}\n{first} {at}"
        made.append(_row(len(made), at, leaf_hash(text.encode()), None, None))
    return made


def _row(number: int, at: int, leaf: bytes, act: str | None, body: str | None) -> Row:
    return (number, at, leaf, None, act, None, None, body, None, None, None, None, None)


def joined(made: Sequence[Row], size: int) -> Joined:
    def stretches() -> Iterator[Any]:
        for first in range(0, size, STRETCH):
            beyond = min(first + STRETCH, size)
            part = [row for row in made if first <= row[0] < beyond]
            yield judge(part, first, beyond, range(first + 1, beyond + 1))

    return join(stretches(), size, STRETCH)


BATCHES = st.lists(st.integers(1, 12), min_size=1, max_size=8)


@given(BATCHES)
def test_every_size_has_the_tree_of_the_whole(batches: list[int]) -> None:
    made = rows(batches)
    found = joined(made, len(made))
    assert found.findings == []
    assert list(found.trees) == list(range(1, len(made) + 1))
    for size, tree in found.trees.items():
        assert (tree.size, tree.root()) == (size, root_of(row[2] for row in made[:size]))
        assert len(tree.roots) == size.bit_count()


@given(BATCHES, st.data())
def test_a_hole_is_named_and_nothing_behind_it_has_a_tree(batches: list[int], data: st.DataObject) -> None:
    made = rows(batches)
    hole = data.draw(st.integers(0, len(made) - 1))
    found = joined([row for row in made if row[0] != hole], len(made))
    assert f"REMOVED: leaf {hole}" in map(str, found.findings)
    assert found.sound == hole
    assert list(found.trees) == list(range(1, hole + 1))


@given(BATCHES, st.data())
def test_another_time_of_sealing_is_named_with_its_leaves(batches: list[int], data: st.DataObject) -> None:
    made = rows(batches)
    changed = data.draw(st.integers(0, len(made) - 1))
    made[changed] = (changed, made[changed][1] + 1, *made[changed][2:])
    [finding] = map(str, joined(made, len(made)).findings)
    numbers = [int(word.strip(",()")) for word in finding.split() if word.strip(",()").isdigit()]
    assert min(numbers) <= changed <= max(numbers)


@given(BATCHES)
def test_an_end_without_its_sealing_is_named(batches: list[int]) -> None:
    made = rows([*batches, 3])[:-1]
    findings = list(map(str, joined(made, len(made)).findings))
    assert findings == [f"CUT OFF: what followed leaves {len(made) - 3} to {len(made) - 1}: these end without their sealing"]


def test_several_processes_see_what_one_sees(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    log.spoil("UPDATE audit.entry SET body = replace(body, '72.4', '82.4') WHERE table_name = 'public.weight'")
    heads: Exported = log.signing.file.read()
    alone = verifier.verify(log.address, heads, processes=1)
    monkeypatch.setattr(verifier, "STRETCH", 64)
    together = verifier.verify(log.address, heads, processes=2)
    assert together == alone
    assert len(alone.findings) == 2
