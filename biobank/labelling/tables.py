"""The label ledger and the queue of print jobs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, JSON, CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.custody.tables import Scope
from biobank.db.columns import one_of
from biobank.labelling.printer_rules import PrinterSays, PrinterWay, PrintingSide
from biobank.labelling.rules import JobState, LabelSetState, LabelState
from labels.profiles import Profile

OF_A_DONATION = "^(=[+][0-9]{2}[0-9A-Z]{3})?=[A-NP-Z1-9][0-9A-NP-Z]{2}[0-9]{12}"
"""A symbol of ISBT 128 that says the number of a donation first."""


class LabelPrint(SQLModel, table=True):
    """One print of one label, of a material or of the participant who wears it: number, who, when, why, the hash of its content.

    ``payload`` is a code of ``profile``; one of GS1 stands with its application identifiers in brackets. ``read_back`` is what
    was read where the label sits: all of it, or the part that people read, which is the serial number of GS1, and of ISBT 128
    the donation's number, the division and the check character.
    """

    __tablename__ = "label_print"
    __table_args__ = (
        ForeignKeyConstraint(["material_id", "scope"], ["material.id", "material.scope"], name="fk_label_print_material"),
        one_of("state", LabelState),
        one_of("profile", Profile),
        CheckConstraint("length(profile_version) > 0", name="profile_version"),
        CheckConstraint("language ~ '^[a-z]{2}$'", name="language"),
        CheckConstraint("num_nonnulls(material_id, participant_id) = 1", name="one_carrier"),
        CheckConstraint(
            "CASE layout WHEN 'wristband' THEN participant_id IS NOT NULL AND scope = 'bedside' ELSE participant_id IS NULL END",
            name="wristband",
        ),
        CheckConstraint("copy_number = 1 OR length(btrim(reason)) >= 5", name="reprint_reason"),
        CheckConstraint("second_id <> printed_by", name="two_people"),
        CheckConstraint(
            "read_back = payload OR CASE profile WHEN 'GS1' THEN read_back = split_part(payload, '(21)', 2)"
            " WHEN 'ISBT128' THEN left(read_back, -1) = substring(payload FROM '=(.{5}[0-9]{8})[0-9]{2}')"
            " || COALESCE(upper(substring(payload FROM '=<.{6}([A-Z][0a-z])')), '') ELSE false END",
            name="read_back",
        ),
        CheckConstraint(f"(profile = 'ISBT128') = (payload ~ '{OF_A_DONATION}')", name="isbt128"),
        UniqueConstraint("scope", "number"),
        UniqueConstraint("scope", "material_id", "layout", "copy_number"),
        UniqueConstraint("scope", "participant_id", "copy_number"),
    )

    id: UUID = Field(primary_key=True)
    scope: Scope = Field(sa_type=String)
    number: int
    material_id: UUID | None = None
    participant_id: UUID | None = Field(default=None, foreign_key="participant.id")
    layout: str = Field(sa_type=Text)
    fields: dict[str, str] = Field(sa_type=JSON)
    payload: str = Field(sa_type=Text)
    profile: Profile = Field(sa_type=String)
    profile_version: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    content_sha256: bytes = Field(sa_type=LargeBinary)
    copy_number: int
    reason: str | None = Field(default=None, sa_type=Text)
    state: LabelState = Field(sa_type=String)
    printed_by: UUID = Field(foreign_key="person.id")
    printed_at: datetime
    second_id: UUID | None = Field(default=None, foreign_key="person.id")
    read_back: str | None = Field(default=None, sa_type=Text)

    @property
    def carrier_id(self) -> UUID:
        """The material that it is for, or the participant who wears it."""
        found = self.material_id or self.participant_id
        assert found is not None, "the database asks for one of the two"
        return found


class LabelSet(SQLModel, table=True):
    """Labels printed ahead for one planned collection of one participant, each with the code that the donation shall have.

    ``id`` is that of the material which is registered with them, and of the donation once it is taken.
    """

    __tablename__ = "label_set"
    __table_args__ = (
        one_of("state", LabelSetState),
        Index("uq_label_set_of_period", "participant_id", "period", unique=True, postgresql_where="state = 'prepared'"),
    )

    id: UUID = Field(primary_key=True, foreign_key="material.id")
    participant_id: UUID = Field(foreign_key="participant.id")
    period: int
    state: LabelSetState = Field(sa_type=String)
    prepared_by: UUID = Field(foreign_key="person.id")
    prepared_at: datetime


class Printer(SQLModel, table=True):
    """A printer of one side, at one place, or for whatever no printer of the place where it is needed takes.

    It takes labels of its ``layouts``, or of all where none are named; two in use at one place never take the same.
    """

    __table_args__ = (
        CheckConstraint("name ~ '^[a-z0-9][a-z0-9-]{2,39}$'", name="name"),
        one_of("side", PrintingSide),
        one_of("way", PrinterWay),
        CheckConstraint("num_nonnulls(host, port, dpi) = CASE way WHEN 'zpl' THEN 3 ELSE 0 END", name="address"),
        CheckConstraint("host ~ '^[a-z0-9:][a-z0-9.:-]{0,252}$'", name="host"),
        CheckConstraint("port BETWEEN 1 AND 65535", name="port"),
        CheckConstraint("dpi IN (203, 300, 600)", name="dpi"),
        CheckConstraint("patience_s IS NULL OR way = 'zpl' AND patience_s BETWEEN 1 AND 600", name="patience_s"),
        CheckConstraint("array_position(layouts, NULL) IS NULL", name="layouts"),
        UniqueConstraint("name"),
    )

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    side: PrintingSide = Field(sa_type=String)
    place: str | None = Field(default=None, sa_type=Text)
    way: PrinterWay = Field(sa_type=String)
    host: str | None = Field(default=None, sa_type=Text)
    port: int | None = None
    dpi: int | None = None
    patience_s: int | None = None
    layouts: list[str] = Field(sa_type=ARRAY(Text))
    in_use: bool
    registered_at: datetime


class PrinterStatus(SQLModel, table=True):
    """What a printer said when it was last asked, in real time; ``answers`` once it has ever told of itself."""

    __tablename__ = "printer_status"
    __table_args__ = (one_of("says", PrinterSays),)

    printer: str = Field(primary_key=True, sa_type=Text, foreign_key="printer.name")
    says: PrinterSays = Field(sa_type=String)
    answers: bool
    asked_at: datetime
    seen_at: datetime | None = None


class PrintJob(SQLModel, table=True):
    """A print waiting for a printer; taken with SKIP LOCKED."""

    __tablename__ = "print_job"
    __table_args__ = (
        one_of("state", JobState),
        UniqueConstraint("label_print_id"),
        Index("ix_print_job_queued", "queued_at", postgresql_where="state = 'queued'"),
    )

    id: UUID = Field(primary_key=True)
    label_print_id: UUID = Field(foreign_key="label_print.id")
    printer: str = Field(sa_type=Text, foreign_key="printer.name")
    state: JobState = Field(sa_type=String)
    queued_at: datetime
    changed_at: datetime


class PrintAnswer(SQLModel, table=True):
    """What somebody who looked at the printer says of a print of which nobody could tell."""

    __tablename__ = "print_answer"
    __table_args__ = (CheckConstraint("length(btrim(reason)) >= 5", name="reason"), UniqueConstraint("label_print_id"))

    id: UUID = Field(primary_key=True)
    label_print_id: UUID = Field(foreign_key="label_print.id")
    came_out: bool
    reason: str = Field(sa_type=Text)
    answered_by: UUID = Field(foreign_key="person.id")
    answered_at: datetime
