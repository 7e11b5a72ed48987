"""SQL sent past the program, as somebody with the application's own login could: what the database keeps by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import psycopg

from biobank.act.kinds import Kind
from biobank.db.roles import Login
from tests.telemetry import Installation

Connection = psycopg.Connection[tuple[Any, ...]]


def address(installation: Installation, login: Login) -> str:
    """Where a login of the application connects, with its password."""
    url = installation.acts.engines.url(login).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


@contextmanager
def as_facility(installation: Installation, kind: Kind, who: str = "tom") -> Iterator[Connection]:
    """A transaction of the facility's login inside an act of somebody who was hired; committed at its end."""
    with psycopg.connect(address(installation, Login.FACILITY)) as db:
        begin = "SELECT audit.begin_act(%s, %s, %s, 'facility', now(), now(), NULL)"
        db.execute(begin, [uuid4(), kind.value, installation.one("SELECT id FROM person WHERE username = %s", who)])
        yield db


@contextmanager
def as_bedside(installation: Installation, kind: Kind, who: str, at: datetime) -> Iterator[Connection]:
    """The same of the bedside's login, in an act of this time."""
    with psycopg.connect(address(installation, Login.BEDSIDE)) as db:
        begin = "SELECT audit.begin_act(%s, %s, %s, 'bedside', %s, %s, NULL)"
        db.execute(begin, [uuid4(), kind.value, installation.one("SELECT id FROM person WHERE username = %s", who), at, at])
        yield db
