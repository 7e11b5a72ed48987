"""The keys that sign heads: made, rotated, and replaced after a loss, each by an act; what the database knows of them."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text

from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import PREPARER_OF_DATABASE
from biobank.audit.heads import KEY_COLUMNS, SigningKey, key_id, public_of
from biobank.audit.headsfile import NAME, HeadsFile
from biobank.audit.keyfile import KeyFile, KeyRefused
from biobank.db.roles import Login
from biobank.settings import Settings

LOCK = text("SELECT pg_advisory_xact_lock(hashtext('audit.head'))")
"""Heads are made and keys exchanged one at a time; nobody who writes records waits for it."""

_KEYS = text(f"SELECT {KEY_COLUMNS} FROM audit.signing_key")
_ADD_KEY = text(
    f"INSERT INTO audit.signing_key ({KEY_COLUMNS})"
    " VALUES (:id, :public_key, :made_at, :after_size, :replaces, :reason, :signature, :replaced_signature)"
)
_LAST_SIZE = text("SELECT coalesce(max(size), 0) FROM audit.head")


@dataclass(frozen=True)
class Signing:
    """Where an installation keeps its private key, and where its heads go."""

    keys: KeyFile
    file: HeadsFile

    @classmethod
    def of(cls, settings: Settings) -> "Signing":
        """As the settings say."""
        return cls(KeyFile(settings.keys_folder), HeadsFile(settings.heads_folder / NAME))


def known(db: Connection) -> list[SigningKey]:
    """The keys that the database knows, the one in use last."""
    following = {key.replaces: key for key in (SigningKey(*row) for row in db.execute(_KEYS))}
    ordered = [following[None]] if None in following else []
    while ordered and ordered[-1].id in following:
        ordered.append(following[ordered[-1].id])
    return ordered


def in_use(db: Connection, keys: KeyFile) -> tuple[SigningKey, Ed25519PrivateKey]:
    """The key in use with its private half; finishes a rotation that was cut off. Raises KeyRefused."""
    there = known(db)
    if not there:
        raise KeyRefused("The database knows no signing key: `biobank keys make` makes the first.")
    following = keys.load_next()
    if following is not None and key_id(public_of(following)) == there[-1].id:
        keys.use_next()
    private = keys.load()
    if key_id(public_of(private)) != there[-1].id:
        raise KeyRefused(f"{keys.path} is not key {there[-1].id}, which is in use: docs/audit-log.md says what to do.")
    return there[-1], private


def make(acts: Acts, signing: Signing) -> SigningKey:
    """The first key of an installation. A key file that is there already is taken. Raises KeyRefused where one is known."""
    with acts.begin(PREPARER_OF_DATABASE, Kind.MAKE_KEY, login=Login.WORKER) as act:
        db = _locked(act)
        if known(db):
            raise KeyRefused("The database knows a signing key: `biobank keys rotate` replaces it.")
        if signing.keys.path.exists():
            private = signing.keys.load()
        else:
            private = Ed25519PrivateKey.generate()
            signing.keys.write_next(private)
        key = _added(db, _stated(private, act.recorded_at, 0, None, "first key"), private, None)
    if signing.keys.next_path.exists():
        signing.keys.use_next()
    signing.file.add(key)
    return key


def ensure(acts: Acts, signing: Signing) -> None:
    """The first key where the database knows none; safe to repeat."""
    with acts.engines.of(Login.WORKER).connect() as db:
        there = known(db)
    if not there:
        make(acts, signing)


def rotate(acts: Acts, signing: Signing, reason: str, *, by: str = "", lost: bool = False) -> SigningKey:
    """A new key in the place of the one in use, signed by both; by the new one alone where the old one is ``lost``.

    ``by`` is who sat at the terminal, as the machine knows them; it stands in the signed words of the key.
    Raises KeyRefused, NoReason.
    """
    said = " ".join(reason.split())
    words = f"{said} (at the terminal: {by})" if by else said
    with acts.begin(PREPARER_OF_DATABASE, Kind.ROTATE_KEY, reason=said, login=Login.WORKER) as act:
        db = _locked(act)
        there = known(db)
        if not there:
            raise KeyRefused("The database knows no signing key: `biobank keys make` makes the first.")
        old = None if lost else in_use(db, signing.keys)[1]
        private = Ed25519PrivateKey.generate()
        signing.keys.write_next(private)
        size = int(db.execute(_LAST_SIZE).scalar_one())
        key = _added(db, _stated(private, act.recorded_at, size, there[-1].id, words), private, old)
    signing.keys.use_next()
    signing.file.add(key)
    return key


def _locked(act: Act) -> Connection:
    db = act.session.connection()
    db.execute(LOCK)
    return db


def _stated(private: Ed25519PrivateKey, now: datetime, after: int, replaces: str | None, reason: str) -> SigningKey:
    public = public_of(private)
    return SigningKey(key_id(public), public, now, after, replaces, reason)


def _added(db: Connection, key: SigningKey, private: Ed25519PrivateKey, old: Ed25519PrivateKey | None) -> SigningKey:
    words = key.words().encode()
    signed = replace(key, signature=private.sign(words), replaced_signature=old.sign(words) if old is not None else None)
    db.execute(_ADD_KEY, asdict(signed))
    return signed
