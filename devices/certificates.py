"""Who may speak to the broker: ``python -m devices.certificates --home HOME
--broker FOLDER [--device NAME …] [--revoke NAME …]``.

One private authority of this installation signs the broker, the ingest and every device; the name in a certificate is
the device's name in its topics and its client id. Whatever holds a certificate of this authority is let in, so its key
signs for nothing else and stays in the home. Whoever is let in no more stands on the authority's list. The broker reads that
when it starts, and only its end ends a connection that stands: the command ends it, for whoever looks after it to start it again;
a broker in a container of its own is ended by ``mosquitto.sh`` there.
"""

import argparse
import os
import pwd
import shutil
import sys
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from biobank.clock import SystemClock
from biobank.db.lasting import write_private
from devices import topics
from devices.broker import end_running

AUTHORITY, BROKER, INGEST, ALARMS, PROOF = "authority", "broker", "ingest", "alarms", "proof"
OURS = INGEST, ALARMS, PROOF
"""Our processes that speak to the broker; the last is a device like any other, by which alarms are proven."""
HOSTS = ("localhost", "127.0.0.1", "broker")
"""As what the broker is called on one machine and in the compose file."""
DAYS = 730
ACL = Path(__file__).with_name("acl")
ISSUED, REVOKED = "issued", "revoked.crl"
"""In the home: a line with serial number and name for each certificate; and the list of those that are good no more."""
ELSEWHERE = """No broker runs here in that folder. That of the compose file sees the list and starts anew within seconds.
Start any other one anew: until then it hears who was revoked.
"""
_CLOCKS_APART = timedelta(days=1)
"""A device whose clock is a little behind is not kept out by a new certificate."""


class NeverIssued(ValueError):
    """No certificate of this name was ever issued here."""


class NameTaken(ValueError):
    """A device may not be called like a process of ours."""


class Files(NamedTuple):
    """What one name needs to speak TLS."""

    authority: Path
    certificate: Path
    key: Path


def files_of(folder: Path, name: str) -> Files:
    """Where the certificates of ``name`` stand. Raises topics.WrongTopic for what is no name, as ``#`` or ``+``."""
    topics.check_name(name)
    return Files(folder / f"{AUTHORITY}.crt", folder / f"{name}.crt", folder / f"{name}.key")


def issue_device(folder: Path, name: str, days: int = DAYS) -> Files:
    """A certificate for a device; one that is good for a third of ``days`` yet is kept. Raises NameTaken, topics.WrongTopic."""
    if name in (AUTHORITY, BROKER, *OURS):
        raise NameTaken(name)
    return _issued(folder, name, days, ())


def revoke(folder: Path, name: str) -> None:
    """Put every certificate that was ever issued to ``name`` on the list, from the broker's next start on, and forget the files
    of the last one: a new one may be issued. Raises NeverIssued, topics.WrongTopic.
    """
    files, now = files_of(folder, name), SystemClock().now()
    serials = {int(serial) for serial, _, to in (line.partition(" ") for line in _ever_issued(folder)) if to == name}
    if files.certificate.exists():
        serials.add(x509.load_pem_x509_certificate(files.certificate.read_bytes()).serial_number)
    if not serials:
        raise NeverIssued(name)
    _write_list(folder, now, serials)
    files.certificate.unlink(missing_ok=True)
    files.key.unlink(missing_ok=True)


def equip_broker(folder: Path, broker: Path, hosts: Sequence[str] = HOSTS, days: int = DAYS) -> None:
    """Certificates of the broker and of our processes, and in the broker's data folder what it needs. Safe to repeat.

    The authority's key is not among it: a broker that is broken into admits nobody new.
    """
    for name in OURS:
        _issued(folder, name, days, ())
    _write_list(folder, SystemClock().now())
    given = (*_issued(folder, BROKER, days, hosts), folder / REVOKED, ACL)
    broker.mkdir(parents=True, exist_ok=True)
    for file in given:
        write_private(broker / file.name, file.read_text())
    if os.geteuid() == 0 and any(entry.pw_name == "mosquitto" for entry in pwd.getpwall()):
        for path in (broker, *(broker / file.name for file in given)):
            shutil.chown(path, "mosquitto", "mosquitto")  # as whom a broker started by root then runs


