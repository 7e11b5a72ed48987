"""What people send and see of labels."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from biobank.access.schemas import BadgeSignInIn
from biobank.custody.tables import Scope
from biobank.labelling.printer_rules import PrinterSays, PrinterWay, PrintingSide
from biobank.labelling.queries import Carrier
from biobank.labelling.rules import JobState, LabelState
from biobank.labelling.tables import LabelPrint, Printer, PrinterStatus
from biobank.studies.tables import Participant
from biobank.units import Key, Reason, Words
from labels.layouts import LAYOUTS
from labels.profiles import Profile

MOST_AT_ONCE = 200
LabelNumber = Annotated[int, Field(ge=1, lt=2**31)]
LayoutName = Annotated[str, Field(json_schema_extra={"enum": sorted(LAYOUTS)})]
PrinterName = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9-]{2,39}$")]


class Reached(BaseModel):
    """How a printer is reached; host, port, resolution and patience only of one that takes ZPL.

    Without ``layouts`` a new one takes all labels, and one that is changed those that it took before.
    ``patience_s`` is how long a label may take to come out; without it as long as labels usually take.
    """

    model_config = ConfigDict(extra="forbid")
    way: PrinterWay
    host: Words | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    dpi: Literal[203, 300, 600] | None = None
    patience_s: Annotated[int, Field(ge=1, le=600)] | None = None
    layouts: Annotated[list[LayoutName], Field(max_length=len(LAYOUTS))] = []


class Named(BaseModel):
    """A printer by its name."""

    printer: PrinterName


class PrinterIn(Reached, Named):
    """A printer of one side; without a place it is for whatever no printer of the place where it is needed takes."""

    side: PrintingSide
    place: Key | None = None


class PrinterChangeIn(Reached, Named):
    """How a printer is reached from now on, whether it is in use, and why."""

    in_use: bool
    reason: Reason


class PrinterOut(BaseModel):
    """A printer, what it last said and when, and what waits for it."""

    name: str
    side: PrintingSide
    place: str | None
    way: PrinterWay
    host: str | None
    port: int | None
    dpi: int | None
    patience_s: int | None
    layouts: list[str]
    in_use: bool
    says: PrinterSays | None
    seen_at: datetime | None
    waiting: int
    unknown: int

    @classmethod
    def of(cls, printer: Printer, status: PrinterStatus | None, waiting: int, unknown: int) -> "PrinterOut":
        """From a record and what is known of it now."""
        says, seen_at = (None, None) if status is None else (PrinterSays(status.says), status.seen_at)
        return cls(
            name=printer.name,
            side=PrintingSide(printer.side),
            place=printer.place,
            way=PrinterWay(printer.way),
            host=printer.host,
            port=printer.port,
            dpi=printer.dpi,
            patience_s=printer.patience_s,
            layouts=printer.layouts,
            in_use=printer.in_use,
            says=says,
            seen_at=seen_at,
            waiting=waiting,
            unknown=unknown,
        )


class WristbandIn(BaseModel):
    """Nothing is asked: what stands on a wristband follows from the record."""

    model_config = ConfigDict(extra="forbid")


class ReprintIn(BaseModel):
    """Why a label is printed again, and who stands there and sees it, with their badge; of racks and boxes nobody has to."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason
    second: BadgeSignInIn | None = None


class ReprintsIn(ReprintIn):
    """The same for several labels at once, by any of their numbers, always before a second person."""

    second: BadgeSignInIn
    numbers: Annotated[list[LabelNumber], Field(min_length=1, max_length=MOST_AT_ONCE)]


class AccountIn(BaseModel):
    """What became of a label that sits nowhere; one that was applied is read back."""

    model_config = ConfigDict(extra="forbid")
    state: Literal[LabelState.VOID, LabelState.DESTROYED]


class ReadBack(BaseModel):
    """A label by its number, and what was read where it sits."""

    model_config = ConfigDict(extra="forbid")
    number: LabelNumber
    read: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


class ReadBacksIn(BaseModel):
    """Labels that were read back, one after the other."""

    model_config = ConfigDict(extra="forbid")
    labels: Annotated[list[ReadBack], Field(min_length=1, max_length=MOST_AT_ONCE)]


class PrintAnswerIn(BaseModel):
    """What somebody who looked at the printer saw of a print of which nobody could tell."""

    model_config = ConfigDict(extra="forbid")
    came_out: bool
    reason: Reason


class LabelOut(BaseModel):
    """One print of one label; ``content_sha256`` is that of layout, fields, payload and language, ``job`` how it was sent.

    It is of a material, or of the participant who wears it.
    """

    number: int
    scope: Scope
    material: str | None
    participant: str | None
    layout: str
    fields: dict[str, str]
    payload: str
    profile: Profile
    profile_version: str
    language: str
    content_sha256: str
    copy_number: int
    reason: str | None
    state: LabelState
    job: JobState | None
    printed_at: datetime

    @classmethod
    def of(cls, printed: LabelPrint, carrier: Carrier, job: JobState | None) -> "LabelOut":
        """From a record and what it is for."""
        return cls(
            number=printed.number,
            scope=Scope(printed.scope),
            material=None if isinstance(carrier, Participant) else carrier.code,
            participant=carrier.code if isinstance(carrier, Participant) else None,
            layout=printed.layout,
            fields=printed.fields,
            payload=printed.payload,
            profile=Profile(printed.profile),
            profile_version=printed.profile_version,
            language=printed.language,
            content_sha256=printed.content_sha256.hex(),
            copy_number=printed.copy_number,
            reason=printed.reason,
            state=LabelState(printed.state),
            job=job,
            printed_at=printed.printed_at,
        )


class LabelsOut(RootModel[list[LabelOut]]):
    """Several prints."""
