"""What people send to redact."""

from pydantic import BaseModel, ConfigDict

from biobank.units import Reason
from biobank.web.signature import SignatureIn


class RedactIn(BaseModel):
    """Why a text must not be shown any more, signed."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason
    signature: SignatureIn
