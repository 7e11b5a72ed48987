"""The road that can be cut, stalled and half closed."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.faults.road import Road

PATIENCE_S = 10


@pytest.fixture
def road() -> Iterator[Road]:
    """A road to somebody who says back what they hear, and `bye` when no more comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=_answer, args=(server,), daemon=True)
        answering.start()
        with Road(server.getsockname()[1]) as made:
            yield made


def _answer(server: socket.socket) -> None:
    while True:
        try:
            here, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_echo, args=(here,), daemon=True).start()


def _echo(here: socket.socket) -> None:
    with here:
        try:
            while heard := here.recv(100):
                here.sendall(heard)
            here.sendall(b"bye")
        except OSError:
            return


def connected(road: Road) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", road.port), timeout=PATIENCE_S)
    try:
        made.sendall(b"hello")
        assert made.recv(100) == b"hello"
    except ConnectionError:
        made.close()
        raise
    return made


def test_a_cut_resets_what_is_open_and_whatever_is_opened_until_it_is_clear(road: Road) -> None:
    with connected(road) as here:
        road.cut()
        with pytest.raises(ConnectionResetError):
            here.recv(100)
    with pytest.raises(ConnectionError):
        connected(road)
    road.clear()
    connected(road).close()


def test_what_is_sent_into_a_stalled_road_arrives_when_it_is_clear_and_not_before(road: Road) -> None:
    with connected(road) as here:
        road.stall()
        here.sendall(b"later")
        here.settimeout(0.2)
        with pytest.raises(TimeoutError):
            here.recv(100)
        road.clear()
        here.settimeout(PATIENCE_S)
        assert here.recv(100) == b"later"


def test_half_closed_the_far_end_hears_no_more_and_is_still_heard(road: Road) -> None:
    with connected(road) as here:
        road.half_close()
        assert here.recv(100) == b"bye"
