"""The simulated freezer: the same seed gives the same values, and only a receipt frees its buffer."""

from biobank.act.randomness import Randomness
from devices.freezer import Faults, SimulatedFreezer
from devices.payloads import Receipt

MINUTE = 60_000


def freezer(faults: Faults | None = None, capacity: int = 1000) -> SimulatedFreezer:
    draw = Randomness(b"seed").stream("freezer", "S000")
    made = SimulatedFreezer("S000", 4, draw, faults=faults or Faults(), capacity=capacity)
    for number in range(10):
        made.measure(number * MINUTE)
    return made


def test_the_same_seed_gives_the_same_values_around_the_set_point() -> None:
    assert list(freezer().buffer) == list(freezer().buffer)
    assert all(-163_000 < reading.value_milli < -156_000 for reading in freezer().buffer)


def test_only_a_receipt_of_this_start_frees_the_buffer() -> None:
    made = freezer()
    made.free(Receipt(version=1, sensor="S000", boot=3, counter=10))
    made.free(Receipt(version=1, sensor="S001", boot=4, counter=10))
    assert len(made.buffer) == 10
    made.free(Receipt(version=1, sensor="S000", boot=4, counter=7))
    assert [reading.counter for reading in made.buffer] == [8, 9, 10]


def test_a_full_buffer_drops_its_oldest_and_says_so() -> None:
    message = freezer(capacity=4).message(0, 20)
    assert message is not None
    assert (message.oldest, [reading.counter for reading in message.readings]) == (7, [7, 8, 9, 10])


def test_a_warm_freezer_is_warm_and_a_silent_one_is_silent() -> None:
    made = freezer(Faults(warm=(2 * MINUTE, 4 * MINUTE), silent=(6 * MINUTE, 8 * MINUTE)))
    warm = [reading.time_ms // MINUTE for reading in made.buffer if reading.value_milli > -130_000]
    assert warm == [2, 3]
    assert [reading.time_ms // MINUTE for reading in made.buffer] == [0, 1, 2, 3, 4, 5, 8, 9]


def test_a_clock_that_stands_still_gives_no_second_reading() -> None:
    made = freezer()
    made.measure(9 * MINUTE)
    assert made.counter == 10
