"""Topics and payloads: what a device may say, and where."""

import pytest

from devices import payloads, topics
from devices.payloads import Reading, Readings, Receipt


def test_a_message_is_read_as_it_was_written() -> None:
    message = Readings(version=1, sensor="LX01E26000012X", boot=7, oldest=3, readings=[Reading(3, 1_700_000_000_000, -1)])
    assert payloads.read_readings(payloads.write(message)) == message
    receipt = Receipt(version=1, sensor="LX01E26000012X", boot=7, counter=3)
    assert payloads.read_receipt(payloads.write(receipt)) == receipt


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (b"[]", "message"),
        (b'{"sensor":"S000","boot":1,"readings":[[1,1,1]]}', "version"),
        (b'{"version":1,"sensor":"S0 0","boot":1,"readings":[[1,1,1]]}', "sensor"),
        (b'{"version":1,"sensor":"S000","boot":true,"readings":[[1,1,1]]}', "boot"),
        (b'{"version":1,"sensor":"S000","boot":-1,"readings":[[1,1,1]]}', "boot"),
        (b'{"version":1,"sensor":"S000","boot":1,"readings":[[0,1,1]]}', "readings.0"),
        (b'{"version":1,"sensor":"S000","boot":1,"readings":[[1,-1,1]]}', "readings.0"),
        (b'{"version":1,"sensor":"S000","boot":1,"readings":[[1,1,99999999999]]}', "readings.0"),
        (b'{"version":1,"sensor":"S000","boot":1,"readings":[[1,1]]}', "readings.0"),
        (b'{"version":1,"sensor":"S000","boot":1,"readings":[[1,1,NaN]]}', "readings.0"),
        (b" " * (payloads.LARGEST_BYTES + 1), "longer"),
    ],
)
def test_a_wrong_message_is_refused_with_the_field_in_question(message: bytes, field: str) -> None:
    with pytest.raises(payloads.WrongPayload, match=f"^{field}"):
        payloads.read_readings(message)


def test_a_topic_names_site_and_device() -> None:
    assert topics.device_of(topics.readings("oslo", "freezer-1")) == topics.Address("oslo", "freezer-1")
    assert topics.all_readings("oslo") == "biobank/v1/oslo/+/readings"
    assert topics.receipt("oslo", "freezer-1") == "biobank/v1/oslo/freezer-1/receipt"


@pytest.mark.parametrize(
    "topic", ["", "a/b", "biobank/v2/oslo/f/readings", "biobank/v1/oslo/f/receipt", "biobank/v1/o+/f/readings"]
)
def test_another_topic_is_nobodys(topic: str) -> None:
    with pytest.raises(topics.WrongTopic):
        topics.device_of(topic)
