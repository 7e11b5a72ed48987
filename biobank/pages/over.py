"""Which acts are over for a thing, or too early, by what its page shows; they are folded away, and the rules alone decide."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_DECIDED = {
    "disposition": "POST /api/batches/{code}/disposition",
    "certification": "POST /api/batches/{code}/certification",
    "sponsor_release": "POST /api/batches/{code}/sponsor-release",
}
_HAND_OVER = "POST /api/materials/{code}/handovers"
_GOES_ON = {"donation": frozenset({"collected"}), "kit": frozenset({"planned", "ready", "retrieved"})}
"""States in which a donation or a kit is still passed from hand to hand."""
_MOVES = (_HAND_OVER, "POST /api/units/{code}/placement", "POST /api/kits/{code}/ready")
"""What waits until the label of a thing was read back on it."""


def over(story: Mapping[str, Any], answers: Iterable[Any], unread: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The routes of acts that were done, or wait for one of the labels ``unread``, from a story and what stands beside it."""
    wait = _MOVES if any(label["material"] == story["code"] for label in unread) else ()
    done = (route for answer in answers if isinstance(answer, dict) for route in _by(answer))
    return frozenset((*wait, *_by_story(story), *done))


def _by_story(story: Mapping[str, Any]) -> Iterator[str]:
    if story["facts"].get("verified_at"):
        yield "POST /api/cultures/{code}/harvest/verification"
    if story["kind"] == "donation" and any(one["kind"] == "batch" for one in story["children"]):
        yield "POST /api/donations/{code}/routing"
    if story["kind"] in _GOES_ON and story["state"] not in _GOES_ON[story["kind"]]:
        yield _HAND_OVER


def _by(answer: Mapping[str, Any]) -> Iterator[str]:
    for decision in answer.get("decisions", ()):
        yield _DECIDED[decision["stage"]]
    if "units_to_thaw" in answer and "fill" in answer:
        yield from _of_preparation(answer)


def _of_preparation(told: Mapping[str, Any]) -> Iterator[str]:
    """It is begun first, and its kit is declared ready once it is filled; only cells are counted."""
    if told["state"] is not None:
        yield "POST /api/kits/{code}/preparation"
    if told["state"] is None or told["fill"]:
        yield "POST /api/kits/{code}/fill"
    if told["state"] is None or told["fill"] or not told["thawed"]:
        yield from ("POST /api/kits/{code}/recount", "POST /api/kits/{code}/low-dose-decision")
    if not told["fill"]:
        yield "POST /api/kits/{code}/ready"
