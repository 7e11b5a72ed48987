import pytest

from labels.documents import Label
from tests.labels.examples import EXAMPLES


@pytest.fixture
def examples() -> dict[str, Label]:
    """One filled-in label of every layout."""
    return {label.layout: label for label in EXAMPLES}
