"""Studies, versions, sites and facilities; participants and what the bedside records of them. Nothing here knows an arm."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from biobank.db.columns import corrected, one_of
from biobank.studies.rules import ParticipantState


class Study(SQLModel, table=True):
    """A trial; ``code`` is its short name, such as smart-ms."""

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    title: str = Field(sa_type=Text)
    loaded_at: datetime


class StudyVersion(SQLModel, table=True):
    """One protocol version as it was loaded: the exact definition and its SHA-256. Never changed."""

    __tablename__ = "study_version"
    __table_args__ = (UniqueConstraint("study_id", "label"),)

    id: UUID = Field(primary_key=True)
    study_id: UUID = Field(foreign_key="study.id")
    label: str = Field(sa_type=Text)
    definition: dict[str, Any] = Field(sa_type=JSONB)
    definition_sha256: bytes = Field(sa_type=LargeBinary)
    loaded_at: datetime


class StudyPlan(SQLModel, table=True):
    """What a sequence and period collects, makes of the aspirate and puts into the kit; the database checks kits against it."""

    __tablename__ = "study_plan"
    __table_args__ = (
        UniqueConstraint("version_id", "sequence", "period"),
        CheckConstraint("aspirate_becomes IN ('drug', 'biobank', 'none')", name="aspirate_becomes"),
        CheckConstraint("kit_contains IN ('cells', 'saline')", name="kit_contains"),
    )

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="study_version.id")
    sequence: str = Field(sa_type=Text)
    period: int
    aspirate_becomes: str = Field(sa_type=Text)
    kit_contains: str = Field(sa_type=Text)
    cells_from_period: int | None = None


class Facility(SQLModel, table=True):
    """Where cells are made and kept."""

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)


class Site(SQLModel, table=True):
    """A clinical site of a study, with the facility that serves it."""

    __table_args__ = (UniqueConstraint("study_id", "code"), UniqueConstraint("id", "study_id"))

    id: UUID = Field(primary_key=True)
    study_id: UUID = Field(foreign_key="study.id")
    code: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    country: str = Field(sa_type=Text)
    facility_id: UUID = Field(foreign_key="facility.id")


class Participant(SQLModel, table=True):
    """A pseudonymous participant, under the protocol version to which they consented."""

    __table_args__ = (
        one_of("state", ParticipantState),
        ForeignKeyConstraint(["site_id", "study_id"], ["site.id", "site.study_id"], name="fk_participant_site"),
        CheckConstraint("(allocated_at IS NULL) = (baseline_at IS NULL)", name="baseline"),
    )

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    study_id: UUID = Field(foreign_key="study.id")
    version_id: UUID = Field(foreign_key="study_version.id")
    site_id: UUID
    state: ParticipantState = Field(sa_type=String)
    consented_at: datetime
    allocated_at: datetime | None = None
    baseline_at: datetime | None = None


class Consent(SQLModel, table=True):
    """Consent to one purpose; withdrawn purpose by purpose."""

    __table_args__ = (UniqueConstraint("participant_id", "purpose", "given_at"),)

    id: UUID = Field(primary_key=True)
    participant_id: UUID = Field(foreign_key="participant.id")
    purpose: str = Field(sa_type=Text)
    given_at: datetime
    recorded_by: UUID = Field(foreign_key="person.id")
    withdrawn_at: datetime | None = None


class Screening(SQLModel, table=True):
    """One judgement of eligibility: what was recorded, who attested, and what failed."""

    id: UUID = Field(primary_key=True)
    participant_id: UUID = Field(foreign_key="participant.id")
    recorded: dict[str, Any] = Field(sa_type=JSONB)
    attested: dict[str, Any] = Field(sa_type=JSONB)
    eligible: bool
    failures: list[str] = Field(sa_type=JSONB)
    judged_by: UUID = Field(foreign_key="person.id")
    judged_at: datetime


class Weight(SQLModel, table=True):
    """A body weight, taken anew before each dose plan. One that was typed wrong stays; the line that corrects it counts."""

    __table_args__ = (CheckConstraint("weight_kg BETWEEN 20 AND 300", name="weight_kg"), *corrected())

    id: UUID = Field(primary_key=True)
    participant_id: UUID = Field(foreign_key="participant.id")
    period: int
    weight_kg: Decimal = Field(max_digits=5, decimal_places=2)
    measured_at: datetime
    measured_by: UUID = Field(foreign_key="person.id")
    corrects: UUID | None = Field(default=None, foreign_key="weight.id", unique=True)
    correction_reason: str | None = Field(default=None, sa_type=Text)


class CodeBreak(SQLModel, table=True):
    """Somebody was told one participant's sequence in an emergency: who, when, why, and never what."""

    __tablename__ = "code_break"
    __table_args__ = (CheckConstraint("category IN ('emergency', 'safety_report', 'pregnancy')", name="category"),)

    id: UUID = Field(primary_key=True)
    participant_id: UUID = Field(foreign_key="participant.id")
    person_id: UUID = Field(foreign_key="person.id")
    category: str = Field(sa_type=Text)
    broken_at: datetime
    signature_id: UUID | None = Field(default=None, foreign_key="signature.id")
