"""The topics of the broker, written once: ``biobank/v1/<site>/<device>/readings`` and ``…/receipt``, and for everybody with a
certificate ``biobank/v1/<site>/alarms``, which the broker keeps (retained).

The version in the topic is that of the payload's schema, so that an old and a new device can share a broker.
"""

import re
from functools import lru_cache
from typing import NamedTuple

ROOT = "biobank/v1"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class Address(NamedTuple):
    """A device at a site."""

    site: str
    device: str


class WrongTopic(ValueError):
    """A topic that no device of ours may use."""


def readings(site: str, device: str) -> str:
    """Where ``device`` publishes its readings. Raises WrongTopic for a name that is not letters, digits, ``_``,
    ``.``, ``-``.
    """
    return _topic(site, device, "readings")


def receipt(site: str, device: str) -> str:
    """Where ``device`` hears which counters are stored. Raises WrongTopic."""
    return _topic(site, device, "receipt")


def all_readings(site: str) -> str:
    """What the ingest of ``site`` subscribes to. Raises WrongTopic."""
    return f"{ROOT}/{check_name(site)}/+/readings"


def alarms(site: str) -> str:
    """Where the alarms that stand are told at ``site``; only our own process writes there. Raises WrongTopic."""
    return f"{ROOT}/{check_name(site)}/alarms"


@lru_cache(maxsize=4096)
def device_of(topic: str) -> Address:
    """Which device published on a readings topic. Raises WrongTopic."""
    parts = topic.split("/")
    if len(parts) != 5 or "/".join(parts[:2]) != ROOT or parts[4] != "readings":
        raise WrongTopic(topic)
    return Address(check_name(parts[2]), check_name(parts[3]))


def check_name(name: str) -> str:
    """``name``, where it may stand in a topic. Raises WrongTopic."""
    if not _NAME.fullmatch(name):
        raise WrongTopic(name)
    return name


def _topic(site: str, device: str, what: str) -> str:
    return f"{ROOT}/{check_name(site)}/{check_name(device)}/{what}"
