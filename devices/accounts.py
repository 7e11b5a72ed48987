"""As whom our processes speak to the broker: ``python -m devices.accounts --home HOME --broker FOLDER``.

Passwords are made at random on first use. Each process gets a file that ``devices.credentials`` reads; the broker gets
the hashes, in the form of Mosquitto 2.
"""

import argparse
import base64
import hashlib
import json
import os
import pwd
import secrets
import shutil
from pathlib import Path

from biobank.db.lasting import write_private

ACCOUNTS = ("ingest", "simulator")
_ROUNDS = 101
"""As `mosquitto_passwd` does; the passwords are random, so that guessing is hopeless with any number of rounds."""


def credentials_file(home: Path, account: str) -> Path:
    """Where the name and the password of ``account`` stand, for its process."""
    return home / f"mqtt-{account}.json"


def make_accounts(home: Path, broker: Path) -> None:
    """Write the credentials of every account that has none, and the broker's file of hashes. Safe to repeat."""
    lines = []
    for account in ACCOUNTS:
        file = credentials_file(home, account)
        if not file.exists():
            write_private(file, json.dumps({"username": account, "password": secrets.token_urlsafe(32)}))
        lines.append(f"{account}:{_hashed(json.loads(file.read_text())['password'])}")
    broker.mkdir(parents=True, exist_ok=True)
    write_private(broker / "passwords", "\n".join(lines) + "\n")
    if os.geteuid() == 0 and _known("mosquitto"):
        for path in (broker, broker / "passwords"):
            shutil.chown(path, "mosquitto", "mosquitto")  # as whom a broker started by root then runs


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(12)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS)
    return f"$7${_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def _known(user: str) -> bool:
    return any(entry.pw_name == user for entry in pwd.getpwall())


def main() -> None:
    """Make the accounts of one installation."""
    parser = argparse.ArgumentParser(description="Names and passwords at the broker.")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--broker", type=Path, required=True, help="the broker's data folder")
    asked = parser.parse_args()
    asked.home.mkdir(parents=True, exist_ok=True)
    make_accounts(asked.home, asked.broker)


if __name__ == "__main__":
    main()
