"""What people send and see of donations."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from biobank.donation.rules import DonationState
from biobank.donation.tables import Donation, Receipt
from biobank.labelling.rules import LabelSetState, LabelState
from biobank.labelling.tables import LabelSet
from biobank.studies.protocol import ProtocolVersion, visit_due
from biobank.studies.tables import Participant
from biobank.units import Celsius, Code, Millilitres, Reason, When

Visit = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Remark = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=5, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*\w\w[^\x00-\x1f\x7f]*$"),
]


class CollectIn(BaseModel):
    """An aspiration: the visit, the wristband as scanned, the volume, and a label as scanned where they were printed ahead."""

    model_config = ConfigDict(extra="forbid")
    visit: Visit
    participant: Code
    volume_ml: Millilitres
    label: Code | None = None
    occurred_at: When | None = None


class PrepareLabelsIn(BaseModel):
    """The visit for whose collection labels are printed ahead."""

    model_config = ConfigDict(extra="forbid")
    visit: Visit


class VoidLabelsIn(BaseModel):
    """Labels that were printed ahead, by the code on each, and why they are not used."""

    model_config = ConfigDict(extra="forbid")
    label: Code
    reason: Reason


class LabelSetOut(BaseModel):
    """Labels printed ahead, whose ``code`` is that of the donation to come, and how many of them became what.

    ``unaccounted`` ones sit nowhere and were not said to be void or destroyed. ``latest`` is the last day of the visit.
    """

    code: str
    participant: str
    visit: str
    latest: date
    state: LabelSetState
    printed: int
    applied: int
    void: int
    destroyed: int
    unaccounted: int
    prepared_at: datetime

    @classmethod
    def of(
        cls, prepared: LabelSet, code: str, participant: Participant, protocol: ProtocolVersion, became: Counter[LabelState]
    ) -> "LabelSetOut":
        """From records, and how many of its labels became what."""
        assert participant.baseline_at is not None, "who is allocated has a baseline"
        visit = protocol.period(prepared.period).collection_visit
        assert visit is not None, "labels are printed ahead for a visit that collects"
        return cls(
            code=code,
            participant=participant.code,
            visit=visit,
            latest=visit_due(protocol, participant.baseline_at.astimezone(UTC).date(), visit).latest,
            state=LabelSetState(prepared.state),
            printed=became.total(),
            applied=became[LabelState.APPLIED],
            void=became[LabelState.VOID],
            destroyed=became[LabelState.DESTROYED],
            unaccounted=became[LabelState.PRINTED],
            prepared_at=prepared.prepared_at,
        )


class ReceiptIn(BaseModel):
    """The reception: the participant as scanned from the label, the condition, and whether it is accepted."""

    model_config = ConfigDict(extra="forbid")
    participant: Code
    accepted: bool
    temperature_c: Celsius
    volume_ml: Millilitres
    container_intact: bool
    remark: Remark | None = None
    occurred_at: When | None = None


class ReceiptCorrectionIn(BaseModel):
    """The volume that should have been recorded at the reception, and how the wrong one came about."""

    model_config = ConfigDict(extra="forbid")
    volume_ml: Millilitres
    reason: Reason


class ReceiptOut(BaseModel):
    """A reception as recorded. ``correction`` is why this line was put in another's place, which was ``corrected``."""

    accepted: bool
    temperature_c: Decimal
    volume_ml: Decimal
    container_intact: bool
    remark: str | None
    received_at: datetime
    correction: str | None
    corrected: bool

    @classmethod
    def of(cls, receipt: Receipt, corrected: bool = False) -> "ReceiptOut":
        """From a record."""
        return cls(
            accepted=receipt.accepted,
            temperature_c=receipt.temperature_c,
            volume_ml=receipt.volume_ml,
            container_intact=receipt.container_intact,
            remark=receipt.remark,
            received_at=receipt.received_at,
            correction=receipt.correction_reason,
            corrected=corrected,
        )

    @classmethod
    def all_of(cls, receipts: Sequence[Receipt]) -> "list[ReceiptOut]":
        """From the lines about one reception, of which the last one counts."""
        return [cls.of(one, one is not receipts[-1]) for one in receipts]


class DonationOut(BaseModel):
    """A donation; ``label`` is the number of its label."""

    code: str
    participant: str
    period: int
    visit: str | None
    state: DonationState
    volume_ml: Decimal
    collected_at: datetime
    label: int

    @classmethod
    def of(cls, donation: Donation, participant: str, protocol: ProtocolVersion, label: int) -> "DonationOut":
        """From records."""
        return cls(
            code=donation.din,
            participant=participant,
            period=donation.period,
            visit=protocol.period(donation.period).collection_visit,
            state=DonationState(donation.state),
            volume_ml=donation.volume_ml,
            collected_at=donation.collected_at,
            label=label,
        )
