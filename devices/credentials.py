"""As whom a process of ours speaks to the broker: from a file that only its owner reads, or from the environment."""

import json
import os
from pathlib import Path

from devices.gateway import Broker


def broker_of(url: str) -> Broker:
    """The broker at ``url`` with this process's name and password.

    ``BIOBANK_MQTT_CREDENTIALS`` names a JSON file with ``username`` and ``password``; else ``BIOBANK_MQTT_USERNAME``
    and ``BIOBANK_MQTT_PASSWORD``; else nobody, for a broker that lets the loopback in. Never part of the address,
    which every process list shows.
    """
    file = os.environ.get("BIOBANK_MQTT_CREDENTIALS")
    if file:
        known = json.loads(Path(file).read_text())
        return Broker(url, known["username"], known["password"])
    return Broker(url, os.environ.get("BIOBANK_MQTT_USERNAME"), os.environ.get("BIOBANK_MQTT_PASSWORD"))
