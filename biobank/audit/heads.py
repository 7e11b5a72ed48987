"""Signed heads of the log and the keys that sign them: their exact words, their lines in a file, their signatures.

What is signed is text that a person reads without any program; what stands in a file is one JSON object a line.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class SignatureWrong(ValueError):
    """The signature is not that of this key over these words."""


def written(moment: datetime) -> str:
    """A time in signed words: UTC, microseconds always."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def key_id(public_key: bytes) -> str:
    """The name of a key: the first 16 hexadecimal digits of the SHA-256 of its public half."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def public_of(key: Ed25519PrivateKey) -> bytes:
    """The public half, 32 bytes."""
    return key.public_key().public_bytes_raw()


def check_signature(public_key: bytes, signature: bytes, words: str) -> None:
    """Raises SignatureWrong."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, words.encode())
    except (InvalidSignature, ValueError) as error:
        raise SignatureWrong from error


@dataclass(frozen=True)
class Head:
    """The log as it stood: how many leaves, under which root, when, signed by which key (RFC 9162 §4.10).

    The database has a row of ``HEAD_COLUMNS`` for it.
    """

    size: int
    root: bytes
    made_at: datetime
    key_id: str
    signature: bytes = b""

    def words(self) -> str:
        """What is signed."""
        return f"biobank tree head 1\nsize {self.size}\nroot {self.root.hex()}\ntime {written(self.made_at)}\nkey {self.key_id}\n"

    def line(self) -> str:
        """Its line in a file of heads."""
        told = {"size": self.size, "root": self.root.hex(), "time": written(self.made_at), "key": self.key_id}
        return json.dumps({"head": told | {"signature": self.signature.hex()}}) + "\n"


@dataclass(frozen=True)
class SigningKey:
    """The public half of a key, signed by itself and by the key that it replaces, unless that one was lost.

    Heads up to ``after_size`` leaves carry the signature of the key before it. The database has a row of ``KEY_COLUMNS`` for it.
    """

    id: str
    public_key: bytes
    made_at: datetime
    after_size: int
    replaces: str | None
    reason: str
    signature: bytes = b""
    replaced_signature: bytes | None = None

    def words(self) -> str:
        """What both keys sign."""
        return (
            f"biobank signing key 1\nkey {self.id}\npublic {self.public_key.hex()}\ntime {written(self.made_at)}\n"
            f"after {self.after_size}\nreplaces {self.replaces or '-'}\nreason {self.reason}\n"
        )

    def line(self) -> str:
        """Its line in a file of heads."""
        told = {"id": self.id, "public": self.public_key.hex(), "time": written(self.made_at), "after": self.after_size}
        told |= {"replaces": self.replaces, "reason": self.reason, "signature": self.signature.hex()}
        by_replaced = self.replaced_signature.hex() if self.replaced_signature is not None else None
        return json.dumps({"key": told | {"replaced_signature": by_replaced}}) + "\n"

    def check(self, replaced: "SigningKey | None") -> None:
        """Raises SignatureWrong where its name, its own signature or the one of the key that it replaces is wrong."""
        if self.id != key_id(self.public_key):
            raise SignatureWrong
        check_signature(self.public_key, self.signature, self.words())
        if self.replaced_signature is not None:
            if replaced is None:
                raise SignatureWrong
            check_signature(replaced.public_key, self.replaced_signature, self.words())


HEAD_COLUMNS = ", ".join(Head.__dataclass_fields__)
KEY_COLUMNS = ", ".join(SigningKey.__dataclass_fields__)


def read_line(line: str) -> Head | SigningKey:
    """The head or key of one line. Raises ValueError where it is neither."""
    try:
        told = json.loads(line)
        if "head" in told:
            return _head(told["head"])
        return _key(told["key"])
    except (KeyError, TypeError) as error:
        raise ValueError("neither a head nor a key") from error


def _head(told: dict[str, str]) -> Head:
    moment = datetime.fromisoformat(told["time"])
    return Head(int(told["size"]), bytes.fromhex(told["root"]), moment, told["key"], bytes.fromhex(told["signature"]))


def _key(told: dict[str, str]) -> SigningKey:
    by_replaced = told["replaced_signature"]
    return SigningKey(
        told["id"],
        bytes.fromhex(told["public"]),
        datetime.fromisoformat(told["time"]),
        int(told["after"]),
        told["replaces"],
        told["reason"],
        bytes.fromhex(told["signature"]),
        bytes.fromhex(by_replaced) if by_replaced else None,
    )
