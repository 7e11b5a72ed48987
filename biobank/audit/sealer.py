"""The sealer gives every entry of the trail its place in the log (RFC 9162 §2.1.1: a leaf is SHA-256(0x00 || entry))."""

from datetime import datetime

from sqlalchemy import Engine, text

_SEAL = text("SELECT audit.seal(CAST(:now AS timestamptz), :everything)")


def seal(engine: Engine, now: datetime, *, everything: bool = False) -> int:
    """Seal the entries of all finished transactions, in the order of the transactions; returns how many.

    Only entries below the snapshot horizon are taken, so that none is passed over while its writer still works.
    ``everything`` is for the hour after a restore, when transaction numbers began anew and nobody writes.
    """
    with engine.begin() as db:
        return int(db.execute(_SEAL, {"now": now, "everything": everything}).scalar_one())
