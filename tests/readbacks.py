"""Reading labels back where they sit, before anything moves."""

from tests.voices import Voices


def read_labels_back(lab: Voices, code: str, who: str = "tom") -> None:
    """Every label of a thing, and of what has the same origin, that this person's side printed and nobody accounted for."""
    labels = lab.told(who, f"/materials/{code}/labels/open")
    if labels:
        read = [{"number": one["number"], "read": one["payload"]} for one in labels]
        lab.done(who, "/labels/read-backs", {"labels": read})
