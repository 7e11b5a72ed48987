"""Electronic signatures: who, meaning and time, bound to the SHA-256 of exactly what was signed."""

import hashlib
import json
from typing import Any

from biobank.access.tables import Signature
from biobank.act.acts import Act
from biobank.errors import NotAllowed


class NotSigned(NotAllowed):
    """This act needs a signature, and the act carries none of the person who acts."""

    code = "not_signed"


def canonical(content: dict[str, Any]) -> bytes:
    """The bytes that are signed: JSON with sorted keys and no blanks, in UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def sign(act: Act, record: str, content: dict[str, Any]) -> Signature:
    """Sign ``content`` of the record with this code, by the person who acts. Raises NotSigned."""
    if act.signed is None or act.signed.person_id != act.person.id:
        raise NotSigned(record=record)
    return act.add(
        Signature(
            id=act.new_id(),
            person_id=act.person.id,
            printed_name=act.signed.printed_name,
            meaning=act.signed.meaning,
            record=record,
            content_sha256=hashlib.sha256(canonical(content)).digest(),
            signed_at=act.recorded_at,
            username=act.person.username,
            role=", ".join(sorted(act.person.roles)),
        )
    )
