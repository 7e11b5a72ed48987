"""The tree against the published vectors of RFC 6962 and 9162 implementations, and against its own definition."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biobank.audit.merkle import (
    EMPTY,
    Frontier,
    ProofRefused,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The eight leaves, roots and proofs that Certificate Transparency's reference implementation publishes with its tests.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
PUBLISHED = [leaf_hash(bytes.fromhex(content)) for content in INPUTS]


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(size)]


def defined(hashes: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, as it is written there."""
    if len(hashes) == 1:
        return hashes[0]
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return node_hash(defined(hashes[:middle]), defined(hashes[middle:]))


def test_an_empty_tree_has_the_published_root() -> None:
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([]) == Frontier().root() == EMPTY


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root_of(PUBLISHED[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int) -> None:
    proof = inclusion_proof(PUBLISHED[:size], index)
    assert [step.hex() for step in proof] == INCLUSION[index, size]
    verify_inclusion(PUBLISHED[index], index, size, proof, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("before", "after"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(before: int, after: int) -> None:
    proof = consistency_proof(PUBLISHED[:after], before)
    assert [step.hex() for step in proof] == CONSISTENCY[before, after]
    verify_consistency(before, after, bytes.fromhex(ROOTS[before - 1]), bytes.fromhex(ROOTS[after - 1]), proof)


@given(st.integers(1, 300))
def test_a_growing_tree_has_the_root_of_the_definition(size: int) -> None:
    assert root_of(leaves(size)) == defined(leaves(size))


@given(st.integers(1, 200), st.data())
def test_every_leaf_is_shown_and_no_other(size: int, data: st.DataObject) -> None:
    tree, index = leaves(size), data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(tree, index), root_of(tree)
    verify_inclusion(tree[index], index, size, proof, root)
    wrong = [(leaf_hash(b"x"), index, size, proof, root), (tree[index], index, size, [*proof, root], root)]
    wrong += [(tree[index], index, size, proof[:-1], root)] * bool(proof)
    wrong += [(tree[index], (index + 1) % size, size, proof, root)] * (size > 1)
    for attempt in wrong:
        with pytest.raises(ProofRefused):
            verify_inclusion(*attempt)


@given(st.integers(1, 200), st.data())
def test_a_tree_shows_every_tree_that_it_grew_from_and_no_other(size: int, data: st.DataObject) -> None:
    tree, before = leaves(size), data.draw(st.integers(1, size))
    old, new, proof = root_of(tree[:before]), root_of(tree), consistency_proof(tree, before)
    verify_consistency(before, size, old, new, proof)
    forged = root_of([*tree[: before - 1], leaf_hash(b"x")])
    with pytest.raises(ProofRefused):
        verify_consistency(before, size, forged, new, proof)
    with pytest.raises(ProofRefused):
        verify_consistency(before, size, old, new, [*proof, old])


@given(st.lists(st.integers(0, 300), min_size=2, max_size=6).map(sorted))
def test_a_tree_goes_on_from_its_edge_where_it_was_left(sizes: list[int]) -> None:
    tree = leaves(sizes[-1])
    kept = Frontier()
    for before, after in pairwise([0, *sizes]):
        kept = Frontier.of_bytes(before, kept.to_bytes())
        for leaf in tree[before:after]:
            kept.push(leaf)
        assert kept.root() == root_of(tree[:after])
        assert len(kept.roots) == after.bit_count()


def test_an_edge_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="full subtrees"):
        Frontier.of_bytes(3, EMPTY)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(leaves(size), index)
    with pytest.raises(ProofRefused):
        verify_inclusion(EMPTY, index, size, [], EMPTY)


@pytest.mark.parametrize("before", [0, 4])
def test_a_size_that_is_not_on_the_way_has_no_proof(before: int) -> None:
    with pytest.raises(IndexError):
        consistency_proof(leaves(3), before)
    with pytest.raises(ProofRefused):
        verify_consistency(before, 3, EMPTY, root_of(leaves(3)), [])
