"""Quantities and times as people send them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from biobank.units import When


@pytest.mark.parametrize("sent", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_time_that_utc_cannot_tell_is_bad_input(sent: str) -> None:
    with pytest.raises(ValidationError, match="datetime_object_invalid"):
        TypeAdapter(When).validate_python(sent)
    assert TypeAdapter(When).validate_python(f"{sent[:19]}Z").isoformat() == f"{sent[:19]}+00:00"
