"""The columns of states that the packages' tables have."""

from enum import StrEnum

from sqlmodel import SQLModel

from biobank.db.columns import import_tables


def state_columns() -> dict[str, type[StrEnum]]:
    """The enum of every column named state, by the name of its table."""
    import_tables()
    models = [mapper.class_ for mapper in SQLModel._sa_registry.mappers]
    return {str(one.__tablename__): one.model_fields["state"].annotation for one in models if "state" in one.model_fields}
