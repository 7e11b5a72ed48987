"""Run migrations as the owner, on a connection that `biobank db prepare` hands over."""

import importlib
import importlib.util
import pkgutil
from typing import Any

from alembic import context
from sqlalchemy import DateTime, text
from sqlmodel import SQLModel

import biobank

_TECHNICAL = frozenset({"alembic_version", "idempotency_key", "code_counter", "instance"})

for _module in pkgutil.iter_modules(biobank.__path__):
    if _module.ispkg and importlib.util.find_spec(f"biobank.{_module.name}.tables"):
        importlib.import_module(f"biobank.{_module.name}.tables")


def _include(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave partitions to the function that makes them, and technical tables to the migration that made them."""
    return not (kind == "table" and reflected and (str(name).startswith("reading_p") or name in _TECHNICAL))


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