def _issued(folder: Path, name: str, days: int, hosts: Sequence[str]) -> Files:
    files, now = files_of(folder, name), SystemClock().now()
    authority = _authority(folder, now)
    if files.certificate.exists():
        there = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        if _names(there) == set(hosts) and there.not_valid_after_utc > now + timedelta(days=days / 3):
            return files
    signer = load_pem_private_key((folder / f"{AUTHORITY}.key").read_bytes(), password=None)
    key = ec.generate_private_key(ec.SECP256R1())
    use = ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH
    made = _certificate(name, key, authority.subject, now + timedelta(days=days))
    made = made.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    if hosts:
        made = made.add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
    signed = made.sign(signer, SHA256())  # type: ignore[arg-type]
    write_private(folder / ISSUED, "\n".join([*_ever_issued(folder), f"{signed.serial_number} {name}", ""]))
    _write(files, key, signed)
    return files


def _ever_issued(folder: Path) -> list[str]:
    return (folder / ISSUED).read_text().splitlines() if (folder / ISSUED).exists() else []


def _write_list(folder: Path, now: datetime, serials: Collection[int] = ()) -> None:
    """The list of revoked certificates, with these besides those that stand on it; good for as long as the authority is."""
    authority = _authority(folder, now)
    made = x509.CertificateRevocationListBuilder().issuer_name(authority.subject)
    made = made.last_update(now - _CLOCKS_APART).next_update(authority.not_valid_after_utc)
    before = list(x509.load_pem_x509_crl((folder / REVOKED).read_bytes())) if (folder / REVOKED).exists() else []
    for known in before:
        made = made.add_revoked_certificate(known)
    for serial in set(serials) - {known.serial_number for known in before}:
        revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
        made = made.add_revoked_certificate(revoked)
    signer = load_pem_private_key((folder / f"{AUTHORITY}.key").read_bytes(), password=None)
    listed = made.sign(signer, SHA256())  # type: ignore[arg-type]
    write_private(folder / REVOKED, listed.public_bytes(Encoding.PEM).decode())


def _authority(folder: Path, now: datetime) -> x509.Certificate:
    files = files_of(folder, AUTHORITY)
    if not files.certificate.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate("biobank devices", key, None, now + timedelta(days=7300))
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        _write(files, key, made.sign(key, SHA256()))
    return x509.load_pem_x509_certificate(files.certificate.read_bytes())


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name | None, until: datetime
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(issuer or subject, subject, key.public_key(), x509.random_serial_number())
    return made.not_valid_before(SystemClock().now() - _CLOCKS_APART).not_valid_after(until)


def _write(files: Files, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    """The key first: a certificate that stands there has its key."""
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(files.key, private.decode())
    write_private(files.certificate, certificate.public_bytes(Encoding.PEM).decode())


def _names(certificate: x509.Certificate) -> set[str]:
    try:
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    return {str(name.value) for name in named}


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def main() -> None:
    """Make the certificates of one installation."""
    parser = argparse.ArgumentParser(description="Certificates of the broker, the ingest and devices.")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--broker", type=Path, help="the broker's data folder")
    parser.add_argument("--host", action="append", default=[], help="another name by which devices call the broker")
    parser.add_argument("--device", action="append", default=[], help="also one for this device, into HOME/mqtt")
    parser.add_argument("--revoke", action="append", default=[], help="let this device in no more, and end its connection")
    parser.add_argument("--days", type=int, default=DAYS, help="how long a certificate is good")
    asked = parser.parse_args()
    if asked.revoke and not asked.broker:
        parser.error("--revoke needs --broker: what the broker does not know, it does not refuse")
    folder = asked.home / "mqtt"
    for name in asked.revoke:
        revoke(folder, name)
    if asked.broker:
        equip_broker(folder, asked.broker, list(dict.fromkeys((*HOSTS, *asked.host))), asked.days)
    for name in asked.device:
        issue_device(folder, name, asked.days)
    if asked.revoke and not end_running(asked.broker):
        sys.stderr.write(ELSEWHERE)


if __name__ == "__main__":
    main()
