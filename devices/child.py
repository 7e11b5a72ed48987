"""One process of the installation: started with a log file of its own, noticed when it dies, ended in order."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from biobank.db.embedded import kept, let_go
from devices.services import Service

LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0
"""After so long without dying a process is taken to be well again."""
CLONE = Path(__file__).parents[1]


class Child:
    """Keeps one service running until ``stop``. Call ``look`` often: it notices, says and restarts."""

    def __init__(self, service: Service, home: Path, environment: dict[str, str], say: Callable[[str], None]) -> None:
        self.service = service
        self.log = home / "logs" / f"{service.name}.log"
        self._pid_file = home / "run" / f"{service.name}.pid"
        self._environment = environment
        self._say = say
        self._keeper: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._pause_s = 0.5

    def start(self) -> None:
        """Start it now."""
        self._pid_file.parent.mkdir(exist_ok=True)
        options = ["--ending", "TERM,KILL", "--patience", "20", "--pid-file", str(self._pid_file)]
        self._keeper = kept(self.service.command(sys.executable), self.log, CLONE, self._environment, options)
        self._started_at = time.monotonic()

    def look(self) -> None:
        """Notice a death and say it; start again after a pause that doubles while it keeps dying."""
        now = time.monotonic()
        if self._keeper is not None:
            code = self._keeper.poll()
            if code is None:
                return
            self.stop()
            self._pause_s = 0.5 if now - self._started_at > STEADY_S else min(self._pause_s * 2, LONGEST_PAUSE_S)
            self._due_at = now + self._pause_s
            how = f"was ended by {signal.Signals(code - 128).name}" if code > 128 else f"ended with code {code}"
            self._say(f"{self.service.name} {how}; it starts again in {self._pause_s:g} s. Its log: {self.log}")
        elif now >= self._due_at:
            self.start()

    def stop(self) -> None:
        """End it in order, and wait until it is gone."""
        if self._keeper is not None:
            let_go(self._keeper)
        self._keeper = None
