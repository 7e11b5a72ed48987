"""What the tables of every package share: names of constraints, coded columns, times."""

import importlib
import pkgutil
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, exists, inspect
from sqlmodel import SQLModel

import biobank

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


CORRECTION = "(corrects IS NULL) = (correction_reason IS NULL)"
REASON_OF_CORRECTION = (
    r"correction_reason IS NULL OR (length(btrim(correction_reason)) >= 5 AND correction_reason ~ '\w\w'"
    " AND lower(btrim(correction_reason)) NOT IN ('n/a n/a', 'update', 'change', 'reason', 'none.'))"
)
"""The same that `audit.act` asks of the reason of an act that corrects."""


def corrected() -> tuple[CheckConstraint, CheckConstraint]:
    """The CHECKs of a table whose lines are corrected by further lines: a correction has a reason that says something."""
    return (
        CheckConstraint(CORRECTION, name="correction"),
        CheckConstraint(REASON_OF_CORRECTION, name="correction_reason"),
    )


def counts(table: type[SQLModel]) -> ColumnElement[bool]:
    """The lines of such a table that no other line corrects."""
    columns = inspect(table).local_table
    later = columns.alias()
    return ~exists().where(later.c.corrects == columns.c.id)


def one_of(column: str, codes: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """A CHECK that ``column`` holds one of ``codes``; the column itself is text, so that a new code is one migration."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def import_tables() -> None:
    """Import every package's modules of tables, so that the metadata knows them all; for migrations and tests."""
    for package in pkgutil.iter_modules(biobank.__path__, "biobank."):
        if package.ispkg:
            for module in pkgutil.iter_modules(importlib.import_module(package.name).__path__, f"{package.name}."):
                if module.name.endswith("tables"):
                    importlib.import_module(module.name)
