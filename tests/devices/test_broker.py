"""The broker with the repository's configuration: who is let in, and that nobody speaks, hears or ends for another.

MQTT 3.1.1 answers success to a publisher that has no right, so that what reaches the subscriber is what counts.
"""

import socket
import ssl
from contextlib import suppress
from pathlib import Path

import pytest
from paho.mqtt import publish

from devices import certificates, topics
from devices.certificates import BROKER, INGEST, Files, NameTaken, NeverIssued, issue_device, revoke
from devices.gateway import Gateway
from devices.session import Broker
from tests.devices.conftest import Mosquitto
from tests.mosquitto import hearing
from tests.telemetry import SITE
from tests.waiting import until

pytestmark = pytest.mark.needs("mosquitto")

ADMITTED = b"\x20\x02\x00\x00"
OWN, OTHERS = topics.readings(SITE, "d000"), topics.readings(SITE, "d001")


def heard(gateway: Gateway, last: bytes) -> list[tuple[str, bytes]]:
    """What came until ``last`` did; what was sent before it and is not here never comes."""
    came: list[tuple[str, bytes]] = []
    while not came or came[-1][1] != last:
        delivery = gateway.take(timeout=10)
        assert delivery is not None, came
        came.append((delivery.topic, delivery.payload))
    return came


def test_a_device_publishes_its_own_readings_and_no_others(mosquitto: Mosquitto) -> None:
    with hearing(mosquitto.broker, INGEST, topics.all_readings(SITE)) as ingest:
        mosquitto.send(OTHERS, b"for another", device="d000")
        mosquitto.send(topics.receipt(SITE, "d001"), b"a false receipt", device="d000")
        mosquitto.send(OWN, b"its own", device="d000")
        assert heard(ingest, b"its own") == [(OWN, b"its own")]


def test_a_device_hears_its_own_receipts_and_nothing_else(mosquitto: Mosquitto) -> None:
    mosquitto.tls("d001")
    receipt = topics.receipt(SITE, "d001")
    with hearing(mosquitto.broker, "d001", "biobank/#") as device, hearing(mosquitto.broker, INGEST, "none") as ingest:
        mosquitto.send(OWN, b"another's reading", device="d000")
        mosquitto.send(receipt, b"a false receipt", device="d000")
        ingest.publish([(topics.receipt(SITE, "d000"), b"another's receipt"), (receipt, b"its own")])
        assert heard(device, b"its own") == [(receipt, b"its own")]


def test_a_device_that_takes_the_ingests_client_id_ends_nobodys_session(mosquitto: Mosquitto) -> None:
    tls = mosquitto.tls("d000")
    with hearing(mosquitto.broker, INGEST, topics.all_readings(SITE)) as ingest:
        publish.single(OWN, b"as ingest", 1, hostname="127.0.0.1", port=mosquitto.port, client_id=INGEST, tls=tls)
        delivery = ingest.take(timeout=10)
        assert delivery is not None
        assert (delivery.payload, delivery.epoch, ingest.connected) == (b"as ingest", 1, True)


def answered(port: int, context: ssl.SSLContext | None) -> bytes:
    """What the broker answers to somebody who asks to be let in as d000; nothing where it hangs up."""
    with (
        suppress(OSError),
        socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname="localhost") if context else plain as asking,
    ):
        asking.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04d000")
        return asking.recv(4)
    return b""


@pytest.mark.parametrize(
    ("speaks", "answer"), [("ours", ADMITTED), ("another's", b""), ("none", b""), ("without TLS", b"")]
)
def test_nobody_enters_without_a_certificate_of_our_authority(
    mosquitto: Mosquitto, tmp_path: Path, speaks: str, answer: bytes
) -> None:
    ours, theirs = issue_device(mosquitto.certificates, "d000"), issue_device(tmp_path, "d000")
    context = _speaking(ours) if speaks == "ours" else ssl.create_default_context(cafile=ours.authority)
    if speaks == "another's":
        context.load_cert_chain(theirs.certificate, theirs.key)
    assert answered(mosquitto.port, context if speaks != "without TLS" else None) == answer


