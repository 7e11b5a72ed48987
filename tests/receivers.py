"""Small real servers that take what is sent to people: one speaks SMTP, one HTTP for webhooks and gateways of short messages."""

import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Mailbox:
    """A mail server on a free port; ``refusing`` answers every recipient that the mailbox is full."""

    port: int = 0
    refusing: bool = False
    mails: list[EmailMessage] = field(default_factory=list)


class _Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs that says EHLO, MAIL, RCPT, DATA and QUIT."""

    box: Mailbox

    def handle(self) -> None:
        self._say("220 mail")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self._say("354 go on")
                self._take()
            elif verb == b"RCPT" and self.box.refusing:
                self._say("452 the mailbox is full")
            elif verb == b"QUIT":
                self._say("221 good bye")
                return
            else:
                self._say("250 well")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.box.mails.append(mail)
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server until the block ends."""
    box = Mailbox()
    handler = type("Handler", (_Smtp,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server, _served(server):
        box.port = server.server_address[1]
        yield box


@dataclass
class Hook:
    """A server on a free port that takes JSON by POST, and answers with ``status``."""

    url: str = ""
    status: int = 200
    bodies: list[dict[str, Any]] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)


class _Post(BaseHTTPRequestHandler):
    hook: Hook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.hook.status == 200:
            self.hook.bodies.append(body)
            self.hook.authorizations.append(self.headers["Authorization"])
        self.send_response(self.hook.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def hook_server() -> Iterator[Hook]:
    """A server for webhooks until the block ends."""
    hook = Hook()
    handler = type("Handler", (_Post,), {"hook": hook})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, _served(server):
        hook.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        yield hook


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
