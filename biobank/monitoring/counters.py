"""Which counters of a sensor arrived since one start of its device; plain Python, the same for every road in.

A device numbers its readings 1, 2, 3 … since it started. What is absent below the highest is a gap: *missing* while
it may still come, *lost* once the device says that it no longer holds it. A receipt covers everything up to the first
missing one.
"""

from dataclasses import dataclass, field

Span = tuple[int, int]


@dataclass
class Arrived:
    """The counters of one sensor and boot: the highest, and the spans (first, last) absent below it."""

    highest: int = 0
    missing: list[Span] = field(default_factory=list)
    lost: list[Span] = field(default_factory=list)

    def awaits(self, counter: int) -> bool:
        """Whether ``counter`` has not arrived yet."""
        return counter > self.highest or _within(self.missing, counter) or _within(self.lost, counter)

    def copy(self) -> "Arrived":
        """The same, apart."""
        return Arrived(self.highest, list(self.missing), list(self.lost))

    def take(self, counter: int) -> None:
        """``counter`` arrived: what was skipped on the way to it is missing; a gap that it fills is split or closed."""
        if counter > self.highest:
            if counter > self.highest + 1:
                self.missing.append((self.highest + 1, counter - 1))
            self.highest = counter
            return
        self.missing = _without(self.missing, counter)
        self.lost = _without(self.lost, counter)

    def give_up_below(self, oldest: int) -> None:
        """The device holds nothing older than ``oldest``: what is missing below it is lost, unless it comes another
        way.
        """
        if oldest - 1 > self.highest:
            self.missing.append((self.highest + 1, oldest - 1))
            self.highest = oldest - 1
        gone = [(first, min(last, oldest - 1)) for first, last in self.missing if first < oldest]
        self.missing = [(max(first, oldest), last) for first, last in self.missing if last >= oldest]
        self.lost = sorted(self.lost + gone)

    @property
    def receipted(self) -> int:
        """The highest counter up to which nothing is missing: what a receipt says."""
        return self.missing[0][0] - 1 if self.missing else self.highest


def _within(spans: list[Span], counter: int) -> bool:
    return any(first <= counter <= last for first, last in spans)


def _without(spans: list[Span], counter: int) -> list[Span]:
    left: list[Span] = []
    for first, last in spans:
        if not first <= counter <= last:
            left.append((first, last))
            continue
        left += [span for span in ((first, counter - 1), (counter + 1, last)) if span[0] <= span[1]]
    return left
