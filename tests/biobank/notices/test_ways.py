"""Each way hands a message to a real server of its protocol, and says where that did not take it."""

import pytest
from pydantic import ValidationError

from biobank.db.embedded import free_port
from biobank.notices.rules import Way
from biobank.notices.schemas import ContactIn
from biobank.notices.ways import SHORT, Message, WayFailed, Ways
from biobank.settings import Settings
from tests.receivers import Hook, Mailbox

MESSAGE = Message(
    "n-1", "Alarm: Freezer LX1 is too warm: -140.0 °C", "Too warm: 1\n- Freezer LX1\n\nSign in: http://b.example/\n"
)


def test_a_mail_arrives_as_it_was_written(mailbox: Mailbox) -> None:
    ways = Ways(Settings(smtp_port=mailbox.port, smtp_from="biobank@lab.example"))
    ways.send(Way.EMAIL, "bo@lab.example", MESSAGE)
    [mail] = mailbox.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == ("bo@lab.example", "biobank@lab.example", MESSAGE.subject)
    assert mail["Message-ID"] == "<n-1@lab.example>"
    assert mail.get_content().splitlines() == MESSAGE.text.splitlines()


def test_a_webhook_gets_the_message_as_json(hook: Hook) -> None:
    Ways(Settings()).send(Way.WEBHOOK, hook.url, MESSAGE)
    assert hook.bodies == [{"notice": "n-1", "subject": MESSAGE.subject, "text": MESSAGE.text}]


def test_a_short_message_is_short_and_ends_with_the_link(gateway: Hook) -> None:
    ways = Ways(Settings(sms_url=gateway.url), {"sms_token": "a token"})
    ways.send(Way.SMS, "+4799999999", Message("n-2", "x" * 1000, MESSAGE.text))
    [told] = gateway.bodies
    assert (told["to"], told["reference"], len(told["text"])) == ("+4799999999", "n-2", SHORT)
    assert told["text"].endswith("x http://b.example/")
    assert gateway.authorizations == ["Bearer a token"]


@pytest.mark.parametrize("way", list(Way))
def test_a_way_that_nobody_answers_says_so(way: Way) -> None:
    nobody = free_port()
    ways = Ways(Settings(smtp_port=nobody, sms_url=f"http://127.0.0.1:{nobody}"))
    with pytest.raises(WayFailed):
        ways.send(way, f"http://127.0.0.1:{nobody}/", MESSAGE)


def test_a_way_that_refuses_says_so(mailbox: Mailbox, hook: Hook) -> None:
    mailbox.refusing, hook.status = True, 503
    ways = Ways(Settings(smtp_port=mailbox.port))
    with pytest.raises(WayFailed, match="452"):
        ways.send(Way.EMAIL, "bo@lab.example", MESSAGE)
    with pytest.raises(WayFailed, match="503"):
        ways.send(Way.WEBHOOK, hook.url, MESSAGE)
    with pytest.raises(WayFailed, match="BIOBANK_SMS_URL"):
        ways.send(Way.SMS, "+4799999999", MESSAGE)


UNREACHABLE = [
    *((Way.WEBHOOK, f"http://{host}/") for host in ("hook:port", "[::1", "hook:99999", "a..b", f"{'a' * 64}.example", ":80")),
    *((Way.EMAIL, address) for address in ("a@[x", ":@x", "a@x..example", "a;b@x.example", "a(b)@x.example", "bjørn@x.example")),
]


@pytest.mark.parametrize(("way", "address"), UNREACHABLE)
def test_an_address_that_nothing_can_be_sent_to_is_refused_and_where_it_stands_already_the_way_says_so(
    way: Way, address: str, mailbox: Mailbox
) -> None:
    with pytest.raises(ValidationError, match="Nothing can be sent to this address"):
        ContactIn(facility="GMP", name="Bo", **{way.value: address})
    with pytest.raises(WayFailed):
        Ways(Settings(smtp_port=mailbox.port)).send(way, address, MESSAGE)
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("told", "secrets"),
    [({"sms_url": "http://gateway:port/"}, {}), ({"smtp_from": "Biobank"}, {}), ({}, {"smtp_user": "biobank"})],
)
def test_settings_by_which_a_way_could_never_work_are_refused_at_the_start(told: dict[str, str], secrets: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"gateway:port|Biobank|smtp_password"):
        Ways(Settings(**told), secrets)
