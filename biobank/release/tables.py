"""The decisions about a batch: QA's disposition, the QP's certification, the sponsor's release; and what was read before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.release.rules import Stage, Verdict


class Decision(SQLModel, table=True):
    """One signed decision. Only a batch meant as drug can be decided about: a biobank batch is never released.

    ``reviewed`` is what lay before the person who decided, in the very bytes that the signature is bound to; decisions
    from before it was kept have none.
    """

    __table_args__ = (
        ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_decision_batch"),
        ForeignKeyConstraint(["batch_id", "purpose"], ["batch.id", "batch.purpose"], name="fk_decision_purpose"),
        CheckConstraint("purpose = 'drug'", name="only_drug"),
        one_of("stage", Stage),
        one_of("verdict", Verdict),
        UniqueConstraint("batch_id", "stage"),
    )

    id: UUID = Field(primary_key=True)
    batch_id: UUID
    root_id: UUID
    purpose: str = Field(sa_type=String)
    stage: Stage = Field(sa_type=String)
    verdict: Verdict = Field(sa_type=String)
    signature_id: UUID = Field(foreign_key="signature.id", unique=True)
    decided_by: UUID = Field(foreign_key="person.id")
    decided_at: datetime
    reviewed: str | None = Field(default=None, sa_type=Text)


class TrailReview(SQLModel, table=True):
    """Somebody read the trail of a batch: how many entries, up to which, and the SHA-256 of all their bytes."""

    __tablename__ = "trail_review"
    __table_args__ = (
        ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_trail_review_batch"),
        CheckConstraint("length(sha256) = 32", name="sha256"),
        CheckConstraint("entries > 0 AND up_to > 0", name="read"),
    )

    id: UUID = Field(primary_key=True)
    batch_id: UUID
    root_id: UUID
    entries: int = Field(sa_type=BigInteger)
    up_to: int = Field(sa_type=BigInteger)
    sha256: bytes = Field(sa_type=LargeBinary)
    reviewed_by: UUID = Field(foreign_key="person.id")
    reviewed_at: datetime
