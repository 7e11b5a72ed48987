"""The private key that signs heads: one file that only its owner reads."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from biobank.db.lasting import is_ours_alone, sync_folder, write_secret


class KeyRefused(RuntimeError):
    """The key cannot be used; the message says why, in words for the administrator."""


class KeyFile:
    """The current private key of an installation, and beside it, while a rotation is under way, the next one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path, self.next_path = folder / "heads.pem", folder / "heads.pem.next"

    def load(self) -> Ed25519PrivateKey:
        """The key. Raises KeyRefused where it is missing, readable by others, or no Ed25519 key."""
        return _load(self.path)

    def load_next(self) -> Ed25519PrivateKey | None:
        """The key of a rotation that was cut off between database and file; None where none was."""
        return _load(self.next_path) if self.next_path.exists() else None

    def check(self) -> None:
        """Raises KeyRefused where somebody else may read or change the folder or a key. A missing key is not refused here."""
        for path in (self.folder, self.path, self.next_path):
            if path.exists():
                _check_rights(path)

    def write_next(self, key: Ed25519PrivateKey) -> None:
        """Keep ``key`` beside the current one until ``use_next``."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _check_rights(self.folder)
        self.next_path.unlink(missing_ok=True)
        write_secret(self.next_path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def use_next(self) -> None:
        """Put the next key in the place of the current one, whose private half is gone from then on."""
        self.next_path.replace(self.path)
        sync_folder(self.folder)


def _load(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        raise KeyRefused(f"There is no signing key at {path}: `biobank keys make` makes one.")
    _check_rights(path.parent)
    _check_rights(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyRefused(f"{path} holds no key that can be read.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{path} holds no Ed25519 key.")
    return key


def _check_rights(path: Path) -> None:
    if not is_ours_alone(path):
        found = path.stat()
        raise KeyRefused(
            f"{path} is open to others or belongs to another user (mode {found.st_mode & 0o777:o}, user {found.st_uid}):"
            " only who signs may read it."
        )
