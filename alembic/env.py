"""Run migrations as the owner, on a connection that `biobank db prepare` hands over."""

from typing import Any

from alembic import context
from sqlalchemy import DateTime, text
from sqlmodel import SQLModel

from biobank.db.columns import import_tables

_TECHNICAL = frozenset({"alembic_version", "idempotency_key", "code_counter", "instance"})

import_tables()


def _include(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave partitions to the function that makes them, and technical tables to the migration that made them."""
    return not (kind == "table" and reflected and (str(name).startswith(("reading_p", "reading_minute_p")) or name in _TECHNICAL))


def _render(kind: str, thing: Any, autogen: Any) -> str | bool:
    """Migrations never import the application: its UTC type is written as a plain timestamptz."""
    if kind == "type" and isinstance(getattr(thing, "impl", thing), DateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    include_object=_include,
    render_item=_render,
    compare_type=True,
    autogenerate_plugins=["alembic.autogenerate.*", "~alembic.autogenerate.comments"],
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.execute(text("SET lock_timeout = '10s'"))
    context.run_migrations()
