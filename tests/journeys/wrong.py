"""The wrong thing at every step: before an act what must be refused, and after it what must not happen twice."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

from devices.trial.bench import Bench
from devices.trial.people import Member
from devices.trial.speaking import Answer, content

REPEATABLE = re.compile(r"/(participants|feeds|results|donor-tests|weights|placement|recount|cultures|freezing-runs)$")
"""Acts that may rightly be done again: another feed, another count, another result of the same test, another participant."""
NOBODY = "nobody"
CODE = re.compile(r"^/api/(participants|donations|batches|cultures|units|kits|materials)/([^/]+)(/.*)$")
UNKNOWN = {
    "participants": "SM-01-999-C",
    "kits": "ZZZZZZZZ0",
}


class Wrong(NamedTuple):
    """A request that must be refused: what is wrong with it, and which answers are right."""

    kind: str
    who: str
    path: str
    body: dict[str, Any]
    right: tuple[int, ...]


class NotRefused(AssertionError):
    """Something wrong was not refused, or not in the right way."""


@dataclass
class TryingBench(Bench):
    """A bench that tries the wrong thing before and after each act, and counts the refusals by kind."""

    people: tuple[Member, ...] = ()
    refused: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    codes: dict[str, list[str]] = field(default_factory=dict)
    _counting: threading.Lock = field(default_factory=threading.Lock)
    thorough: int = 2
    """Every wrong thing is tried for so many first times of each step; after that one in turn."""

    def act(self, who: str, path: str, **body: Any) -> Answer:
        """Try what is wrong, then do the act, then try to do it twice. Raises NotRefused, Refused."""
        step = re.sub(r"/[^/]*[0-9][^/]*", "/…", path)
        with self._counting:
            self.steps[step] += 1
            turn = self.steps[step]
        for wrong in _chosen(list(self._wrongs(who, path, body)), turn, self.thorough):
            self._try(wrong)
        key = uuid4().hex
        answer = self._once(who, path, body, key)
        if turn <= self.thorough or turn % 5 == 0:
            self._again(who, path, body, key, answer)
        return answer

    def _once(self, who: str, path: str, body: dict[str, Any], key: str) -> Answer:
        answer: Answer = content(f"{who}: POST {path}", self.speaker.send(who, "POST", path, body, key))
        return answer

    def _again(self, who: str, path: str, body: dict[str, Any], key: str, answer: Answer) -> None:
        told = self.speaker.send(who, "POST", path, body, key)
        if "signature" not in body:
            _check(told.status_code < 400 and told.json() == answer, "repeated request", path, told)
            self._count("repeated key answered once")
            other = self.speaker.send(who, "POST", path, {**body, "occurred_at": "2001-01-01T00:00:00Z"}, key)
            _check(other.status_code in (409, 422), "key with another body", path, other)
            self._count("key with another body")
        if not REPEATABLE.search(path):
            self._try(Wrong("done twice", who, path, body, (403, 404, 409, 422)))

    def _wrongs(self, who: str, path: str, body: dict[str, Any]) -> Iterator[Wrong]:
        yield Wrong("nobody", NOBODY, path, body, (401,))
        bedside = self.side_of(who) == "bedside"
        yield Wrong("wrong role", "mona" if bedside else "ingrid", path, body, (403,))
        if "/handovers" not in path:  # either side takes over
            yield Wrong("wrong side", "tom" if bedside else "cora", path, body, (403, 404, 409, 422))
        yield Wrong("garbage", who, path, {"garbage": True}, (422,))
        yield Wrong("unknown field", who, path, {**body, "nonsense": 1}, (422,))
        for name, value in body.items():
            if name != "signature":
                yield Wrong("absurd value", who, path, {**body, name: _absurd(value)}, (404, 409, 422))
        found = CODE.match(path)
        if found:
            yield from self._wrong_codes(who, body, *found.groups())
        if "participant" in body:
            for other in self._others(body["participant"]):
                yield Wrong("wrong participant", who, path, {**body, "participant": other}, (404, 409))
        if "signature" in body:
            unsigned = {name: value for name, value in body.items() if name != "signature"}
            yield Wrong("unsigned", who, path, unsigned, (422,))
            forged = {**body["signature"], "password": "not the password"}
            yield Wrong("wrong signature", who, path, {**body, "signature": forged}, (403,))

    def _wrong_codes(self, who: str, body: dict[str, Any], things: str, code: str, rest: str) -> Iterator[Wrong]:
        unknown = UNKNOWN.get(things, "LX01U99999999A")
        yield Wrong("unknown code", who, f"/api/{things}/{unknown}{rest}", body, (403, 404, 409, 422))
        last = "A" if code[-1] != "A" else "B"
        yield Wrong("wrong check character", who, f"/api/{things}/{code[:-1]}{last}{rest}", body, (404, 409, 422))
        if self.side_of(who) == "bedside" and re.search(r"\d\d$", who):
            elsewhere = f"{who[:-2]}{int(who[-2:]) % 4 + 1:02}"
            yield Wrong("other site", elsewhere, f"/api/{things}/{code}{rest}", body, (404, 409))

    def _others(self, code: str) -> list[str]:
        known = self.codes.setdefault("participants", [])
        if code not in known:
            known.append(code)
        return [other for other in known if other != code][:1]

    def side_of(self, who: str) -> str:
        """The side of a user."""
        return next(one.side for one in self.people if one.username == who)

    def _try(self, wrong: Wrong) -> None:
        told = self.send_wrong(wrong)
        _check(told.status_code in wrong.right, wrong.kind, f"{wrong.who}: {wrong.path} {wrong.body}", told)
        self._count(wrong.kind)

    def send_wrong(self, wrong: Wrong) -> Any:
        """Send it; nobody has no session."""
        if wrong.who == NOBODY:
            return self.speaker.http.post(wrong.path, json=wrong.body)
        return self.speaker.send(wrong.who, "POST", wrong.path, wrong.body)

    def expect(self, kind: str, who: str, path: str, code: str, **body: Any) -> None:
        """One particular wrong thing that must be refused with ``code``. Raises NotRefused."""
        told = self.speaker.send(who, "POST", path, body)
        _check(told.status_code >= 400 and told.json()["code"] == code, kind, f"{who}: {path} {body}", told)
        self._count(kind)

    def judge(self, told: Any, kind: str, right: tuple[int, ...]) -> None:
        """Count a refusal of this kind. Raises NotRefused where the answer is none."""
        _check(told.status_code in right, kind, str(told.request.url), told)
        self._count(kind)

    def _count(self, kind: str) -> None:
        with self._counting:
            self.refused[kind] += 1


def _chosen(wrongs: list[Wrong], turn: int, thorough: int) -> list[Wrong]:
    return wrongs if turn <= thorough else [wrongs[turn % len(wrongs)]]


def _absurd(value: Any) -> Any:
    """What a slip of the hand makes of a value: a number much too large, a naive time, a text of nothing, a nonsense list."""
    match value:
        case bool():
            return "perhaps"
        case int():
            return -value * 10**9 - 1
        case str() if re.fullmatch(r"-?[0-9.]+", value):
            return "-" + value.lstrip("-").replace(".", "") + "000000"
        case str() if re.match(r"\d{4}-\d\d-\d\dT", value):
            return value[:19]  # a naive time
        case list():
            return [{"absurd": -1}]
        case None:
            return "LX01C99999999A"
        case _:
            return "\u0000"


def _check(holds: bool, kind: str, asked: str, told: Any) -> None:
    if not holds:
        raise NotRefused(f"{kind}: {asked}: {told.status_code} {told.text[:300]}")
