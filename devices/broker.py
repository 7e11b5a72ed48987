"""A broker for one machine: ``python -m devices.broker --port PORT --home DIR``.

An installed Mosquitto with the repository's configuration, else the pure-Python amqtt, which speaks MQTT 3.1.1 only,
lets everybody in without TLS, and does not redeliver after a reconnect. It is for a demonstration, on the loopback: there
the readings come back because a device keeps its buffer until the receipt.
"""

import argparse
import asyncio
import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import structlog

from biobank.db.remains import processes_in

log = structlog.get_logger()

CONFIGURATION = Path(__file__).with_name("mosquitto.conf")
_USUAL_FOLDERS = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"


def installed_mosquitto() -> str | None:
    """The path of an installed Mosquitto; Debian puts it where an ordinary person's PATH does not look."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=_USUAL_FOLDERS)


def mosquitto_configuration(template: str, port: int, home: Path) -> str:
    """The repository's configuration with this machine's listener and folder.

    Replaces what depends on the machine (``listener``, ``persistence_location``) and keeps every other line.
    """
    kept = [line for line in template.splitlines() if line.split(" ")[0] not in ("listener", "persistence_location")]
    return "\n".join([f"listener {port} 127.0.0.1", f"persistence_location {home}/", *kept]) + "\n"


def broker_url(port: int) -> str:
    """How processes of this machine reach the broker at ``port``."""
    return f"mqtts://127.0.0.1:{port}" if installed_mosquitto() else f"mqtt://127.0.0.1:{port}"


def mosquitto_command(program: str, port: int, home: Path) -> list[str]:
    """Write the configuration into ``home`` and return the command that runs it with ``home`` as working folder."""
    configuration = home / "mosquitto.conf"
    configuration.write_text(mosquitto_configuration(CONFIGURATION.read_text(), port, home))
    if os.geteuid() == 0:
        shutil.chown(home, "mosquitto", "mosquitto")  # as root it gives up its rights and could not write here
    return [program, "-c", str(configuration)]


def end_running(home: Path, patience_s: float = 20.0) -> bool:
    """End the Mosquitto that works in ``home``, in order: it keeps every session, and whoever looks after it starts it again.

    Returns whether there was one; those of another machine, container or user are not seen. Raises TimeoutError.
    """
    there, until = _mosquittos_in(home), time.monotonic() + patience_s
    for process in there:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
    while there & _mosquittos_in(home):
        if time.monotonic() > until:
            raise TimeoutError(f"The broker in {home} does not end.")
        time.sleep(0.05)
    return bool(there)


def _mosquittos_in(home: Path) -> set[int]:
    return {one for one in processes_in(home.resolve()) if _program(one).startswith("mosquitto")}


def _program(process: int) -> str:
    """The name of what a process runs; empty where it has ended since, or is another's."""
    try:
        return Path(f"/proc/{process}/exe").readlink().name
    except OSError:
        return ""


async def serve_embedded(port: int, stop: asyncio.Event) -> None:
    """Run amqtt on the loopback until ``stop`` is set."""
    from amqtt.broker import Broker as EmbeddedBroker  # takes long to import, and most installations have a Mosquitto

    broker = EmbeddedBroker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    await broker.start()
    await stop.wait()
    await broker.shutdown()


async def _embedded_until_told(port: int) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    await serve_embedded(port, stop)


def main() -> None:
    """Become an installed Mosquitto, or run the embedded broker, and say which."""
    parser = argparse.ArgumentParser(description="A broker on the loopback.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--home", type=Path, required=True)
    asked = parser.parse_args()
    home: Path = asked.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    program = installed_mosquitto()
    if program is None:
        log.warning("broker", program="amqtt", port=asked.port, why="no Mosquitto is installed")
        asyncio.run(_embedded_until_told(asked.port))
        return
    log.info("broker", program=program, port=asked.port)
    command = mosquitto_command(program, asked.port, home)
    os.chdir(home)  # where certificates and access list are looked for
    os.execv(program, command)


if __name__ == "__main__":
    main()
