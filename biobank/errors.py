"""Three kinds of refusal. Rules subclass them as named refusals with facts; the words stand in a message catalogue."""

from typing import ClassVar


class Refusal(Exception):
    """An act that may not happen: a code and facts, no prose and no HTTP number.

    ``code`` is stable (clients and catalogues key on it); ``facts`` fill the catalogue's sentence.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(f"{self.code} {facts}" if facts else self.code)


class NotFound(Refusal):
    """There is no such thing, or it belongs to a site that is not this person's."""

    code = "not_found"


class Conflict(Refusal):
    """The thing is not in a state in which this may happen."""

    code = "conflict"


class NothingToCorrect(Conflict):
    """There is nothing of this kind in the record, or it says already what the correction says."""

    code = "nothing_to_correct"


class NotAllowed(Refusal):
    """This person may not do this."""

    code = "not_allowed"


class NotNow(NotAllowed):
    """This may be tried again later; ``seconds`` is among the facts."""

    code = "not_now"


class BadInput(Refusal):
    """A value that no schema can judge alone, such as a code with a wrong check character; ``field`` is among the facts."""

    code = "bad_input"
