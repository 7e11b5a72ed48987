"""The ways to people: a mail server, a webhook, a gateway for short messages. Each says plainly where it failed."""

import json
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage

import httpx2

from biobank.notices.addresses import mailbox, web
from biobank.notices.rules import Way
from biobank.settings import Settings

PATIENCE_S = 10.0
SHORT = 300
"""Characters of a short message; two of a gateway's usual parts. A default of this system."""


class WayFailed(Exception):
    """A way did not take the message; what it said, without what was sent."""


@dataclass(frozen=True)
class Message:
    """What somebody is told: a heading, a text, and the number of the notice, by which a receiver knows a repetition."""

    notice: str
    subject: str
    text: str


@dataclass(frozen=True)
class Ways:
    """The ways of an installation, by its settings. ``secrets`` are smtp_user, smtp_password and sms_token, each where needed.

    Raises ValueError where a way could never work: that must be known before somebody is to be told.
    """

    settings: Settings
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        mailbox(self.settings.smtp_from)
        if self.settings.sms_url:
            web(self.settings.sms_url)
        if ("smtp_user" in self.secrets) != ("smtp_password" in self.secrets):
            raise ValueError("of smtp_user and smtp_password one alone is given")

    @classmethod
    def of(cls, settings: Settings) -> "Ways":
        """The ways that the settings name, with the secrets of their file. Raises ValueError, OSError."""
        file = settings.notice_credentials
        return cls(settings, json.loads(file.read_text()) if file is not None else {})

    def send(self, way: Way, address: str, message: Message) -> None:
        """Hand ``message`` over; when this returns the other side has taken it. Raises WayFailed."""
        senders: dict[Way, Callable[[str, Message], None]] = {
            Way.EMAIL: self._email,
            Way.WEBHOOK: self._webhook,
            Way.SMS: self._sms,
        }
        try:
            senders[way](address, message)
        except (OSError, smtplib.SMTPException, httpx2.HTTPError, ValueError) as trouble:
            raise WayFailed(f"{type(trouble).__name__}: {trouble}"[:500]) from trouble

    def _email(self, address: str, message: Message) -> None:
        told, mail = self.settings, EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = mailbox(told.smtp_from), mailbox(address), message.subject
        mail["Message-ID"] = f"<{message.notice}@{told.smtp_from.rpartition('@')[2]}>"
        mail.set_content(message.text)
        with smtplib.SMTP(told.smtp_host, told.smtp_port, timeout=PATIENCE_S) as server:
            if told.smtp_tls:
                server.starttls(context=ssl.create_default_context())
            if "smtp_user" in self.secrets:
                server.login(self.secrets["smtp_user"], self.secrets["smtp_password"])
            server.send_message(mail, told.smtp_from, [address])

    def _webhook(self, address: str, message: Message) -> None:
        _post(address, {"notice": message.notice, "subject": message.subject, "text": message.text})

    def _sms(self, address: str, message: Message) -> None:
        if not self.settings.sms_url:
            raise WayFailed("no gateway for short messages is set (BIOBANK_SMS_URL)")
        link = message.text.rstrip().rpartition(" ")[2]
        text = f"{message.subject[: SHORT - len(link) - 1]} {link}"
        headers = {"Authorization": f"Bearer {self.secrets['sms_token']}"} if "sms_token" in self.secrets else {}
        _post(self.settings.sms_url, {"to": address, "text": text, "reference": message.notice}, headers)


def _post(url: str, body: dict[str, str], headers: Mapping[str, str] | None = None) -> None:
    answer = httpx2.post(web(url), json=body, headers=dict(headers or {}), timeout=PATIENCE_S, follow_redirects=False)
    if not answer.is_success:
        raise WayFailed(f"the other side answered {answer.status_code}")