def test_a_revoked_device_is_not_let_in_whichever_of_its_certificates_it_shows_and_a_new_one_is(mosquitto: Mosquitto) -> None:
    ours = mosquitto.certificates
    lost = [_speaking(issue_device(ours, "d000", days)) for days in (730, 2190)]  # the second came when the first was to end
    others = _speaking(issue_device(ours, "d001"))
    revoke(ours, "d000")
    with pytest.raises(NeverIssued):
        revoke(ours, "d002")
    mosquitto.kill()
    mosquitto.start()
    assert [answered(mosquitto.port, context) for context in lost] == [b"", b""]
    assert answered(mosquitto.port, others) == ADMITTED
    with hearing(mosquitto.broker, INGEST, topics.all_readings(SITE)) as ingest:
        mosquitto.send(OWN, b"with a new certificate", device="d000")
        assert heard(ingest, b"with a new certificate") == [(OWN, b"with a new certificate")]


def test_a_device_that_is_revoked_while_it_is_connected_is_heard_no_more(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    mosquitto.tls("d000")
    command = ["certificates", "--home", str(mosquitto.home), "--broker", str(mosquitto.kept), "--revoke", "d000"]
    everything = topics.all_readings(SITE)
    with hearing(mosquitto.broker, "d000", "none") as lost, hearing(mosquitto.broker, INGEST, everything) as ingest:
        lost.publish([(OWN, b"before")])
        assert heard(ingest, b"before") == [(OWN, b"before")]
        monkeypatch.setattr("sys.argv", command)
        certificates.main()
        assert mosquitto.process is not None
        assert mosquitto.process.wait(0) == 0, "whoever looks after it starts it again"
        mosquitto.start()
        until(lambda: ingest.connected)
        lost.publish([(OWN, b"after")])
        mosquitto.send(OTHERS, b"another's", device="d001")
        assert heard(ingest, b"another's") == [(OTHERS, b"another's")]
        assert not lost.connected
        until(lambda: _turned_away(mosquitto) > 0)
    assert _turned_away(mosquitto) < 10, "whoever is not admitted waits longer and longer before the next try"


def _turned_away(mosquitto: Mosquitto) -> int:
    return (mosquitto.home / "broker.log").read_text().count("certificate verify failed")


def _speaking(files: Files) -> ssl.SSLContext:
    """What whoever holds these files speaks with."""
    context = ssl.create_default_context(cafile=files.authority)
    context.load_cert_chain(files.certificate, files.key)
    return context


def test_a_broker_of_another_authority_hears_nothing_from_us(mosquitto: Mosquitto, tmp_path: Path) -> None:
    issue_device(tmp_path, "d000")
    gateway = Gateway(Broker(mosquitto.broker.url, tmp_path), "d000", OWN)
    gateway.start()
    try:
        assert gateway.take(timeout=1) is None
        assert not gateway.connected
    finally:
        gateway.stop()


@pytest.mark.parametrize("name", ["#", "+", "d/1", "../d", "", "d" * 65])
def test_no_device_is_called_by_a_wildcard_or_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(topics.WrongTopic):
        issue_device(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [INGEST, BROKER, "authority"])
def test_no_device_is_called_like_a_process_of_ours(tmp_path: Path, name: str) -> None:
    with pytest.raises(NameTaken):
        issue_device(tmp_path, name)


def test_a_certificate_is_kept_until_a_third_of_its_time_is_left_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = issue_device(tmp_path, "d000", days=100).certificate.read_bytes()
    assert issue_device(tmp_path, "d000", days=100).certificate.read_bytes() == first
    assert issue_device(tmp_path, "d000", days=1000).certificate.read_bytes() != first
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_the_broker_never_has_the_authoritys_key(mosquitto: Mosquitto) -> None:
    key = (mosquitto.certificates / "authority.key").read_text()
    assert all(key not in file.read_text(errors="replace") for file in mosquitto.kept.iterdir())
