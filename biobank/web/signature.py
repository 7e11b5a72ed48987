"""What a person gives to sign: every component again, at the moment of signing (21 CFR 11.200(a), EU GMP Annex 11 §14)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from biobank.errors import NotAllowed

FactorCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""What an authenticator shows (RFC 6238)."""
Meaning = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class SignatureIn(BaseModel):
    """User name and password again, and what the signature means."""

    model_config = ConfigDict(extra="forbid")
    username: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]*$")]
    password: Annotated[SecretStr, Field(max_length=200)]
    meaning: Meaning
    code: FactorCode | None = None
    """Of the authenticator, where signing in takes one too."""


class WrongSignature(NotAllowed):
    """The components are not those of the person who is signed in."""

    code = "wrong_signature"
