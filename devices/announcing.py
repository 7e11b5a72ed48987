"""Tells the freezer room which alarms stand: ``python -m devices.announcing``.

What is committed is published on the site's topic of alarms, retained, when it changes and every few seconds besides, so that
lamps and screens there know it without the pages, and see by the time of the last message when nobody tells them any more.
The database is asked, a few times a second, and does not call: anybody with a login could hear such a call.
"""

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import psycopg
import structlog
from paho.mqtt import MQTTException, publish
from pydantic import BaseModel, ConfigDict, Field

from biobank.db.engines import Engines
from biobank.db.roles import Login
from biobank.ending import told_to_end
from biobank.logs import configure
from biobank.settings import Settings
from devices import topics
from devices.certificates import ALARMS, files_of
from devices.session import Broker

if TYPE_CHECKING:
    from paho.mqtt.publish import TLSParameter  # there for the checker only

log = structlog.get_logger()
LOOK_S, AGAIN_S = 0.2, 5.0
MOST_ALARMS = 500
"""So many alarms are told in one message, which then has about 100 KiB."""
STANDING = """
SELECT number, kind, subject, state, words, (extract(epoch FROM raised_at) * 1000)::bigint
  FROM alarm WHERE closed_at IS NULL AND state <> 'normal' ORDER BY number DESC
"""


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Alarm(_Told):
    """One alarm that stands; ``state`` is one of ISA-18.2, and ``raised_ms`` absent where it never counted."""

    number: int
    kind: str
    subject: str
    state: str
    words: str
    raised_ms: int | None


class Alarms(_Told):
    """All alarms that stood at ``at_ms``, the newest first, and how many ``more``. It comes again when one changes, and every
    few seconds: where it does not, nobody knows how the freezers are.
    """

    version: Literal[1]
    at_ms: int
    alarms: Annotated[list[Alarm], Field(max_length=MOST_ALARMS)]
    more: Annotated[int, Field(ge=0)]


@dataclass
class Announcer:
    """Publishes what stands at one site; ``said`` is what the broker took last, and when by this machine's clock."""

    conninfo: str
    site: str
    broker: Broker
    said: list[Alarm] | None = None
    said_at: float = 0.0
    db: psycopg.Connection | None = None

    def look(self) -> None:
        """Publish what stands, where it changed or was not said for a while. Raises OSError, ValueError, MQTTException where the
        broker does not take it, psycopg.OperationalError where the database is away.
        """
        standing = self._standing()
        if standing == self.said and time.monotonic() - self.said_at < AGAIN_S:
            return
        told, more = standing[:MOST_ALARMS], len(standing[MOST_ALARMS:])
        message = Alarms(version=1, at_ms=time.time_ns() // 1_000_000, alarms=told, more=more)
        self._publish(message.model_dump_json().encode())
        self.said, self.said_at = standing, time.monotonic()

    def close(self) -> None:
        """Forget the connection to the database."""
        if self.db is not None:
            self.db.close()
        self.db = None

    def _standing(self) -> list[Alarm]:
        if self.db is None:
            self.db = psycopg.connect(self.conninfo, autocommit=True, connect_timeout=5)
        names = tuple(Alarm.model_fields)
        return [Alarm(**dict(zip(names, row, strict=True))) for row in self.db.execute(STANDING)]

    def _publish(self, payload: bytes) -> None:
        host, port, over_tls = self.broker.address
        authority, certificate, key = map(str, files_of(self.broker.certificates, ALARMS))
        tls: TLSParameter | None = {"ca_certs": authority, "certfile": certificate, "keyfile": key} if over_tls else None
        publish.single(topics.alarms(self.site), payload, 1, True, hostname=host, port=port, client_id=ALARMS, tls=tls)


def run(announcer: Announcer, stopping: threading.Event) -> None:
    """Announce until stopped; what is away is waited for."""
    pause = LOOK_S
    while not stopping.wait(pause):
        pause = LOOK_S
        try:
            announcer.look()
        except psycopg.OperationalError as error:
            log.warning("database_away", error=str(error).strip())
            announcer.close()
            pause = 1.0
        except (OSError, ValueError, MQTTException) as error:
            log.warning("broker_away", error=str(error))
            pause = 1.0
    announcer.close()


def main() -> None:
    """Announce the alarms at the settings' site until SIGTERM or Ctrl-C."""
    stopping = told_to_end()
    configure()
    settings = Settings()
    url = Engines(settings.database_url, settings.secrets).url(Login.WORKER).set(drivername="postgresql")
    broker = Broker(settings.mqtt_url, settings.mqtt_folder)
    run(Announcer(url.render_as_string(hide_password=False), settings.site, broker), stopping)


if __name__ == "__main__":
    main()
