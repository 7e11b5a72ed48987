"""What every simulated participant's script shares: the people's voices, the stock, and one road for every act."""

import threading
from dataclasses import dataclass, field
from typing import Any

from devices.trial.founding import STUDY, Stock
from devices.trial.speaking import Answer, Speaker


@dataclass
class Bench:
    """The one road for acts; a journey puts its own in its place, to try the wrong thing before each."""

    speaker: Speaker
    stock: Stock
    study: str = STUDY
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _taken: int = 0

    def act(self, who: str, path: str, **body: Any) -> Answer:
        """An act of ``who``. Raises Refused."""
        return self.speaker.act(who, path, **body)

    def sign(self, who: str, path: str, meaning: str, **body: Any) -> Answer:
        """A signed act of ``who``. Raises Refused."""
        return self.act(who, path, signature=self.speaker.signature(who, meaning), **body)

    def carry(self, code: str, giver: str, taker: str, to_place: str) -> None:
        """Hand a material over, and confirm it with the other hands."""
        self.act(giver, f"/api/materials/{code}/handovers", to_place=to_place)
        self.act(taker, f"/api/materials/{code}/handovers/confirmation")

    def read_labels_back(self, who: str, code: str) -> None:
        """Read back the labels that one's side printed of a thing and of what has the same origin."""
        labels = self.speaker.ask(who, f"/api/materials/{code}/labels/open")
        read = [{"number": one["number"], "read": one["payload"]} for one in labels]
        self.act(who, "/api/labels/read-backs", labels=read)

    def free_position(self) -> str:
        """A position that nobody was given yet."""
        with self._lock:
            self._taken += 1
            return self.stock.positions[self._taken - 1]
