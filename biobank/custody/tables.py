"""Materials, where they come from, what happened to them, who handed them to whom, and what holds them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.custody.rules import HoldKind
from biobank.db.columns import one_of


class Scope(StrEnum):
    """Whose eyes a row is for: the bedside sees only its own; the facility sees both."""

    BEDSIDE = "bedside"
    FACILITY = "facility"


class MaterialKind(StrEnum):
    """Everything that carries a code and is, or holds, cells or something given to a person."""

    DONATION = "donation"
    KIT = "kit"
    BATCH = "batch"
    CULTURE = "culture"
    UNIT = "unit"
    LOT = "lot"
    RACK = "rack"
    BOX = "box"


MATTER = tuple(kind for kind in MaterialKind if kind not in (MaterialKind.RACK, MaterialKind.BOX))
"""What is passed on and held; a rack and a box only carry labels."""


class Step(StrEnum):
    """What a custody event says happened."""

    COLLECT = "collect"
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    RECEIVE = "receive"
    REJECT = "reject"
    ROUTE = "route"
    ISOLATE = "isolate"
    SEED = "seed"
    FEED = "feed"
    HARVEST = "harvest"
    DISCARD = "discard"
    FAIL = "fail"
    FREEZE = "freeze"
    STORE = "store"
    DISPOSE = "dispose"
    CERTIFY = "certify"
    RELEASE = "release"
    THAW = "thaw"
    RECOUNT = "recount"
    FILL = "fill"
    PLAN = "plan"
    READY = "ready"
    VOID = "void"
    RETRIEVE = "retrieve"
    ADMINISTER = "administer"
    ACCOUNT = "account"
    DESTROY = "destroy"


class Material(SQLModel, table=True):
    """A thing with a code. ``root_id`` is its donation (of saline, the lot; a kit is its own root); gates lock the root."""

    __table_args__ = (
        one_of("scope", Scope),
        one_of("kind", MaterialKind),
        CheckConstraint("(scope = 'bedside') = (kind IN ('donation', 'kit'))", name="scope_of_kind"),
        CheckConstraint("kind NOT IN ('donation', 'kit', 'lot', 'rack', 'box') OR root_id = id", name="own_root"),
        UniqueConstraint("scope", "code"),
        UniqueConstraint("id", "scope"),
        UniqueConstraint("id", "root_id"),
        Index("ix_material_root_id", "root_id"),
    )

    id: UUID = Field(primary_key=True)
    scope: Scope = Field(sa_type=String)
    kind: MaterialKind = Field(sa_type=String)
    code: str = Field(sa_type=Text)
    root_id: UUID = Field(foreign_key="material.id")
    registered_at: datetime


class MaterialParent(SQLModel, table=True):
    """One material was made from another; a pool has several parents, all of one root."""

    __tablename__ = "material_parent"
    __table_args__ = (
        ForeignKeyConstraint(["child_id", "root_id"], ["material.id", "material.root_id"], name="fk_material_parent_child"),
        ForeignKeyConstraint(["parent_id", "root_id"], ["material.id", "material.root_id"], name="fk_material_parent_parent"),
        UniqueConstraint("child_id", "parent_id"),
        CheckConstraint("child_id <> parent_id", name="not_itself"),
    )

    id: UUID = Field(primary_key=True)
    child_id: UUID
    parent_id: UUID
    root_id: UUID


class CustodyEvent(SQLModel, table=True):
    """Append-only: one thing that happened to one material, in one person's hands."""

    __tablename__ = "custody_event"
    __table_args__ = (
        ForeignKeyConstraint(
            ["material_id", "material_scope"], ["material.id", "material.scope"], name="fk_custody_event_material"
        ),
        one_of("scope", Scope),
        one_of("step", Step),
        CheckConstraint("scope = 'facility' OR material_scope = 'bedside'", name="scope_within"),
        Index("ix_custody_event_material_id", "material_id", "recorded_at"),
    )

    id: UUID = Field(primary_key=True)
    material_id: UUID
    material_scope: Scope = Field(sa_type=String)
    scope: Scope = Field(sa_type=String)
    step: Step = Field(sa_type=String)
    place: str = Field(sa_type=Text)
    person_id: UUID = Field(foreign_key="person.id")
    occurred_at: datetime
    recorded_at: datetime


class Handover(SQLModel, table=True):
    """A material passes from one hand to another, confirmed on both sides."""

    __table_args__ = (
        ForeignKeyConstraint(["material_id", "material_scope"], ["material.id", "material.scope"], name="fk_handover_material"),
        CheckConstraint("taken_by IS NULL OR taken_by <> handed_by", name="two_people"),
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken"),
        Index("ix_handover_material_id", "material_id"),
        Index("uq_handover_open", "material_scope", "material_id", unique=True, postgresql_where="taken_at IS NULL"),
    )

    id: UUID = Field(primary_key=True)
    material_id: UUID
    material_scope: Scope = Field(sa_type=String)
    handed_by: UUID = Field(foreign_key="person.id")
    handed_at: datetime
    to_place: str = Field(sa_type=Text)
    taken_by: UUID | None = Field(default=None, foreign_key="person.id")
    taken_at: datetime | None = None


class Hold(SQLModel, table=True):
    """Something blocks purposes of a material, or of everything of its root where ``material_id`` is the root itself."""

    __table_args__ = (
        ForeignKeyConstraint(["material_id", "root_id"], ["material.id", "material.root_id"], name="fk_hold_material"),
        one_of("kind", HoldKind),
        CheckConstraint(
            "cardinality(purposes) > 0 AND purposes <@ ARRAY['patient_use','test_thaw','distribution','movement']",
            name="purposes",
        ),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
        CheckConstraint("lifted_at IS NULL OR kind <> 'biobank_only'", name="biobank_only_stays"),
        CheckConstraint("length(btrim(reason)) >= 5", name="reason"),
        UniqueConstraint("number"),
        Index("ix_hold_open_root", "root_id", postgresql_where="lifted_at IS NULL"),
    )

    id: UUID = Field(primary_key=True)
    number: int
    material_id: UUID
    root_id: UUID = Field(foreign_key="material.id")
    kind: HoldKind = Field(sa_type=String)
    purposes: list[str] = Field(sa_type=ARRAY(Text))
    reason: str = Field(sa_type=Text)
    placed_by: UUID = Field(foreign_key="person.id")
    placed_at: datetime
    lifted_by: UUID | None = Field(default=None, foreign_key="person.id")
    lifted_at: datetime | None = None
    lift_reason: str | None = Field(default=None, sa_type=Text)
