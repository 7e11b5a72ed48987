"""Somebody who works through the API all the while: each line of a freezer's log is asked for until it is answered."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import httpx2

from biobank.settings import Settings
from devices.trial import founding
from devices.trial.doorway import open_door
from devices.trial.people import Member
from devices.trial.speaking import Refused, Speaker
from tests.instance import passwords_of

WRITER = Member("bo", "Bo Strand", "facility", "biobank_manager", "GMP")
PATIENCE_S, PAUSE_S = 10.0, 0.1
TRIES_S = 300.0
WRITTEN = ("201", "200")
"""Now, or before: then the first answer comes again."""


class Person:
    """Writes line after line, each under a key of its own, and the same again where no answer comes.

    ``lines`` are those that were asked for, with what they say; ``answers`` count what came back, by status or trouble.
    """

    def __init__(self, speaker: Speaker, freezer: str) -> None:
        self._speaker, self._path = speaker, f"/api/freezers/{freezer}/log"
        self.lines: list[str] = []
        self.answers: Counter[str] = Counter()
        self._over = threading.Event()
        self._writing = threading.Thread(target=self._write, name="person")

    @property
    def answered(self) -> int:
        """How many lines were written, by what the API said."""
        return sum(self.answers[status] for status in WRITTEN)

    def stop(self) -> None:
        """Write no further line; returns when the last one is answered."""
        self._over.set()
        self._writing.join()

    def start(self) -> None:
        """Begin to write."""
        self._writing.start()

    def _write(self) -> None:
        while not self._over.wait(PAUSE_S):
            self.lines.append(f"line {len(self.lines) + 1}")
            key, given_up_at = uuid4().hex, time.monotonic() + TRIES_S
            while not self._asked(self.lines[-1], key) and time.monotonic() < given_up_at:
                time.sleep(PAUSE_S)

    def _asked(self, note: str, key: str) -> bool:
        try:
            answer = self._speaker.send(WRITER.username, "POST", self._path, {"kind": "service", "note": note}, key)
        except (httpx2.TransportError, Refused, ValueError) as trouble:  # nobody there, or no answer that can be read
            self.answers[type(trouble).__name__] += 1
            return False
        self.answers[str(answer.status_code)] += 1
        return str(answer.status_code) in WRITTEN


@contextmanager
def working(url: str, settings: Settings, freezer: str) -> Iterator[Person]:
    """Somebody with an account, who begins to write when told."""
    passwords = passwords_of((WRITER,))
    open_door(settings, passwords)
    with httpx2.Client(base_url=url, timeout=PATIENCE_S) as http:
        speaker = Speaker(http, passwords)
        speaker.wait(60)
        founding.enrol(speaker, (WRITER,), passwords)
        person = Person(speaker, freezer)
        person.start()
        try:
            yield person
        finally:
            person.stop()
