"""Messages of the broker, read in the gateway's process and told to the ingest in as few bytes and objects as can be."""

from biobank.monitoring import triples
from biobank.monitoring.rules import Refused
from devices import payloads, topics

Told = tuple[str, bytes, str, str, int, int | None, bytes]
"""Topic, payload, and what it says: device, sensor, boot, oldest, and the readings as `triples` packs them."""
Denied = tuple[str, bytes, Refused, str]
"""Topic, payload, and why it is refused at sight."""


def read(topic: str, payload: bytes, retained: bool) -> Told | Denied:
    """What a message says; one that cannot be read, or that the broker kept, is refused with its bytes."""
    if retained:
        return topic, payload, Refused.RETAINED, "kept by the broker: not a fresh reading"
    try:
        device = topics.device_of(topic).device
        said = payloads.read_readings(payload)
    except topics.WrongTopic:
        return topic, payload, Refused.WRONG_TOPIC, "no device of ours has this topic"
    except payloads.WrongPayload as error:
        return topic, payload, Refused.WRONG_PAYLOAD, str(error)
    return topic, payload, device, said.sensor, said.boot, said.oldest, triples.pack(said.readings)
