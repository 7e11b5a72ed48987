"""The stretches of a walk joined into one log: its tree at every head, its holes, and the times of its sealings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from biobank.audit.findings import Finding, What, span
from biobank.audit.merkle import Frontier, leaf_hash
from biobank.audit.walking import Stretch


@dataclass
class Joined:
    """The log as it was walked. ``sound`` is how many leaves there are before the first hole."""

    size: int = 0
    sound: int = 0
    entries: int = 0
    acts: int = 0
    trees: dict[int, Frontier] = field(default_factory=dict)
    differing: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def join(stretches: Iterable[Stretch], beyond: int, stretch: int) -> Joined:
    """Join what the processes brought, in the order of the log; each but the last has ``stretch`` leaves, a power of two."""
    joined, upper, whole = Joined(size=beyond, sound=beyond), Frontier(), True
    times: list[tuple[int, int]] = []
    sealings: list[tuple[int, int, bytes]] = []
    for part in stretches:
        joined.entries += part.entries
        joined.acts += part.acts
        joined.differing |= part.differing
        joined.findings += _findings(part)
        goes_on = bool(times and part.times) and part.times[0][1] == times[-1][1]
        times += part.times[1:] if goes_on else part.times
        sealings += part.sealings
        if whole:
            joined.trees |= {size: _above(upper, tree, stretch) for size, tree in part.noted.items()}
        if part.missing and whole:
            whole, joined.sound = False, part.missing[0][0]
        if part.tree.size == stretch:
            upper.push(part.tree.root())
    joined.trees = {size: tree for size, tree in joined.trees.items() if size <= joined.sound}
    joined.findings += _times(times, sealings, joined.size)
    return joined


def _above(upper: Frontier, tree: Frontier, stretch: int) -> Frontier:
    """The whole tree, whose last stretch is ``tree``."""
    if tree.size < stretch:
        return Frontier(upper.size * stretch + tree.size, [*upper.roots, *tree.roots])
    whole = Frontier(upper.size, upper.roots)
    whole.push(tree.root())
    return Frontier(whole.size * stretch, whole.roots)


def _findings(part: Stretch) -> Iterator[Finding]:
    for number, name in part.wrong_columns:
        yield Finding(What.CHANGED, f"{name}, leaf {number}: a column beside its text says something else than the text")
    for number, name in part.without:
        yield Finding(What.REMOVED, f"{name}, for which leaf {number} stands")
    for first, last in part.missing:
        yield Finding(What.REMOVED, span("leaf", first, last))


def _times(times: list[tuple[int, int]], sealings: list[tuple[int, int, bytes]], size: int) -> Iterator[Finding]:
    """Hold the time at which each leaf was sealed against the leaf that says so."""
    beginning, at, now = 0, 0, 0
    for number, sealed_at, leaf in sealings:
        while at < len(times) and times[at][0] <= beginning:
            now, at = times[at][1], at + 1
        runs = [(beginning, now)]
        while at < len(times) and times[at][0] < number:
            runs.append(times[at])
            now, at = times[at][1], at + 1
        text = f"sealed at {sealed_at}\n" + "\n".join(f"{first} {moment}" for first, moment in runs)
        if leaf_hash(text.encode()) != leaf:
            odd = ", ".join(f"leaf {first}" for first, _ in runs[1:])
            named = f" (the time becomes another at {odd})" if odd else ""
            sealed = span("leaf", beginning, number)
            yield Finding(What.CHANGED, f"leaf {number}, or the time at which {sealed} were sealed{named}")
        beginning = number + 1
    if sealings and beginning < size:
        yield Finding(What.CUT_OFF, f"what followed {span('leaf', beginning, size - 1)}: these end without their sealing")
