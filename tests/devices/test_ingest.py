"""The ingest against a real broker and a real database: every reading once, whatever is killed."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from biobank.act.randomness import Randomness
from biobank.clock import FixedClock, SystemClock
from biobank.monitoring import storing
from biobank.monitoring.triples import pack
from devices import payloads, simulator, topics
from devices.freezer import Faults, SimulatedFreezer
from devices.ingest import Batch, Writer
from devices.payloads import Reading, Readings
from tests.database import begin_preparing
from tests.devices.conftest import IngestProcess, Mosquitto
from tests.telemetry import SITE, Installation
from tests.waiting import until

pytestmark = pytest.mark.needs("mosquitto")

NOW_MS = int(datetime.now(UTC).timestamp() * 1000)


def readings(sensor: str, boot: int, *triples: tuple[int, int, int], oldest: int | None = None) -> bytes:
    listed = [Reading(*triple) for triple in triples]
    return payloads.write(Readings(version=1, sensor=sensor, boot=boot, oldest=oldest, readings=listed))


def send(broker: Mosquitto, *messages: bytes, device: str = "d000", retain: bool = False) -> None:
    broker.send(topics.readings(SITE, device), *messages, device=device, retain=retain)


@contextmanager
def simulated(broker: Mosquitto, count: int, twice_every: int = 0, interval_s: float = 0.02) -> Iterator[list[simulator.Device]]:
    """``count`` simulated freezers, sending until the block ends, then waiting for their last receipts."""
    randomness, stopping = Randomness(b"test"), threading.Event()
    devices = []
    for number in range(count):
        draw = randomness.stream("freezer", str(number))
        freezer = SimulatedFreezer(f"S{number:03}", 1, draw, faults=Faults(twice_every=twice_every))
        broker.tls(f"d{number:03}")
        device = simulator.device(broker.broker, SITE, f"d{number:03}", freezer, randomness.stream("resend", str(number)))
        device.per_message, device.resend_s, device.longest_s = 5, 1.0, 4.0
        devices.append(device)
    thread = threading.Thread(target=simulator.run, args=(devices, SystemClock(), 0.02, stopping, 30.0))
    thread.start()
    try:
        yield devices
    finally:
        stopping.set()
        thread.join(timeout=40)


def stored(installation: Installation) -> list[tuple[str, int]]:
    sql = "SELECT s.code, r.counter FROM reading r JOIN sensor s ON s.id = r.sensor_id WHERE s.code <> 'S019' ORDER BY 1, 2"
    return [(code, counter) for code, counter in installation.rows(sql)]


def measured(devices: list[simulator.Device]) -> list[tuple[str, int]]:
    return [(d.freezer.sensor, counter) for d in devices for counter in range(1, d.freezer.counter + 1)]


def test_every_reading_is_stored_once_and_receipts_free_the_buffers(
    installation: Installation, mosquitto: Mosquitto, ingest: IngestProcess
) -> None:
    with simulated(mosquitto, 10, twice_every=3) as devices:
        time.sleep(2)
    assert stored(installation) == measured(devices)
    assert all(device.freezer.counter > 50 for device in devices)
    assert [len(device.freezer.buffer) for device in devices] == [0] * 10


def test_killing_the_ingest_loses_and_doubles_nothing(
    installation: Installation, mosquitto: Mosquitto, ingest: IngestProcess
) -> None:
    with simulated(mosquitto, 10, twice_every=5) as devices:
        for _ in range(4):
            before = len(stored(installation))
            until(lambda before=before: len(stored(installation)) > before)
            ingest.kill()
            ingest.start()
    assert stored(installation) == measured(devices)
    assert [len(device.freezer.buffer) for device in devices] == [0] * 10


def test_a_broker_that_forgets_what_it_acknowledged_loses_nothing(
    installation: Installation, mosquitto: Mosquitto, ingest: IngestProcess
) -> None:
    with simulated(mosquitto, 5) as devices:
        for _ in range(2):
            time.sleep(0.8)
            mosquitto.kill()
            (mosquitto.kept / "mosquitto.db").unlink(missing_ok=True)
            mosquitto.start()
        time.sleep(3)
    assert stored(installation) == measured(devices)
    assert [len(device.freezer.buffer) for device in devices] == [0] * 5


def test_an_ingest_that_is_told_to_end_ends_in_order(
    installation: Installation, mosquitto: Mosquitto, ingest: IngestProcess
) -> None:
    with simulated(mosquitto, 5) as devices:
        until(lambda: stored(installation))
        assert ingest.kill(signal.SIGTERM) == 0
        time.sleep(0.3)
        ingest.start()
    assert stored(installation) == measured(devices)


def test_a_new_ingest_begins_after_the_last_batch_of_its_own_site_also_where_all_of_it_was_late(
    installation: Installation, mosquitto: Mosquitto
) -> None:
    """Batches are named by their site and time: after a clock was set back, the next one must not take a name again."""
    ahead = datetime.now(UTC) + timedelta(hours=1)
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        source = storing.Source("topic", b"")
        for counter, time_ms in ((2, NOW_MS), (1, NOW_MS - 60_000)):
            late = storing.Report(source, "d000", "S000", 1, None, pack([(counter, time_ms, -150_000)]))
            ahead += timedelta(minutes=1)
            storing.store(db, installation.ingest, [late], [], ahead)
    writer = Writer(installation.ingest_url, SITE, SystemClock())
    batch = Batch(reports=[storing.Report(source, "d001", "S001", 1, None, pack([(1, NOW_MS, -150_000)]))])
    assert writer.store(batch, threading.Event()) is not None
    writer.close()
    assert installation.one("SELECT max(stored_at) FROM reading_batch") == ahead + datetime.resolution


def test_a_day_before_a_registration_is_as_long_as_any_whatever_the_zone_of_the_server(installation: Installation) -> None:
    registered = datetime(2026, 3, 29, 12, tzinfo=UTC)  # there the clocks were put forward that night
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db, registered)
        db.execute("UPDATE sensor SET registered_at = %s", [registered])
        db.execute(f"ALTER DATABASE {installation.database} SET timezone = 'Europe/Oslo'")
    writer = Writer(installation.ingest_url, SITE, FixedClock(registered))
    first = pack([(1, storing.in_ms(registered - timedelta(days=1)), -150_000)])
    batch = Batch(reports=[storing.Report(storing.Source("topic", b""), "d000", "S000", 1, None, first)])
    assert writer.store(batch, threading.Event()) is not None
    writer.close()
    assert installation.rows("SELECT clock_suspect FROM reading") == [(False,)]


def test_a_second_ingest_asks_the_broker_for_nothing_until_the_first_has_gone(
    installation: Installation, mosquitto: Mosquitto, ingest: IngestProcess, tmp_path: Path
) -> None:
    listening(installation, mosquitto)
    second = IngestProcess(installation, mosquitto.broker, tmp_path / "second.log")
    second.start()
    try:
        until(lambda: "another_ingest_reads_this_site" in second.said)
        with simulated(mosquitto, 1) as devices:
            time.sleep(0.5)
        assert stored(installation) == measured(devices)
        assert " connected" not in second.said
        ingest.kill()
        until(lambda: " connected" in second.said)
        send(mosquitto, readings("S000", 2, (1, NOW_MS + 1, -150_000)))
        until(lambda: installation.one("SELECT count(*) FROM sensor_counter WHERE boot = 2") == 1)
    finally:
        second.kill()
        ingest.start()


def test_while_the_database_is_away_nothing_is_acknowledged_and_afterwards_all_is_there(
    installation: Installation, mosquitto: Mosquitto, ingest: IngestProcess
) -> None:
    name = make_url(installation.owner_url).database
    with psycopg.connect(_maintenance(installation), autocommit=True) as server:
        with simulated(mosquitto, 5) as devices:
            time.sleep(0.8)
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            time.sleep(1.0)
            assert any(device.freezer.buffer for device in devices)
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            time.sleep(1.5)
        assert stored(installation) == measured(devices)


def test_what_was_not_committed_was_not_acknowledged_so_that_the_broker_sends_it_again(
    installation: Installation, mosquitto: Mosquitto, ingest: IngestProcess
) -> None:
    """Sent once, by a device that keeps nothing: only the broker can bring it back to the next ingest."""
    listening(installation, mosquitto)
    name = make_url(installation.owner_url).database
    with psycopg.connect(_maintenance(installation), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        send(mosquitto, readings("S000", 1, (1, NOW_MS, -150_000)))
        time.sleep(1)
        ingest.kill()
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    ingest.start()
    until(lambda: stored(installation) == [("S000", 1)])


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "wrong_payload"),
        (b"\xff\x00", "wrong_payload"),
        (b'{"version":2,"sensor":"S000","boot":1,"readings":[[1,1,1]]}', "wrong_payload"),
        (b'{"version":1,"sensor":"S000","boot":1,"readings":[[1,1,1.5]]}', "wrong_payload"),
        (b'{"version":1,"sensor":"S000","boot":1,"readings":[]}', "wrong_payload"),
        (b'{"version":1,"sensor":"S000","boot":1,"extra":1,"readings":[[1,1,1]]}', "wrong_payload"),
        (b'{"version":1,"sensor":"S000","boot":1,"\\u0000":1,"readings":[[1,1,1]]}', "wrong_payload"),
        (readings("S999", 1, (1, NOW_MS, -150_000)), "unknown_sensor"),
        (readings("S001", 1, (1, NOW_MS, -150_000)), "wrong_device"),
    ],
    ids=["empty", "bytes", "version", "float", "no reading", "extra field", "field NUL", "unknown sensor", "another's sensor"],
)
def test_a_wrong_message_is_kept_with_its_bytes_and_reason(
    installation: Installation, mosquitto: Mosquitto, ingest: IngestProcess, payload: bytes, reason: str
) -> None:
    listening(installation, mosquitto)
    send(mosquitto, payload, payload)
    until(lambda: installation.rows("SELECT times FROM refused_message") == [(2,)])
    assert installation.rows("SELECT reason, payload FROM refused_message") == [(reason, payload)]
    assert stored(installation) == []


def test_a_retained_message_is_not_a_fresh_reading(
    installation: Installation, mosquitto: Mosquitto, ingest: IngestProcess
) -> None:
    ingest.kill()
    old = readings("S000", 1, (1, NOW_MS, -150_000))
    send(mosquitto, old, retain=True)
    ingest.start()
    until(lambda: ("retained", old) in installation.rows("SELECT reason, payload FROM refused_message"))


def test_who_may_not_publish_changes_nothing_and_a_replay_makes_no_sensor_fresh(
    installation: Installation, mosquitto: Mosquitto, ingest: IngestProcess
) -> None:
    listening(installation, mosquitto)
    first = readings("S000", 1, (1, NOW_MS, -150_000))
    send(mosquitto, first)
    until(lambda: stored(installation) == [("S000", 1)])
    seen = "SELECT received_at, value_milli FROM sensor_seen WHERE sensor_id = %s"
    before = installation.rows(seen, installation.sensors["S000"])
    spoofed = readings("S000", 1, (2, NOW_MS + 1, -190_000))
    mosquitto.send(topics.readings(SITE, "d000"), spoofed, device="d001")  # the broker drops it
    send(mosquitto, spoofed, device="d001")  # from d001's own topic: another device's sensor
    send(mosquitto, first)
    until(lambda: installation.rows("SELECT reason, times FROM refused_message") == [("wrong_device", 1)])
    send(mosquitto, readings("S001", 1, (1, NOW_MS, -150_000)), device="d001")
    until(lambda: stored(installation) == [("S000", 1), ("S001", 1)])
    assert installation.rows(seen, installation.sensors["S000"]) == before


def listening(installation: Installation, broker: Mosquitto) -> None:
    """Wait until the ingest stores what is sent, shown with a sensor that no test uses otherwise."""

    def heard() -> bool:
        send(broker, readings("S019", 1, (1, NOW_MS, -150_000)), device="d019")
        return bool(installation.one("SELECT count(*) FROM sensor_seen"))

    until(heard)


def _maintenance(installation: Installation) -> str:
    return make_url(installation.owner_url).set(database="postgres").render_as_string(hide_password=False)
