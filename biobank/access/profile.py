"""The policy is changed by a signed act, and every version of it stays."""

from sqlalchemy import text

from biobank.access import queries
from biobank.access.schemas import PolicyIn
from biobank.access.signing import sign
from biobank.access.tables import AccessPolicy
from biobank.act.acts import Act

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('access policy'))")


def set_policy(act: Act, order: PolicyIn) -> AccessPolicy:
    """Sign the next version. Raises NotSigned."""
    act.session.connection().execute(_ALONE)
    number = queries.policy(act.session.connection()).number + 1
    content = order.model_dump(mode="json", exclude={"signature", "reason"})
    content = {name: sorted(value) if isinstance(value, list) else value for name, value in content.items()}
    signature = sign(act, f"access policy {number}", content)
    return act.add(AccessPolicy(id=act.new_id(), number=number, **content, signature_id=signature.id, set_at=act.recorded_at))
