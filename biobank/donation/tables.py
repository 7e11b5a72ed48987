"""Donations: one aspiration of one participant, and its reception at the facility before anybody knows where it goes."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field, SQLModel

from biobank.db.columns import corrected, one_of
from biobank.donation.rules import DonationState


class Donation(SQLModel, table=True):
    """One aspirate. ``din`` is its printed number and the code of its material."""

    __table_args__ = (
        one_of("state", DonationState),
        CheckConstraint("volume_ml > 0", name="volume_ml"),
        Index("uq_donation_of_period", "participant_id", "period", unique=True, postgresql_where="state <> 'rejected'"),
    )

    id: UUID = Field(primary_key=True, foreign_key="material.id")
    din: str = Field(sa_type=Text, unique=True)
    participant_id: UUID = Field(foreign_key="participant.id")
    period: int
    volume_ml: Decimal = Field(max_digits=7, decimal_places=3)
    state: DonationState = Field(sa_type=String)
    collected_by: UUID = Field(foreign_key="person.id")
    collected_at: datetime


class Receipt(SQLModel, table=True):
    """The reception of a donation: identity scanned, condition seen, accepted or rejected."""

    __table_args__ = (
        CheckConstraint("accepted OR length(btrim(remark)) >= 5", name="rejection_reason"),
        Index("uq_receipt_first", "donation_id", unique=True, postgresql_where="corrects IS NULL"),
        *corrected(),
    )

    id: UUID = Field(primary_key=True)
    donation_id: UUID = Field(foreign_key="donation.id")
    accepted: bool
    temperature_c: Decimal = Field(max_digits=6, decimal_places=2)
    volume_ml: Decimal = Field(max_digits=7, decimal_places=3)
    container_intact: bool
    remark: str | None = Field(default=None, sa_type=Text)
    received_by: UUID = Field(foreign_key="person.id")
    received_at: datetime
    corrects: UUID | None = Field(default=None, foreign_key="receipt.id", unique=True)
    correction_reason: str | None = Field(default=None, sa_type=Text)
