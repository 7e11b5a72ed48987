"""A signature as it is shown with what was signed, and whether it still is under exactly that."""

import hashlib
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from biobank.access.signing import canonical
from biobank.access.tables import Signature

Unsigned = Literal["content_changed"]
"""Why something that was signed shows as unsigned."""


class SignatureOut(BaseModel):
    """A signature as it is shown: who, in which role, what it means, when (UTC), and the hash of what it is bound to.

    Signatures from before user name and role were kept have none.
    """

    printed_name: str
    username: str | None
    role: str | None
    meaning: str
    signed_at: datetime
    content_sha256: str

    @classmethod
    def of(cls, signature: Signature) -> "SignatureOut":
        """From a record."""
        return cls(
            printed_name=signature.printed_name,
            username=signature.username,
            role=signature.role,
            meaning=signature.meaning,
            signed_at=signature.signed_at,
            content_sha256=signature.content_sha256.hex(),
        )


class SignedOut(BaseModel):
    """The signature under a record, or that there is none any more because the content is not what was signed."""

    signature: SignatureOut | None
    unsigned: Unsigned | None

    @classmethod
    def of(cls, signature: Signature, record: str, content: dict[str, Any], signer: UUID | None = None) -> "SignedOut":
        """From a record and its content as it stands now."""
        if stands(signature, record, content, signer):
            return cls(signature=SignatureOut.of(signature), unsigned=None)
        return cls(signature=None, unsigned="content_changed")


def stands(signature: Signature, record: str, content: dict[str, Any], signer: UUID | None = None) -> bool:
    """Whether a signature is under this record with this content, and by ``signer`` where that is known from elsewhere.

    A signature that was copied to another record is none: neither code nor hash are that record's.
    """
    if signature.record != record or (signer is not None and signature.person_id != signer):
        return False
    return hashlib.sha256(canonical(content)).digest() == signature.content_sha256
