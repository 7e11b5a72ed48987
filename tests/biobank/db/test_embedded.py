"""The own PostgreSQL: one per home, on the loopback, with a password, and never left behind."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from biobank.db.binaries import owner
from biobank.db.embedded import EmbeddedPostgres, PostgresRefused
from biobank.db.hanging import recovers, rejects
from biobank.db.homes import throwaway_home
from biobank.db.remains import processes_in
from tests.biobank.db.conftest import gone, main_process, said
from tests.waiting import until

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


def started_elsewhere(home: Path) -> "subprocess.Popen[str]":
    """Another process that has started the server of ``home`` and does nothing more."""
    command = [sys.executable, "-c", AS_PARENT, str(home)]
    environment = {**os.environ, "PYTHONPATH": str(CLONE)}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert child.stdout is not None
    assert int(child.stdout.readline()) > 0
    return child


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
        assert [said(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["on"] * 3
    with server.start(fast=True):
        assert [said(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["off"] * 3


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


def test_a_server_that_takes_nobody_hangs_unless_it_recovers(home: Path) -> None:
    go = home / "go"
    slowly = f"restore_command=while [ ! -e {go} ]; do sleep 0.1; done; false"
    server = EmbeddedPostgres(home, settings=(slowly,))
    with server.start(fast=True), psycopg.connect(server.admin_url) as standing:
        assert not server.hangs(patience_s=0)
        os.kill(main_process(server), signal.SIGTERM)  # takes nobody while somebody is there, and nothing of it recovers
        until(lambda: rejects(server.port))
        assert not server.hangs()
        until(lambda: server.hangs(patience_s=1))
        server.kill()
        standing.close()
        until(lambda: not server.running)
    (server.data / "recovery.signal").touch()
    shutil.chown(server.data / "recovery.signal", owner().uid, owner().gid)
    server = EmbeddedPostgres(home, settings=(slowly,))
    starting = threading.Thread(target=server.start, args=(True,))
    starting.start()
    try:
        until(lambda: recovers(server.data) and rejects(server.port))
        assert not server.hangs(patience_s=0)
    finally:
        go.touch()
        starting.join()
    assert said(server, "SELECT 1") == "1"
    server.stop()


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


@pytest.mark.needs("postgresql-15")
def test_debians_postgresql_15_runs_the_same_way(home: Path) -> None:
    with EmbeddedPostgres(home, binaries=DEBIAN_15).start(fast=True) as server:
        assert said(server, "SHOW server_version").startswith("15.")
        assert said(server, "SHOW data_checksums") == "on"
