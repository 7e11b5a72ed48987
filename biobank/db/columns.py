"""What the tables of every package share: names of constraints, coded columns, times."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def one_of(column: str, codes: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """A CHECK that ``column`` holds one of ``codes``; the column itself is text, so that a new code is one migration."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
