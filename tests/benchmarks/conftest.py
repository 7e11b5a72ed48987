"""What a benchmark says in the end."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Said = Callable[[], dict[str, Any]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """The line of JSON with which the benchmark ended that just ran."""
    return lambda: dict(json.loads(capsys.readouterr().out.splitlines()[-1]))
