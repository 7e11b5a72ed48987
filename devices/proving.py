"""The device by which alarms are proven: ``python -m devices.proving``, with a certificate of its own like any other.

It speaks for the sensors of freezers that only prove alarms: cold, and while a proof runs, warm. What it says goes the whole
road through broker, ingest and worker to whoever is on duty. Where this process is dead its sensors fall silent, which is an
alarm like that of every sensor.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError

from biobank.act.acts import Acts
from biobank.act.opening import acts_of
from biobank.act.people import WORKER
from biobank.ending import told_to_end
from biobank.logs import configure
from biobank.monitoring import proof_queries, proofs
from biobank.monitoring.proof_queries import Spoken
from biobank.settings import Settings
from devices import payloads, topics
from devices.certificates import PROOF
from devices.gateway import Gateway
from devices.session import Broker

log = structlog.get_logger()
EVERY_SECONDS = 1.0
COLD_EVERY, WARM_EVERY = timedelta(seconds=60), timedelta(seconds=10)
_NOISE_MILLI = 100
"""No two readings in turn say the same, as of a living probe."""


@dataclass
class Voice:
    """What one sensor said last."""

    boot: int
    counter: int = 0
    said_at: datetime | None = None
    warm: bool = False

    def due(self, one: Spoken, now: datetime) -> payloads.Readings | None:
        """What the sensor is to say now, if anything: at once where it changes, else now and then."""
        warm = one.proof is not None
        if self.said_at and warm == self.warm and now - self.said_at < (WARM_EVERY if warm else COLD_EVERY):
            return None
        self.counter, self.said_at, self.warm = self.counter + 1, now, warm
        value = (one.warm_milli if warm else one.cold_milli) + self.counter % 7 * _NOISE_MILLI
        reading = payloads.Reading(self.counter, round(now.timestamp() * 1000), value)
        return payloads.Readings(version=1, sensor=one.sensor, boot=self.boot, oldest=self.counter, readings=[reading])


@dataclass
class ProofDevice:
    """The device with its session at the broker."""

    acts: Acts
    site: str
    gateway: Gateway
    voices: dict[str, Voice] = field(default_factory=dict)

    def speak(self) -> None:
        """Say what is due of every sensor, where the broker hears it, and write down that a proof was published."""
        while (receipt := self.gateway.take(timeout=0)) is not None:
            self.gateway.acknowledge([receipt])
        if not self.gateway.connected:
            return
        now = self.acts.clock.now()
        with self.acts.look(WORKER) as session:
            spoken = proof_queries.spoken(session, self.site, PROOF, now)
        for one in spoken:
            voice = self.voices.setdefault(one.sensor, Voice(time.time_ns() // 1_000_000))
            said = voice.due(one, now)
            if said is not None:
                self.gateway.publish([(topics.readings(self.site, PROOF), payloads.write(said))])
            if said is not None and one.proof is not None and one.proof.published_at is None:
                proofs.published(self.acts, one.proof.id)


def run(device: ProofDevice, stopping: threading.Event) -> None:
    """Speak until stopped; a lost database is waited for."""
    device.gateway.start()
    while not stopping.wait(EVERY_SECONDS):
        if not device.gateway.alive:
            raise RuntimeError("the network thread died or hangs")
        try:
            device.speak()
        except OperationalError as error:
            log.warning("database is away", error=str(error.orig))
    device.gateway.stop()


def device_of(acts: Acts, site: str, broker: Broker) -> ProofDevice:
    """The proof device of a site; not yet started."""
    return ProofDevice(acts, site, Gateway(broker, PROOF, topics.receipt(site, PROOF), publish_qos=1))


def main() -> None:
    """Speak for the settings' site until SIGTERM or Ctrl-C."""
    stopping = told_to_end()
    configure()
    settings = Settings()
    acts = acts_of(settings)
    run(device_of(acts, settings.site, Broker(settings.mqtt_url, settings.mqtt_folder)), stopping)
    acts.engines.dispose()


if __name__ == "__main__":
    main()
