"""The Merkle tree of RFC 9162 §2.1 over SHA-256: roots, inclusion and consistency proofs, and a tree that grows by its edge.

A tree is known by its leaves' hashes, in order. Proofs are lists of hashes as the RFC has them.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

HASH_BYTES = 32


class ProofRefused(ValueError):
    """A proof does not show what it should."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 || content)."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree, of which only the roots of its full subtrees are kept: as many as the size has ones in binary."""

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size, self.roots = size, list(roots)
        if len(self.roots) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} full subtrees, not {len(self.roots)}")

    @classmethod
    def of_bytes(cls, size: int, roots: bytes) -> "Frontier":
        """The frontier that ``to_bytes`` wrote. Raises ValueError where it is none of a tree of ``size``."""
        return cls(size, (roots[at : at + HASH_BYTES] for at in range(0, len(roots), HASH_BYTES)))

    def to_bytes(self) -> bytes:
        """The roots of the full subtrees, largest first."""
        return b"".join(self.roots)

    def push(self, leaf: bytes) -> None:
        """Add a leaf by its hash; amortised one node, at most log2(size)."""
        roots, carry = self.roots, self.size
        while carry & 1:
            leaf = hashlib.sha256(b"\x01" + roots.pop() + leaf).digest()
            carry >>= 1
        roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        if not self.roots:
            return EMPTY
        found = self.roots[-1]
        for left in self.roots[-2::-1]:
            found = node_hash(left, found)
        return found


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.push(leaf)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """PATH(m, D[n]) of RFC 9162 §2.1.3.1. Raises IndexError where the tree has no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*inclusion_proof(leaves[:middle], index), root_of(leaves[middle:])]
    return [*inclusion_proof(leaves[middle:], index - middle), root_of(leaves[:middle])]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 §2.1.3.2. Raises ProofRefused where ``leaf`` is not shown to be the one at ``index`` of the tree."""
    if not 0 <= index < size:
        raise ProofRefused("no such leaf")
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofRefused("too long")
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    if last or found != root:
        raise ProofRefused("another root")


def consistency_proof(leaves: Sequence[bytes], before: int) -> list[bytes]:
    """PROOF(m, D[n]) of RFC 9162 §2.1.4.1. Raises IndexError where ``before`` is not a size on the way to this tree."""
    if not 0 < before <= len(leaves):
        raise IndexError(before)
    return _subproof(leaves, before, whole=True)


def _subproof(leaves: Sequence[bytes], before: int, *, whole: bool) -> list[bytes]:
    if before == len(leaves):
        return [] if whole else [root_of(leaves)]
    middle = _split(len(leaves))
    if before <= middle:
        return [*_subproof(leaves[:middle], before, whole=whole), root_of(leaves[middle:])]
    return [*_subproof(leaves[middle:], before - middle, whole=False), root_of(leaves[:middle])]


def verify_consistency(before: int, after: int, old: bytes, new: bytes, proof: Sequence[bytes]) -> None:
    """RFC 9162 §2.1.4.2. Raises ProofRefused where ``new`` is not shown to be ``old`` with leaves added at the end."""
    if before == after:
        if proof or old != new:
            raise ProofRefused("the same size has one root")
        return
    if not 0 < before < after:
        raise ProofRefused("no tree to begin with")
    steps = [old, *proof] if before.bit_count() == 1 else list(proof)
    if not steps:
        raise ProofRefused("too short")
    at, last = before - 1, after - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofRefused("too long")
        if at & 1 or at == last:
            was, now = node_hash(step, was), node_hash(step, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(now, step)
        at, last = at >> 1, last >> 1
    if last or was != old or now != new:
        raise ProofRefused("another root")


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1
