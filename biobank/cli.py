"""The command `biobank`: the processes of an installation and what an administrator does at its terminal.

A command that needs a large part of the program imports it itself: an installation starts several of them at once.
"""

import gc
import os
import sys
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
import uvicorn

from biobank.act.coded import coded
from biobank.act.opening import acts_of
from biobank.audit import commands as log
from biobank.audit.keys import Signing, ensure
from biobank.clock import SystemClock
from biobank.db import verbs
from biobank.db.prepare import prepare
from biobank.ending import told_to_end
from biobank.logs import configure
from biobank.settings import Settings

gc.set_threshold(50_000, 20, 50)  # a process imports for seconds, and Python would look for garbage in it all that time

main = typer.Typer(no_args_is_help=True, add_completion=False, help="Autologous cell therapy, from bedside to bedside.")
db = typer.Typer(no_args_is_help=True, help="The database.")
main.add_typer(db, name="db")
main.add_typer(verbs.backup, name="backup")
main.command("restore")(verbs.restore_backup)
main.add_typer(log.keys_commands, name="keys")
main.add_typer(log.audit_commands, name="audit")


@main.command()
def serve() -> None:
    """Answer browsers and API clients."""
    settings = Settings()
    uvicorn.run(
        "biobank.app:from_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(settings.proxies),  # else anybody could say where they are
        forwarded_allow_ips=settings.proxies or None,
        timeout_graceful_shutdown=10,
    )


@main.command()
def work() -> None:
    """Judge telemetry, seal the trail, and whatever else must happen by itself."""
    from biobank.work import work as work_until

    stop = told_to_end()
    configure()
    settings = Settings()
    signing = log.checked(Signing.of(settings))
    acts = acts_of(settings)
    work_until(acts, stop, signing, settings.of_records)
    acts.engines.dispose()


@main.command()
def notify() -> None:
    """Send people what they are to be told of alarms."""
    from biobank.db.columns import import_tables
    from biobank.monitoring import heartbeats
    from biobank.notices.sending import notify as notify_until
    from biobank.notices.ways import Ways

    stop = told_to_end()
    configure()
    settings = Settings()
    acts = acts_of(settings)
    import_tables()  # a notice points at the proof of the alarms that it is of, whose package stands above
    notify_until(acts, Ways.of(settings), stop, partial(heartbeats.live, acts, heartbeats.NOTIFY))
    acts.engines.dispose()


@main.command()
def ingest() -> None:
    """Store what the devices of the site BIOBANK_SITE publish."""
    os.execv(sys.executable, [sys.executable, "-m", "devices.ingest"])


@main.command()
def printing() -> None:
    """Send queued labels to their printers."""
    os.execv(sys.executable, [sys.executable, "-m", "devices.printing"])


@db.command("prepare")
def prepare_database(
    demonstration: Annotated[bool, typer.Option(help="Mark a fresh database as a demonstration.")] = False,
) -> None:
    """Make roles and database, and bring the schema to the newest migration. Safe to repeat."""
    settings = Settings()
    if not settings.admin_url or not settings.database_url:
        raise typer.BadParameter("DATABASE_URL and BIOBANK_ADMIN_URL must say where the database is")
    prepare(
        settings.admin_url,
        settings.database_url,
        settings.credentials_file,
        coded(),
        datetime.now(UTC),
        demonstration=demonstration,
    )
    acts = acts_of(settings, SystemClock())
    ensure(acts, Signing.of(settings))
    acts.engines.dispose()


people = typer.Typer(no_args_is_help=True, help="People.")
main.add_typer(people, name="people")


@people.command("first")
def first_administrator(username: str, name: str) -> None:
    """Enrol an administrator whom nobody else can. Do it twice: each sees who they are whom the other enrols.

    The number of an identity document and the password are asked for.
    """
    from biobank.access import enrolment, identity
    from biobank.access.schemas import PersonIn
    from biobank.act.people import Role, Side

    document = typer.prompt("Number of an identity document", hide_input=True)
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    settings = Settings()
    acts = acts_of(settings)
    order = PersonIn(username=username, name=name, side=Side.DESK, roles=frozenset({Role.ADMINISTRATOR}), password=password)
    enrolment.enrol_first(acts, order, identity.digest_of(bytes.fromhex(settings.secrets["instance_key"]), document))
    acts.engines.dispose()
    typer.echo(f"{name} may sign in as {username}.")


@main.command()
def states(check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where it is not so.")] = False) -> None:
    """Draw docs/states.md from the state tables of the packages."""
    from biobank import states as drawing

    drawn = drawing.page()
    if not check:
        drawing.PAGE.write_text(drawn, encoding="utf-8")
    elif not drawing.PAGE.exists() or drawing.PAGE.read_text(encoding="utf-8") != drawn:
        typer.echo("docs/states.md does not say what the rules say: `./manage states` writes it anew.", err=True)
        raise typer.Exit(1)


if __name__ == "__main__":
    main()
