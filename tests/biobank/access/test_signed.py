"""What a signature is under: this record, with exactly this content, by this person; anything else is unsigned."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from biobank.access.signed import SignedOut, stands
from biobank.access.signing import canonical
from biobank.access.tables import Signature

QUINN, SAM = UUID(int=1), UUID(int=2)
RECORD, CONTENT = "LX01B260000003", {"verdict": "approved", "reviewed": "every result", "units": ["a", "b"]}
AT = datetime(2026, 3, 15, 9, tzinfo=UTC)


@pytest.fixture
def signature() -> Signature:
    digest = hashlib.sha256(canonical(CONTENT)).digest()
    return Signature(
        id=UUID(int=3),
        person_id=QUINN,
        printed_name="Quinn",
        meaning="I approve",
        record=RECORD,
        content_sha256=digest,
        signed_at=AT,
    )


def test_it_stands_under_what_was_signed_in_whatever_order_it_is_told(signature: Signature) -> None:
    assert stands(signature, RECORD, dict(reversed(CONTENT.items())), QUINN)
    assert SignedOut.of(signature, RECORD, CONTENT).unsigned is None


def test_copied_to_another_record_with_the_same_content_it_is_none(signature: Signature) -> None:
    assert not stands(signature, "LX01B260000004", CONTENT, QUINN)


def test_it_is_nobody_elses(signature: Signature) -> None:
    assert not stands(signature, RECORD, CONTENT, SAM)


@pytest.mark.parametrize(
    "changed", [{"verdict": "rejected"}, {"reviewed": "every result."}, {"units": ["b", "a"]}, {"more": None}, {"reviewed": None}]
)
def test_with_anything_changed_it_shows_as_unsigned(signature: Signature, changed: dict[str, Any]) -> None:
    told = SignedOut.of(signature, RECORD, CONTENT | changed)
    assert (told.signature, told.unsigned) == (None, "content_changed")
