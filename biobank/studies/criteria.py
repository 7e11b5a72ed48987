"""Inclusion and exclusion criteria: each computed from a recorded value or attested by a named person."""

from typing import Literal

from biobank.studies.part import Amount, Part, PositiveAmount, SiteCode, Slug, Words

NEVER = "never"
"""The answer to "how long since …" of somebody to whom it never happened: longer ago than any number."""

Answer = Literal["yes", "no"]


class RecordedValue(Part):
    """A value that screening records.

    A ``number`` has a unit, plausible bounds and the step in which it is read; ``may_be_never`` is for times since
    an event.
    A ``choice`` has options.
    """

    key: Slug
    title: Words
    kind: Literal["number", "choice"]
    unit: Words | None = None
    smallest: Amount | None = None
    largest: Amount | None = None
    step: PositiveAmount | None = None
    may_be_never: bool = False
    options: tuple[Words, ...] = ()


class Condition(Part):
    """Options, or a window: ``at_least`` and ``at_most`` include their bound, ``above`` and ``below`` do not."""

    value: Slug
    at_least: Amount | None = None
    above: Amount | None = None
    at_most: Amount | None = None
    below: Amount | None = None
    one_of: tuple[Words, ...] = ()


class Attested(Part):
    """A question that a named person answers, and the answer with which the participant may be admitted."""

    question: Words
    expected: Answer


class Criterion(Part):
    """One criterion in the source's words, with exactly one way to decide it.

    ``required`` (or one of ``required_any``) must hold, ``excluded`` must not, ``attested`` as expected.
    It counts only where every condition of ``applies_when`` holds.
    """

    key: Slug
    kind: Literal["inclusion", "exclusion"]
    text: Words
    sources: tuple[Words, ...]
    applies_when: tuple[Condition, ...] = ()
    required: Condition | None = None
    required_any: tuple[Condition, ...] = ()
    excluded: Condition | None = None
    attested: Attested | None = None

    def conditions(self) -> tuple[tuple[str, Condition], ...]:
        """Return every condition with the key under which the definition writes it."""
        single = [(name, part) for name, part in (("required", self.required), ("excluded", self.excluded)) if part]
        several = [(f"required_any[{index}]", part) for index, part in enumerate(self.required_any)]
        where = [(f"applies_when[{index}]", part) for index, part in enumerate(self.applies_when)]
        return (*single, *several, *where)


class Replacement(Part):
    """At this site the criterion ``by`` stands in the place of ``criterion``."""

    criterion: Slug
    by: Slug


class SiteCriteria(Part):
    """How the criteria of one site differ from those of the version."""

    site: SiteCode
    replaces: tuple[Replacement, ...] = ()
    adds: tuple[Slug, ...] = ()


class Example(Part):
    """A value that a version must admit or must refuse; the loader tries it, so that no wrong bound gets in."""

    value: Slug
    number: Amount | None = None
    choice: Words | None = None
    site: SiteCode | None = None
