#!/usr/bin/env python3
"""Verify an exported audit log: ``python3 verify.py [FOLDER] [--heads FILE]``. Python 3.11 or later, nothing else.

FOLDER holds log.txt and heads.jsonl. With --heads, the signed heads of another file, kept elsewhere, are held against the
log too: only those show that the whole folder was not made anew. Ends with 0 where everything is as it was signed, else with 1.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# --- Ed25519, after the reference arithmetic of RFC 8032 §5.1 and §6 ---

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def add(one: Point, other: Point) -> Point:
    """The sum of two points in extended coordinates."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    """A point, added to itself ``factor`` times."""
    found = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = add(found, point)
        point, factor = add(point, point), factor >> 1
    return found


def point_of(encoded: bytes) -> Point | None:
    """The point of 32 bytes; None where there is none."""
    y, sign = int.from_bytes(encoded, "little") & (1 << 255) - 1, encoded[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``signature`` is that of ``public`` over ``message``."""
    if len(public) != 32 or len(signature) != 64 or BASE is None:
        return False
    key, r, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(s, BASE), add(r, times(k, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# --- the log: a Merkle tree after RFC 9162 §2.1 ---


class Tree:
    """A growing tree, of which only the roots of full subtrees are kept."""

    def __init__(self) -> None:
        self.size, self.roots = 0, list[bytes]()

    def push(self, leaf: bytes) -> None:
        """Add a leaf by its hash."""
        carry = self.size
        while carry & 1:
            leaf, carry = hashlib.sha256(b"\x01" + self.roots.pop() + leaf).digest(), carry >> 1
        self.roots.append(leaf)
        self.size += 1

    def root(self) -> str:
        """The root now."""
        found = self.roots[-1]
        for left in self.roots[-2::-1]:
            found = hashlib.sha256(b"\x01" + left + found).digest()
        return found.hex()


def lines(file: Path) -> Iterator[tuple[str, int, str]]:
    """What each line of the log is, when it was sealed, and its text."""
    with file.open(encoding="utf-8", newline="\n") as log:
        for number, line in enumerate(log):
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 3 or not fields[1].removeprefix("-").isdigit():
                raise SystemExit(f"CHANGED: line {number} of {file.name} cannot be read")
            yield fields[0], int(fields[1]), fields[2]


def walk(file: Path, sizes: set[int]) -> tuple[Tree, dict[int, str], list[str]]:
    """The tree over the log, its root at every size that a head names, and what is wrong in it."""
    tree, roots, wrong, runs = Tree(), dict[int, str](), list[str](), list[tuple[int, int]]()
    for what, sealed_at, text in lines(file):
        if what == "sealing":
            text = f"sealed at {sealed_at}\n" + "\n".join(f"{first} {moment}" for first, moment in runs)
            runs = []
        elif not runs or runs[-1][1] != sealed_at:
            runs.append((tree.size, sealed_at))
        if what not in ("entry", "act", "sealed", "sealing"):
            wrong.append(f"REMOVED: what leaf {tree.size} stands for")
        is_hash = what == "sealed" and len(text) == 64 and not set(text) - set("0123456789abcdef")
        tree.push(bytes.fromhex(text) if is_hash else hashlib.sha256(b"\x00" + text.encode()).digest())
        if tree.size in sizes:
            roots[tree.size] = tree.root()
    return tree, roots, wrong


# --- the heads and the keys that sign them ---


def head_words(head: dict[str, Any]) -> bytes:
    """What is signed of a head."""
    return f"biobank tree head 1\nsize {head['size']}\nroot {head['root']}\ntime {head['time']}\nkey {head['key']}\n".encode()


def key_words(key: dict[str, Any]) -> bytes:
    """What is signed of a key."""
    return (
        f"biobank signing key 1\nkey {key['id']}\npublic {key['public']}\ntime {key['time']}\nafter {key['after']}\n"
        f"replaces {key['replaces'] or '-'}\nreason {key['reason']}\n"
    ).encode()


def read(file: Path) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Heads, and keys by their name."""
    told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return [one["head"] for one in told if "head" in one], {one["key"]["id"]: one["key"] for one in told if "key" in one}


def check_keys(keys: dict[str, dict[str, Any]]) -> Iterator[str]:
    """What is wrong with the keys."""
    for name, key in keys.items():
        public, words, before = bytes.fromhex(key["public"]), key_words(key), keys.get(key["replaces"] or "")
        good = hashlib.sha256(public).hexdigest()[:16] == name and is_signed(public, bytes.fromhex(key["signature"]), words)
        if key["replaced_signature"]:
            by_old = bytes.fromhex(key["replaced_signature"])
            good = good and before is not None and is_signed(bytes.fromhex(before["public"]), by_old, words)
        elif key["replaces"]:
            sys.stderr.write(f"note: key {name} took the place of {key['replaces']} without its signature: {key['reason']}\n")
        if not good:
            yield f"CHANGED: signing key {name}: its signatures do not fit"


def check_heads(heads: list[dict[str, Any]], keys: dict[str, dict[str, Any]], size: int, roots: dict[int, str]) -> Iterator[str]:
    """What is wrong with the heads, or with the log under them."""
    good, following = 0, {key["replaces"]: key for key in keys.values()}
    for head in sorted(heads, key=lambda one: int(one["size"])):
        name, key = f"the head of {head['size']} leaves, {head['time']}", keys.get(head["key"])
        if key is None or not is_signed(bytes.fromhex(key["public"]), bytes.fromhex(head["signature"]), head_words(head)):
            yield f"CHANGED: {name}: its signature does not fit"
        elif head["size"] <= key["after"] or head["size"] > following.get(key["id"], {"after": head["size"]})["after"]:
            yield f"INSERTED: {name}: signed with a key that was not in use then"
        elif head["size"] > size:
            yield f"CUT OFF: leaves {size} to {head['size'] - 1}: {name}, stands over them"
        elif roots[head["size"]] != head["root"]:
            yield f"CHANGED: something in leaves {good} to {head['size'] - 1}: not the root of {name}"
            return
        else:
            good = head["size"]
    if good < size:
        sys.stderr.write(f"note: {size - good} leaves at the end are under no signed head\n")


def main() -> int:
    """Verify, say what is wrong, and return the exit code."""
    parser = argparse.ArgumentParser(description="Verify an exported audit log.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--heads", type=Path, help="signed heads that were kept elsewhere")
    asked = parser.parse_args()
    heads, keys = read(asked.folder / "heads.jsonl")
    if asked.heads:
        heads_elsewhere, keys_elsewhere = read(asked.heads)
        known = {json.dumps(head, sort_keys=True) for head in heads}
        heads += [head for head in heads_elsewhere if json.dumps(head, sort_keys=True) not in known]
        keys = keys_elsewhere  # a key that was not known elsewhere may have been made by whoever made this folder
    tree, roots, wrong = walk(asked.folder / "log.txt", {int(head["size"]) for head in heads})
    wrong += [*check_keys(keys), *check_heads(heads, keys, tree.size, roots)]
    sys.stdout.write("".join(f"{one}\n" for one in wrong))
    if not heads:
        wrong.append("")
        sys.stdout.write("There is no signed head: nothing shows that this log is whole.\n")
    sys.stdout.write(f"{tree.size} leaves, {len(heads)} heads, {len(keys)} keys: {'NOT as signed' if wrong else 'as signed'}.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
