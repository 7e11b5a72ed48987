"""What an administrator says about backups: `biobank backup`, `backup status`, `backup follow`, `restore`, `restore --drill`."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from psycopg import OperationalError, connect
from sqlalchemy import make_url

from biobank.db.backup import Installation, make_backup
from biobank.db.drill import Report, Verified, drill, drill_of, keep_report, last_good
from biobank.db.embedded import EmbeddedPostgres, kept, let_go
from biobank.db.encrypted import BackupKey, BackupRefused, make_key, read_key
from biobank.db.follow import WINDOW_S, follow, following
from biobank.db.homes import throwaway_home
from biobank.db.restore import restore
from biobank.db.shelf import END, WAL, backups, keep_newest
from biobank.ending import told_to_end
from biobank.logs import configure
from biobank.settings import Settings

backup = typer.Typer(help="Back up the records, encrypted, with everything that a fresh machine needs.")
HEADS = "heads.jsonl"
PATIENCE_S = 60.0
NOT_OURS = (
    "DATABASE_URL names a PostgreSQL that its own site runs, and that site's backup is responsible for it: base backups and an "
    "archive of its log, tested by restoring. Beside it, {credentials} and {heads} must be kept. Nothing was done here."
)


@contextmanager
def _in_words() -> Iterator[None]:
    """What is refused ends with one sentence and code 1."""
    try:
        yield
    except (BackupRefused, OSError) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal


def _installation(settings: Settings) -> Installation:
    if not settings.database_url:
        raise BackupRefused(f"There are no records in {settings.home}: `./manage run` makes an installation.")
    if not settings.admin_url:
        raise BackupRefused(NOT_OURS.format(credentials=settings.credentials_file, heads=settings.heads_folder))
    name = make_url(settings.database_url).database or "biobank"
    return Installation(settings.admin_url, name, settings.home, settings.credentials_file, settings.heads_folder)


def _key(settings: Settings) -> BackupKey:
    file = settings.backup_key_file
    if file.exists():
        return read_key(file)
    key = make_key(file)
    typer.echo(f"A key was made in {file}. Keep a copy away from this machine and from the backups: without it, none opens.")
    return key


@backup.callback(invoke_without_command=True)
def make(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(help="A folder for this one backup; else the installation's own.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Remove all but so many of the newest backups afterwards.")] = None,
) -> None:
    """Make a backup now."""
    if context.invoked_subcommand is not None:
        return
    settings = Settings()
    with _in_words():
        of, into = _installation(settings), to or settings.backups
        made = make_backup(of, into, _key(settings), datetime.now(UTC), followed=to is None)
        seconds = (datetime.now(UTC) - made.made_at).total_seconds()
        typer.echo(f"Backed up into {made.folder}: {made.bytes / 1e6:.1f} MB in {seconds:.1f} s.")
        if keep is not None:
            removed = keep_newest(into, keep, made.base.system)
            typer.echo(f"Removed {len(removed)} older than the newest {keep}.")
        if into.stat().st_dev == (of.home / "postgres").stat().st_dev:
            typer.echo("It is on the same disk as the records: copy it elsewhere, or name another disk in BIOBANK_BACKUP_FOLDER.")


@backup.command()
def status() -> None:
    """Say which backups there are, whether the log is archived, and when the last good drill was."""
    settings = Settings()
    with _in_words():
        there = backups(settings.backups)
        newest = f"the newest {there[-1].id}, {there[-1].bytes / 1e6:.1f} MB" if there else "none yet"
        typer.echo(f"backups   {len(there)} in {settings.backups}; {newest}")
        typer.echo(f"log       {_archive_words(settings)}")
        typer.echo(f"drill     {_drill_words(last_good(settings.home))}")


def _archive_words(settings: Settings) -> str:
    if not settings.admin_url:
        return "unknown: the database of this installation is not within reach here"
    try:
        with connect(settings.admin_url) as db:
            slot = following(db)
    except OperationalError as trouble:
        return f"unknown: the database does not answer ({str(trouble).strip().splitlines()[0]})"
    if slot is None:
        return "not archived: the first backup begins it"
    if slot.lost:
        return "CUT OFF: the server no longer has what the archive lacks; make a new backup now"
    if not slot.active:
        return f"nobody follows, {slot.behind_bytes / 1e6:.1f} MB wait; `make run` follows"
    return f"archived while it is written, {slot.behind_bytes} bytes behind; at most {WINDOW_S} s and one write to the disk"


def _drill_words(report: Report | None) -> str:
    if report is None:
        return "never: `biobank restore --drill` restores a backup and compares"
    return f"last good {report.at}, of {report.backup}: {report.rows} rows in {report.seconds:.1f} s, nothing lost {report.until}"


@backup.command("follow")
def follow_log() -> None:
    """Archive the log of the database while it is written, until told to end. `make run` runs this."""
    settings, stop = Settings(), told_to_end()
    configure()
    with _in_words():
        of = _installation(settings)
        while not settings.backup_key_file.exists():  # the first backup makes it
            if stop.wait(2):
                return
        follow(of.admin_url, settings.backups / WAL, settings.backup_key_file, stop)


def restore_backup(
    into: Annotated[Path | None, typer.Option(help="An empty folder, which becomes the home.")] = None,
    source: Annotated[Path | None, typer.Option("--from", help="A backup, or a folder of backups: then its newest.")] = None,
    key: Annotated[Path | None, typer.Option(help="The key file; else the installation's own.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Without the archived log that follows on the backup.")] = False,
    accept_loss: Annotated[bool, typer.Option("--accept-loss", help="Where the log is damaged, end there.")] = False,
    drilled: Annotated[bool, typer.Option("--drill", help="Restore into a folder for the moment, compare, tell.")] = False,
) -> None:
    """Restore a backup into an empty folder, or see in a drill that one could."""
    settings = Settings()
    with _in_words():
        if drilled:
            _drill(settings, source, key)
            return
        if into is None or source is None:
            raise BackupRefused("Say --into EMPTYDIR and --from BACKUP, or --drill.")
        back = restore(_chosen(source), into, read_key(key or settings.backup_key_file), alone=alone, accept_loss=accept_loss)
        typer.echo(f"Restored {back.backup.id} into {back.home} in {back.seconds:.1f} s; the last act is of {back.last_act_at}.")
        typer.echo(f"The log was replayed to {back.reached}, {back.followed_bytes} bytes beyond the end of the backup.")
        if back.stopped:
            typer.echo(f"It ends there because: {back.stopped}")
        typer.echo(f"Next, with BIOBANK_HOME={back.home}:")
        typer.echo("  biobank audit verify --heads FILE   with the newest exported heads; it names what did not come back")
        typer.echo("  biobank keys rotate --lost          since the private key that signs heads is in no backup")
        typer.echo("  ./manage run, and a new backup      (docs/backup.md)")


def _chosen(source: Path) -> Path:
    if (source / END).exists():
        return source
    there = backups(source)
    return there[-1].folder if there else source


def _drill(settings: Settings, source: Path | None, key_file: Path | None) -> None:
    now = datetime.now(UTC)
    if settings.admin_url or settings.database_url:
        of = _installation(settings)
        key = read_key(key_file) if key_file else _key(settings)
        report = drill_of(_chosen(source), key, now, _verified, of) if source else drill(of, key, now, _verified)
    elif source is not None:
        report = drill_of(_chosen(source), read_key(key_file or settings.backup_key_file), now, _verified)
    else:
        typer.echo("No instance has its records here: the drill makes one, and restores that.")
        with _fresh() as of:
            report = drill(of, make_key(of.home / "backup.key"), datetime.now(UTC), _verified)
    settings.home.mkdir(parents=True, exist_ok=True)
    file = keep_report(settings.home, report)
    for line in (*report.lines(), f"Report: {file}"):
        typer.echo(line)
    if not report.good:
        raise typer.Exit(1)


@contextmanager
def _fresh() -> Iterator[Installation]:
    """A demonstration that was just prepared, for a machine on which nothing runs yet; gone afterwards."""
    with throwaway_home() as home, EmbeddedPostgres(home).start() as server:
        of = Installation(server.admin_url, "biobank", home, home / "credentials.json", home / "heads")
        done = _biobank(of, "db", "prepare", "--demonstration")
        if done.returncode != 0:
            raise BackupRefused(f"An instance for the drill could not be prepared: {done.stderr.strip()[-500:]}")
        _let_it_sign(of)
        yield of


def _let_it_sign(of: Installation) -> None:
    """Let the worker seal the trail and export a signed head, as it does once a minute wherever it runs."""
    command, exported = [sys.executable, "-P", "-m", "biobank.cli", "work"], of.heads / HEADS
    worker = kept(command, of.home / "logs" / "work.log", of.home, _environment(of), ["--ending", "TERM,KILL"])
    try:
        until = time.monotonic() + PATIENCE_S
        while not exported.exists() or '"head"' not in exported.read_text():
            if time.monotonic() > until or worker.poll() is not None:
                raise BackupRefused(f"The instance for the drill signs no head of its log; why is in {of.home / 'logs'}.")
            time.sleep(0.1)
    finally:
        let_go(worker)


def _verified(copy: Installation) -> Verified:
    """The restored log held against the heads that came with the backup, by the command that anybody would use."""
    exported = copy.heads / HEADS
    if not exported.exists():
        return Verified(True, "no exported heads came with the backup")
    done = _biobank(copy, "audit", "verify", "--heads", str(exported))
    words = (done.stdout + done.stderr).strip().splitlines() or [f"`biobank audit verify` ended with {done.returncode}."]
    return Verified(done.returncode == 0, words[-1] if done.returncode == 0 else " ".join([*words[:3], *words[3:][-1:]]))


def _biobank(of: Installation, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of ours on ``of`` and nothing else."""
    command = [sys.executable, "-P", "-m", "biobank.cli", *arguments]
    return subprocess.run(command, env=_environment(of), capture_output=True, text=True, check=False)


def _environment(of: Installation) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith(("BIOBANK_", "DATABASE_"))}
    url = make_url(of.database_url).set(username=None, password=None).render_as_string()
    return others | {"BIOBANK_HOME": str(of.home), "DATABASE_URL": url, "BIOBANK_ADMIN_URL": of.admin_url}
