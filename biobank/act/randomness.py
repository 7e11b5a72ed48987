"""Randomness as a stream keyed by purpose, participant and visit, so that one arm's draws never move another's numbers."""

import hashlib
import hmac
from collections.abc import Callable


class Randomness:
    """Streams of unbiased integers from one secret of the instance (HMAC-SHA256 in counter mode).

    The same secret and key give the same stream, in every process and in any order of asking.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def stream(self, purpose: str, *key: str) -> Callable[[int], int]:
        """A function that draws the stream's next integer in ``[0, n)``."""
        name = "\x1f".join((purpose, *key)).encode()
        counter = 0

        def draw(n: int) -> int:
            nonlocal counter
            limit = (1 << 64) - (1 << 64) % n  # above it, taking the remainder would favour small numbers
            while True:
                block = hmac.digest(self._secret, name + counter.to_bytes(8), hashlib.sha256)
                counter += 1
                value = int.from_bytes(block[:8])
                if value < limit:
                    return value % n

        return draw
