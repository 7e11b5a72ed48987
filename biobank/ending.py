"""How a process that runs until it is told to end hears that it is told."""

import signal
from threading import Event


def told_to_end() -> Event:
    """An event that SIGTERM or Ctrl-C sets; call it in the main thread, before there is anything to end in order."""
    told = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: told.set())
    return told
