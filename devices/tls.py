"""TLS to the broker: with our certificate, to a broker of our own authority only, and many packets at a time.

The client asks its socket for single bytes, and the broker wraps each packet in a record of its own: an ordinary TLS socket
would go to the system five times for each message. This one takes what is there at once, and sends what was gathered at once.
"""

import socket
import ssl
from typing import Any

from devices.certificates import Files

HANDSHAKE_S = 10.0
_AT_ONCE = 64 * 1024


class Gathering:
    """A TLS connection that reads and writes by the block. What was sent goes on its way with ``flush``."""

    def __init__(self, plain: socket.socket, context: ssl.SSLContext, name: str | None) -> None:
        self._plain = plain
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._came, self._goes, server_hostname=name)
        self._read, self._at = b"", 0
        self._gathered, self._unsent = bytearray(), b""

    def do_handshake(self) -> None:
        """Shake hands, on a socket that waits. Raises OSError where the other side does not answer or is not trusted."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self.flush()
                self._take()
            else:
                self.flush()
                return

    def recv(self, size: int) -> bytes:
        """Up to ``size`` bytes; none where the connection has ended. Raises BlockingIOError or ssl.SSLWantReadError where
        none have come yet."""
        if self._at == len(self._read):
            self._read, self._at = b"", 0  # should the next line raise, nothing is read twice
            self._read = self._block()
        piece = self._read[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def pending(self) -> int:
        """How many bytes can be had without asking the system."""
        return len(self._read) - self._at

    def send(self, data: bytes | bytearray) -> int:
        """Gather ``data`` for the next ``flush``."""
        self._gathered += data
        return len(data)

    def flush(self) -> None:
        """Send what was gathered, as far as the system takes it; reading will tell where the connection has ended."""
        try:
            if self._gathered:
                self._tls.write(self._gathered)
                self._gathered.clear()
            self._unsent += self._goes.read()
            while self._unsent:
                self._unsent = self._unsent[self._plain.send(self._unsent) :]
        except BlockingIOError:
            return  # the rest goes when there is room
        except OSError:
            self._gathered.clear()
            self._unsent = b""

    @property
    def unsent(self) -> bool:
        """Whether something waits until the system takes more."""
        return bool(self._unsent)

    def fileno(self) -> int:
        """For select."""
        return self._plain.fileno()

    def settimeout(self, seconds: float | None) -> None:
        """How long the socket itself waits."""
        self._plain.settimeout(seconds)

    def setblocking(self, waits: bool) -> None:
        """Whether the socket itself waits."""
        self._plain.setblocking(waits)

    def close(self) -> None:
        """Send what can still be sent, and close."""
        self.flush()
        self._read, self._at = b"", 0
        self._plain.close()

    def _block(self) -> bytes:
        """All that has come, record by record. An error after some records is told when these are read."""
        try:
            return self._records()
        except ssl.SSLWantReadError:
            self._take()
        return self._records()

    def _records(self) -> bytes:
        records = []
        try:
            while record := self._tls.read(_AT_ONCE):
                records.append(record)
        except ssl.SSLError:
            if not records:
                raise
        return b"".join(records)

    def _take(self) -> None:
        data = self._plain.recv(_AT_ONCE)
        if data:
            self._came.write(data)
        else:
            self._came.write_eof()


class _Context(ssl.SSLContext):
    """Shakes hands at once, for no longer than HANDSHAKE_S, and closes a socket that fails; the client would leave it open."""

    def wrap_socket(self, sock: socket.socket, *_: Any, server_hostname: str | bytes | None = None, **__: Any) -> Any:
        """The socket as ours, after the handshake. Raises OSError."""
        name = server_hostname.decode() if isinstance(server_hostname, bytes) else server_hostname
        try:
            sock.settimeout(HANDSHAKE_S)
            ours = Gathering(sock, self, name)
            ours.do_handshake()
        except OSError:
            sock.close()
            raise
        return ours


def context(files: Files) -> ssl.SSLContext:
    """Speaks with the certificate of ``files``, to a broker of our own authority only."""
    ours = _Context(ssl.PROTOCOL_TLS_CLIENT)
    ours.load_verify_locations(files.authority)
    ours.load_cert_chain(files.certificate, files.key)
    return ours
