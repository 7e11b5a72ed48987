"""`biobank keys …` and `biobank audit …`: what the administrator of the machine does with the log at its terminal."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from biobank.act.acts import Acts, NoReason
from biobank.act.randomness import Randomness
from biobank.audit import exporting, keys
from biobank.audit.headsfile import HeadsFile
from biobank.audit.keyfile import KeyRefused
from biobank.audit.keys import Signing
from biobank.audit.verifier import verify
from biobank.clock import SystemClock
from biobank.db.engines import Engines
from biobank.db.roles import Login
from biobank.settings import Settings

keys_commands = typer.Typer(no_args_is_help=True, help="The keys that sign heads of the audit log.")
audit_commands = typer.Typer(no_args_is_help=True, help="The audit log.")
_MOST_SHOWN = 200
Reason = Annotated[str, typer.Option(help="Why, in words that say something.")]


@contextmanager
def _installation(settings: Settings) -> Iterator[Acts]:
    engines = Engines(settings.database_url, settings.secrets, pool_size=2)
    try:
        yield Acts(engines, SystemClock(), Randomness(bytes.fromhex(settings.secrets["instance_key"])))
    except (KeyRefused, NoReason) as refusal:
        typer.echo(str(refusal) or "That reason says nothing.", err=True)
        raise typer.Exit(1) from refusal
    finally:
        engines.dispose()


@keys_commands.command("make")
def make_key() -> None:
    """Make the first signing key. A fresh installation does so by itself."""
    settings = Settings()
    with _installation(settings) as acts:
        key = keys.make(acts, Signing.of(settings))
    typer.echo(f"Key {key.id} signs the heads from now on; its private half is in {settings.keys_folder}.")


@keys_commands.command("rotate")
def rotate_key(
    reason: Reason,
    lost: Annotated[bool, typer.Option("--lost", help="The old private key is gone; see docs/audit-log.md first.")] = False,
) -> None:
    """Replace the signing key; the old one signs the change, unless it is lost."""
    settings = Settings()
    with _installation(settings) as acts:
        key = keys.rotate(acts, Signing.of(settings), reason, by=getpass.getuser(), lost=lost)
    typer.echo(f"Key {key.id} took the place of {key.replaces}, whose private half is gone.")


@keys_commands.command("show")
def show_keys() -> None:
    """Show every key, the one in use last, and whether its private half is here."""
    settings = Settings()
    signing = Signing.of(settings)
    with _installation(settings) as acts:
        with acts.engines.of(Login.WORKER).connect() as db:
            for key in keys.known(db):
                since = f"from leaf {key.after_size}, {key.made_at:%Y-%m-%d %H:%M} UTC"
                typer.echo(f"{key.id}  {key.public_key.hex()}  {since}: {key.reason}")
        with acts.engines.of(Login.WORKER).begin() as db:
            current, _ = keys.in_use(db, signing.keys)
    typer.echo(f"{current.id} is in use; its private half is in {signing.keys.path}, heads go to {signing.file.path}.")


@audit_commands.command("verify")
def verify_log(
    heads: Annotated[Path | None, typer.Option(help="A file of exported heads, best from another machine.")] = None,
) -> None:
    """Walk the whole log and name what was changed, removed, inserted or cut off; ends with 1 where something was."""
    settings = Settings()
    file = heads or Signing.of(settings).file.path
    if heads is not None and not heads.exists():
        raise typer.BadParameter(f"{heads} is not there")
    with _installation(settings) as acts:
        report = verify(auditor(acts.engines), HeadsFile(file).read())
    for finding in report.findings[:_MOST_SHOWN]:
        typer.echo(str(finding))
    if len(report.findings) > _MOST_SHOWN:
        typer.echo(f"… and {len(report.findings) - _MOST_SHOWN} more.")
    for note in report.notes:
        typer.echo(f"note: {note}")
    typer.echo(
        f"{report.leaves} leaves ({report.entries} entries, {report.acts} acts), rows of {report.tables} tables,"
        f" {report.heads} heads, {report.exported} exported heads in {file}; {report.waiting} wait for their leaf."
    )
    if not report.exported:
        typer.echo("note: without exported heads, nothing shows that the newest entries were not cut off, or all chained anew.")
    typer.echo("Nothing was changed, removed, inserted or cut off." if report.good else "This log is NOT as it was written.")
    raise typer.Exit(0 if report.good else 1)


@audit_commands.command("export")
def export_log(folder: Path) -> None:
    """Write the log, its heads and keys into FOLDER, with a script that verifies them anywhere."""
    settings = Settings()
    with _installation(settings) as acts:
        try:
            count = exporting.export(auditor(acts.engines), folder, Signing.of(settings).file.read())
        except FileExistsError as refusal:
            raise typer.BadParameter(str(refusal)) from refusal
    typer.echo(f"{count} leaves are in {folder}; `python3 {folder}/{exporting.SCRIPT}` verifies them.")


def checked(signing: Signing) -> Signing:
    """``signing``, where nobody else may read its keys; else words, and exit code 1."""
    try:
        signing.keys.check()
    except KeyRefused as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal
    return signing


def auditor(engines: Engines) -> str:
    """The auditor's address, in libpq form."""
    return engines.url(Login.AUDITOR).set(drivername="postgresql").render_as_string(hide_password=False)
