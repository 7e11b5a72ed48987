"""The tests of notices send to real servers of each protocol."""

from collections.abc import Iterator

import pytest

from tests.receivers import Hook, Mailbox, hook_server, mail_server
from tests.telemetry import installation

__all__ = ["installation"]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as hook:
        yield hook


@pytest.fixture
def gateway() -> Iterator[Hook]:
    """The gateway of short messages."""
    with hook_server() as hook:
        yield hook
