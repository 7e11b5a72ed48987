"""Dose plans, and what the sealed plan says of a kit."""

from sqlalchemy import text
from sqlmodel import Session, select

from biobank.act.acts import Act
from biobank.dispensing.tables import Kit
from biobank.dosing.rules import Contents
from biobank.dosing.tables import DosePlan

_CONTENT = text("SELECT sealed.kit_content(:kit)")


def plan_of(session: Session, kit: Kit) -> DosePlan:
    """The plan of a kit; every kit was made with one."""
    return session.exec(select(DosePlan).where(DosePlan.kit_id == kit.id)).one()


def contents_of(plan: DosePlan) -> Contents:
    """What the kit of a plan holds: only a dose of cells has units to thaw."""
    return Contents.SALINE if plan.units_to_thaw is None else Contents.CELLS


def sealed_contents(act: Act, kit: Kit) -> Contents:
    """What the sealed sequence and the protocol say of a kit; the sealed schema records who asked."""
    return Contents(act.session.connection().execute(_CONTENT, {"kit": kit.id}).scalar_one())
