"""The signer makes a head over every leaf that the sealer added, in the database and outside of it."""

from dataclasses import asdict
from datetime import datetime

import structlog
from sqlalchemy import Connection, Engine, text

from biobank.audit.heads import HEAD_COLUMNS, Head, SignatureWrong, check_signature
from biobank.audit.keys import LOCK, Signing, in_use, known
from biobank.audit.merkle import Frontier

log = structlog.get_logger()

_LAST = text(f"SELECT frontier, {HEAD_COLUMNS} FROM audit.head ORDER BY size DESC LIMIT 1")
_LEAVES = text("SELECT number, hash FROM audit.leaf WHERE number >= :size ORDER BY number")
_ADD = text(f"INSERT INTO audit.head (frontier, {HEAD_COLUMNS}) VALUES (:frontier, :size, :root, :made_at, :key_id, :signature)")
_SINCE = text(f"SELECT {HEAD_COLUMNS} FROM audit.head WHERE size > :size ORDER BY size")
_IS_THERE = text("SELECT 1 FROM audit.head WHERE size = :size AND signature = :signature")


class LogBroken(RuntimeError):
    """The log in the database is not what was signed: nothing is signed on top of it before `biobank audit verify` was heard."""


def sign(engine: Engine, signing: Signing, now: datetime) -> int:
    """Sign a head over the leaves there are, and export every head that is not outside yet; returns how many were exported.

    Raises KeyRefused, LogBroken; OSError where the folder of heads cannot be written.
    """
    with engine.begin() as db:
        db.execute(LOCK)
        _add_head(db, signing, now)
    with engine.begin() as db:  # after the head is committed: what is outside is in the database too
        db.execute(LOCK)
        return _export(db, signing)


def _add_head(db: Connection, signing: Signing, now: datetime) -> None:
    key, private = in_use(db, signing.keys)
    tree = _tree_of_last_head(db)
    before = tree.size
    for number, leaf in db.execute(_LEAVES, {"size": before}).yield_per(50_000):
        if number != tree.size:
            raise LogBroken(f"leaf {tree.size} is missing")
        tree.push(leaf)
    if tree.size > before:
        head = Head(tree.size, tree.root(), now, key.id)
        signature = private.sign(head.words().encode())
        db.execute(_ADD, asdict(head) | {"signature": signature, "frontier": tree.to_bytes()})


def _tree_of_last_head(db: Connection) -> Frontier:
    last = db.execute(_LAST).first()
    if last is None:
        return Frontier()
    frontier, *row = last
    head, keys = Head(*row), {key.id: key for key in known(db)}
    try:
        check_signature(keys[head.key_id].public_key, head.signature, head.words())
        tree = Frontier.of_bytes(head.size, frontier)
    except (KeyError, SignatureWrong, ValueError) as error:
        raise LogBroken(f"the head of {head.size} leaves was changed") from error
    if tree.root() != head.root:
        raise LogBroken(f"the head of {head.size} leaves was changed")
    return tree


def _export(db: Connection, signing: Signing) -> int:
    """Add what the file lacks: a crash between database and file, or a new folder, leaves nothing out."""
    outside, missed = 0, 0
    for head in signing.file.newest_first():
        if db.execute(_IS_THERE, {"size": head.size, "signature": head.signature}).first():
            outside = head.size
            break
        missed += 1
    if missed:
        log.error("heads were exported that this database does not have", heads=missed, file=str(signing.file.path))
    there = signing.file.keys_named()
    keys = [key for key in known(db) if key.id not in there]
    heads = [Head(*row) for row in db.execute(_SINCE, {"size": outside})]
    if keys or heads:
        signing.file.add(*keys, *heads)
    return len(heads)
