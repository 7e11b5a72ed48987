"""Whether anything can be sent to an address at all: asked when it is entered, and again before it is used."""

import re
from email.errors import MessageError
from email.headerregistry import Address

import httpx2

from biobank.notices.rules import Way

PATTERNS = {
    Way.EMAIL: r"[^@\s<>]+@[^@\s<>]+",
    Way.WEBHOOK: r"https?://[^\s]+",
    Way.SMS: r"\+[0-9]{6,15}",
}
"""What an address of each way looks like: a telephone number is written with its country."""


def check(way: Way, address: str) -> None:
    """Raises ValueError where nothing can be sent to ``address`` by this way."""
    if not re.fullmatch(PATTERNS[way], address):
        raise ValueError(f"{address} is no address of the way {way}")
    if way is Way.EMAIL:
        mailbox(address)
    elif way is Way.WEBHOOK:
        web(address)


def mailbox(address: str) -> Address:
    """One mailbox (RFC 5322 addr-spec, without name or comment). Raises ValueError."""
    try:
        found = Address(addr_spec=address)
    except (ValueError, MessageError, AttributeError, IndexError) as why:  # so the parser says where an address breaks off
        raise ValueError(f"{address} is no mailbox") from why
    if found.addr_spec != address:
        raise ValueError(f"{address} is more than a mailbox")
    return found


def web(address: str) -> httpx2.URL:
    """Where a message is posted. Raises ValueError."""
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL as why:
        raise ValueError(f"{address} is no address of the web: {why}") from why
    if not url.host or (url.port is not None and not 0 < url.port < 1 << 16):
        raise ValueError(f"{address} names no host, or no port of one")
    url.raw_host.decode("ascii").encode("idna")  # what looks the name up refuses labels that are empty or too long
    return url
