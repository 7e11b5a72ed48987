"""Results against the specification, and the tests of the donor."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.db.columns import corrected, one_of
from biobank.quality.rules import Comparator


class Result(SQLModel, table=True):
    """One result of one test of a batch. A test done again is another row; the latest counts and the earlier stay."""

    __table_args__ = (
        ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_result_batch"),
        CheckConstraint("(value IS NULL) <> (finding IS NULL)", name="value_or_finding"),
        one_of("comparator", Comparator),
        CheckConstraint("comparator IS NULL OR value IS NOT NULL", name="comparator_of_value"),
        UniqueConstraint("batch_id", "test", "attempt"),
        *corrected(),
    )

    id: UUID = Field(primary_key=True)
    batch_id: UUID
    root_id: UUID
    test: str = Field(sa_type=Text)
    attempt: int
    comparator: Comparator | None = Field(default=None, sa_type=String)
    value: Decimal | None = Field(default=None, max_digits=16, decimal_places=4)
    finding: str | None = Field(default=None, sa_type=Text)
    method: str = Field(sa_type=Text)
    passed: bool
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime
    corrects: UUID | None = Field(default=None, foreign_key="result.id", unique=True)
    correction_reason: str | None = Field(default=None, sa_type=Text)

    @property
    def told(self) -> str | Decimal | None:
        """The value with its comparator, such as ``<0.05``."""
        return self.value if self.comparator is None else f"{self.comparator}{self.value:f}"


class DonorTest(SQLModel, table=True):
    """One marker of the donor's blood (Directive 2006/17/EC Annex II)."""

    __tablename__ = "donor_test"
    __table_args__ = (UniqueConstraint("root_id", "marker", "attempt"),)

    id: UUID = Field(primary_key=True)
    root_id: UUID = Field(foreign_key="donation.id")
    marker: str = Field(sa_type=Text)
    attempt: int
    reactive: bool
    sampled_on: date
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime
