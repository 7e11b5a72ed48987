"""The columns of states that the packages' tables have."""

import importlib
import importlib.util
import pkgutil
from enum import StrEnum

from sqlmodel import SQLModel

import biobank


def state_columns() -> dict[str, type[StrEnum]]:
    """The enum of every column named state, by the name of its table."""
    for package in pkgutil.iter_modules(biobank.__path__):
        name = f"biobank.{package.name}.tables"
        if package.ispkg and importlib.util.find_spec(name):
            importlib.import_module(name)
    models = [mapper.class_ for mapper in SQLModel._sa_registry.mappers]
    return {str(one.__tablename__): one.model_fields["state"].annotation for one in models if "state" in one.model_fields}
