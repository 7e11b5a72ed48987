"""Redacting: the text stays in its record and in the trail, and is shown nowhere."""

from uuid import UUID

from biobank.access import signing
from biobank.act import idempotency
from biobank.act.acts import Act
from biobank.redaction import queries, rules
from biobank.redaction.rules import Written
from biobank.redaction.tables import Redaction


def redact(act: Act, code: str, written: Written, row_id: UUID, text: str | None, reason: str) -> Redaction:
    """Lay a signed line over ``text``, which stands in that row about the thing with this code; no kept answer tells it again.

    Whoever wrote it does not redact it; the database knows who did. Raises NothingToRedact, RedactedAlready, NotSigned.
    """
    there = rules.check_may_redact(code, text, queries.is_redacted(act.session, written, row_id))
    idempotency.forget(act.session, there)
    told = {"act": "redact", "written": written.value, "row": str(row_id), "text": text, "reason": reason}
    return act.add(
        Redaction(
            id=act.new_id(),
            written=written,
            row_id=row_id,
            reason=reason,
            redacted_by=act.person.id,
            redacted_at=act.recorded_at,
            signature_id=signing.sign(act, code, told).id,
        )
    )
