"""The walked log held against the heads: those of the database and those that lie outside of it, and the keys of both."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from biobank.audit.findings import Finding, What, span
from biobank.audit.heads import Head, SignatureWrong, SigningKey, check_signature, written
from biobank.audit.headsfile import Exported
from biobank.audit.joining import Joined

_IN_DATABASE, _OUTSIDE = "in the database", "in the file of exported heads"


@dataclass
class Held:
    """What the heads said: ``good`` are sizes whose signed root is the one that was walked, ``bad`` the first that is not."""

    good: list[int] = field(default_factory=list)
    bad: int | None = None
    later_bad: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def first_doubted(self) -> int:
        """From which leaf on the log is not what was signed."""
        return max((size for size in self.good if self.bad is None or size < self.bad), default=0)


def hold(joined: Joined, stored: dict[int, tuple[Head, bytes]], known: dict[str, SigningKey], outside: Exported) -> Held:
    """Hold the log against every head."""
    held = Held()
    held.findings += _keys(known, outside.keys)
    trusted = known | outside.keys
    held.notes += [
        f"key {key.id} took the place of key {key.replaces} without its signature, on {written(key.made_at)}: {key.reason}"
        for key in trusted.values()
        if key.replaces is not None and key.replaced_signature is None
    ]
    held.notes += [f"line {number} of the file of heads is neither a head nor a key" for number in outside.unread]
    signed = [head for head, _ in stored.values() if _is_signed(head, trusted, _IN_DATABASE, held)]
    known_signatures = {(head.size, head.signature, head.words()) for head in signed}
    fresh = [head for head in outside.heads if (head.size, head.signature, head.words()) not in known_signatures]
    signed += [head for head in fresh if _is_signed(head, trusted, _OUTSIDE, held)]
    _roots(joined, signed, held)
    held.findings += _frontiers(joined, stored, held)
    held.findings += _both_have_all(joined, stored, outside)
    return held


def _keys(known: dict[str, SigningKey], exported: dict[str, SigningKey]) -> Iterator[Finding]:
    for place, keys in ((_IN_DATABASE, known), (_OUTSIDE, exported)):
        for key in keys.values():
            try:
                key.check(exported.get(key.replaces or "") or known.get(key.replaces or ""))
            except SignatureWrong:
                yield Finding(What.CHANGED, f"signing key {key.id} {place}: its signatures do not fit")
    if exported:
        inserted = known.keys() - exported.keys()
        yield from (Finding(What.INSERTED, f"signing key {one}, which was never exported") for one in inserted)
        yield from (Finding(What.REMOVED, f"signing key {one} from the database") for one in exported.keys() - known.keys())


def _is_signed(head: Head, keys: dict[str, SigningKey], place: str, held: Held) -> bool:
    key = keys.get(head.key_id)
    name = f"the head of {head.size} leaves {place}"
    try:
        if key is None:
            raise SignatureWrong
        check_signature(key.public_key, head.signature, head.words())
    except SignatureWrong:
        held.findings.append(Finding(What.CHANGED, f"{name}: its signature does not fit"))
        return False
    following = next((one for one in keys.values() if one.replaces == key.id), None)
    if head.size <= key.after_size or (following is not None and head.size > following.after_size):
        held.findings.append(Finding(What.INSERTED, f"{name}: signed with key {key.id}, which was not in use then"))
        return False
    return True


def _roots(joined: Joined, heads: list[Head], held: Held) -> None:
    cut = [head for head in heads if head.size > joined.size]
    if cut:
        longest = max(cut, key=lambda head: head.size)
        held.findings.append(
            Finding(
                What.CUT_OFF,
                f"{span('leaf', joined.size, longest.size - 1)}: the head of {longest.size} leaves, signed"
                f" {written(longest.made_at)}, stands over them. Newest records were deleted, or an older backup restored",
            )
        )
    for head in sorted(heads, key=lambda one: one.size):
        tree = joined.trees.get(head.size)
        if tree is None:
            continue
        if tree.root() == head.root:
            held.good.append(head.size)
        elif held.bad is None:
            held.bad = head.size
        else:
            held.later_bad += 1


def _frontiers(joined: Joined, stored: dict[int, tuple[Head, bytes]], held: Held) -> Iterator[Finding]:
    good = set(held.good)
    for size, (_, frontier) in stored.items():
        if size in good and joined.trees[size].to_bytes() != frontier:
            yield Finding(What.CHANGED, f"the head of {size} leaves in the database: its frontier is not that of the log")


def _both_have_all(joined: Joined, stored: dict[int, tuple[Head, bytes]], outside: Exported) -> Iterator[Finding]:
    """Every exported head is in the database, and up to the newest exported one the other way round."""
    exported = {head.size: head for head in outside.heads}
    for size, head in exported.items():
        if size > joined.size:
            continue
        if size not in stored:
            yield Finding(What.REMOVED, f"the head of {size} leaves from the database; it was exported {written(head.made_at)}")
        elif stored[size][0] != head:
            yield Finding(What.CHANGED, f"the head of {size} leaves: the database has another than was exported")
    newest = max(exported, default=0)
    for size in sorted(stored.keys() - exported.keys()):
        if size < newest:
            yield Finding(What.REMOVED, f"the head of {size} leaves from the file of exported heads")
