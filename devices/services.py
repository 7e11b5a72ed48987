"""The processes of an installation and their command lines: one table for `make run` and for the compose file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One process: ``module`` and its arguments, run with the interpreter of the installation."""

    name: str
    arguments: tuple[str, ...]

    def command(self, python: str = "python") -> list[str]:
        """The whole command line."""
        return [python, "-m", *self.arguments]


PREPARE = Service("prepare", ("biobank.cli", "db", "prepare"))
PREPARE_DEMONSTRATION = Service("prepare", ("biobank.cli", "db", "prepare", "--demonstration"))
DEMONSTRATION = Service("demonstration", ("devices.demonstration",))
API = Service("api", ("biobank.cli", "serve"))
WORK = Service("work", ("biobank.cli", "work"))
NOTIFY = Service("notify", ("biobank.cli", "notify"))
INGEST = Service("ingest", ("devices.ingest",))
ANNOUNCING = Service("announcing", ("devices.announcing",))
PROVING = Service("proving", ("devices.proving",))
WATCHDOG = Service("watchdog", ("devices.watchdog",))
PRINTING = Service("printing", ("devices.printing",))
ARCHIVE = Service("archive", ("biobank.cli", "backup", "follow"))
"""Archives the log of our own PostgreSQL once there is a backup; another server's site archives its own."""

LASTING = (INGEST, WORK, NOTIFY, ANNOUNCING, PROVING, WATCHDOG, PRINTING, API)
"""The processes that run until told to end, in the order in which they are started."""


def broker(port: int, home: str) -> Service:
    """The broker of one machine, on the loopback."""
    return Service("broker", ("devices.broker", "--port", str(port), "--home", home))


def simulator(sensors: list[tuple[str, str]]) -> Service:
    """Freezers that do not exist: pairs of a sensor's code and its device."""
    named = [f"{code}:{device}" for code, device in sensors]
    return Service("simulator", ("devices.simulator", "--sensors", *named))
