"""An exported log, verified by its own script with Python alone; and the commands at the terminal."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from biobank.audit import exporting, offline
from biobank.cli import main
from tests.sealed_log import Log, log, logs

__all__ = ["log", "logs"]

# RFC 8032 §7.1, tests 1 to 3: secret key, public key, message, signature.
PUBLISHED = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), PUBLISHED)
def test_the_scripts_arithmetic_takes_the_published_signatures(secret: str, public: str, message: str, signature: str) -> None:
    assert offline.is_signed(bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message))
    assert Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key().public_bytes_raw().hex() == public


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511), st.integers(0, 255))
def test_the_scripts_arithmetic_agrees_with_the_library(secret: bytes, message: bytes, bit: int, other: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert offline.is_signed(public, signature, message)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not offline.is_signed(public, bytes(flipped), message)
    assert not offline.is_signed(public, signature, message + b"x")
    another = bytearray(public)
    another[other // 8] ^= 1 << other % 8
    assert not offline.is_signed(bytes(another), signature, message)


@pytest.mark.parametrize("lengths", [(31, 64), (32, 63), (33, 64), (0, 0)])
def test_a_key_or_signature_of_another_length_is_none(lengths: tuple[int, int]) -> None:
    assert not offline.is_signed(bytes(lengths[0]), bytes(lengths[1]), b"")


def test_a_signature_with_the_order_added_is_refused() -> None:
    _, public, message, signature = PUBLISHED[1]
    s = int.from_bytes(bytes.fromhex(signature)[32:], "little") + offline.ORDER
    doubled = bytes.fromhex(signature)[:32] + s.to_bytes(32, "little")
    assert not offline.is_signed(bytes.fromhex(public), doubled, bytes.fromhex(message))


def test_the_script_needs_python_alone_and_its_arithmetic_is_short() -> None:
    source = Path(offline.__file__).read_text()
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in ([one.name for one in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", None)])
        if isinstance(node, ast.Import | ast.ImportFrom) and name
    }
    assert imported <= sys.stdlib_module_names
    arithmetic = source.split("# --- Ed25519")[1].split("# --- the log")[0]
    assert len([line for line in arithmetic.splitlines() if line.strip()]) <= 60


@pytest.fixture
def folder(log: Log, tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    exporting.export(log.address, folder, log.signing.file.read())
    return folder


def verified(folder: Path, *arguments: str) -> tuple[int, str]:
    """What the script in ``folder`` says, run with Python alone: no package, no environment."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments]
    done = subprocess.run(command, cwd="/", env={}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_an_export_verifies_with_its_own_script(log: Log, folder: Path) -> None:
    leaves = log.one("SELECT count(*) FROM audit.leaf")
    assert verified(folder) == (0, f"{leaves} leaves, 6 heads, 1 keys: as signed.\n")
    assert verified(folder, "--heads", str(log.signing.file.path))[0] == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert sorted(file.name for file in folder.iterdir()) == ["README.txt", "heads.jsonl", "log.txt", "verify.py"]


def test_an_export_after_a_rotation_verifies(log: Log, tmp_path: Path) -> None:
    log_of(log, "keys", "rotate", "--reason", "yearly rotation")
    log.sign()
    exporting.export(log.address, tmp_path / "export", log.signing.file.read())
    assert verified(tmp_path / "export")[0] == 0


def test_an_export_holds_every_entry_but_of_sealed_tables_only_hashes(log: Log, folder: Path) -> None:
    lines = [line.split("\t") for line in (folder / "log.txt").read_text().splitlines()]
    bodies = {body for (body,) in log.rows("SELECT body FROM audit.entry")}
    assert {text for what, _, text in lines if what == "entry"} == bodies
    sealed = [text for what, _, text in lines if what == "sealed"]
    assert len(sealed) == log.one("SELECT count(*) FROM audit.sealed_entry") > 0
    assert all(re.fullmatch("[0-9a-f]{64}", text) for text in sealed)
    assert len([text for what, _, text in lines if what == "act"]) == log.one("SELECT count(*) FROM audit.act")


def test_an_export_goes_into_no_folder_that_holds_something(log: Log, folder: Path) -> None:
    with pytest.raises(FileExistsError):
        exporting.export(log.address, folder, log.signing.file.read())


def _other_digit(found: re.Match[str]) -> str:
    return f"\t{found[1]}{9 - int(found[2])}\t"


SPOILT = {
    "a letter of an entry": lambda lines: [*lines[:200], lines[200].replace("recorded", "recordeb", 1), *lines[201:]],
    "a time of sealing": lambda lines: [*lines[:200], re.sub(r"\t(\d+)\d\t", r"\g<1>", lines[200]), *lines[201:]],
    "a microsecond": lambda lines: [*lines[:200], re.sub("\t(\\d+)(\\d)\t", _other_digit, lines[200]), *lines[201:]],
    "an entry gone": lambda lines: [*lines[:200], *lines[201:]],
    "an entry twice": lambda lines: [*lines[:200], lines[200], *lines[200:]],
    "two in another order": lambda lines: [*lines[:200], lines[201], lines[200], *lines[202:]],
    "the newest hundred gone": lambda lines: lines[:-100],
    "a hash of a sealed entry": lambda lines: [
        line if not line.startswith("sealed\t") else line[:-2] + "01"[line[-2] == "0"] + "\n" for line in lines
    ],
}  # fmt: skip


@pytest.mark.parametrize("spoilt", SPOILT)
def test_an_export_that_was_changed_is_found(folder: Path, spoilt: str) -> None:
    lines = (folder / "log.txt").read_text().splitlines(keepends=True)
    changed = SPOILT[spoilt](lines)
    assert changed != lines
    (folder / "log.txt").write_text("".join(changed))
    code, said = verified(folder)
    assert code == 1
    assert "CHANGED" in said or "CUT OFF" in said


@pytest.mark.parametrize("field", ["size", "root", "time", "key", "signature"])
def test_a_head_of_an_export_that_was_changed_is_found(folder: Path, field: str) -> None:
    lines = (folder / "heads.jsonl").read_text().splitlines(keepends=True)
    changed = re.sub(rf'("{field}": "?[0-9a-f]*?)(\d)', lambda m: f"{m[1]}{(int(m[2]) + 1) % 10}", lines[3], count=1)
    assert changed != lines[3]
    (folder / "heads.jsonl").write_text("".join([*lines[:3], changed, *lines[4:]]))
    assert verified(folder)[0] == 1


def test_an_export_without_heads_shows_nothing(folder: Path) -> None:
    lines = [line for line in (folder / "heads.jsonl").read_text().splitlines(keepends=True) if line.startswith('{"key"')]
    (folder / "heads.jsonl").write_text("".join(lines))
    code, said = verified(folder)
    assert code == 1
    assert "There is no signed head" in said


def test_a_whole_log_made_anew_is_found_by_heads_that_were_kept_elsewhere(log: Log, tmp_path: Path) -> None:
    kept = log.signing.file.path.with_name("kept")
    kept.write_bytes(log.signing.file.path.read_bytes())
    log.spoil(
        "UPDATE audit.entry SET body = replace(body, '72.4', '82.4')",
        "UPDATE audit.leaf l SET hash = sha256('\\x00'::bytea || convert_to(e.body, 'UTF8')) FROM audit.entry e"
        " WHERE e.id = l.entry_id",
        "DELETE FROM audit.head",
    )
    log.signing.file.path.unlink()
    assert log.sign() == 1
    exporting.export(log.address, tmp_path / "export", log.signing.file.read())
    assert verified(tmp_path / "export")[0] == 0
    code, said = verified(tmp_path / "export", "--heads", str(kept))
    assert code == 1
    assert "CHANGED: something in leaves" in said


def log_of(log: Log, *command: str) -> Result:
    """What `biobank` says at the terminal of this installation."""
    environment = {
        "DATABASE_URL": str(log.acts.engines.url("biobank_worker").set(username=None, password=None)),  # type: ignore[arg-type]
        "BIOBANK_CREDENTIALS": str(log.server.credentials),
        "BIOBANK_KEYS": str(log.signing.keys.folder),
        "BIOBANK_HEADS": str(log.signing.file.path.parent),
    }
    return CliRunner().invoke(main, [*command], env=environment)


def test_verify_ends_with_nought_or_with_one_and_the_name_of_the_entry(log: Log) -> None:
    good = log_of(log, "audit", "verify")
    assert (good.exit_code, good.output.splitlines()[-1]) == (0, "Nothing was changed, removed, inserted or cut off.")
    log.spoil("UPDATE audit.entry SET body = replace(body, '72.4', '82.4') WHERE table_name = 'public.weight'")
    [(entry,)] = log.rows("SELECT id FROM audit.entry WHERE table_name = 'public.weight'")
    bad = log_of(log, "audit", "verify", "--heads", str(log.signing.file.path))
    assert bad.exit_code == 1
    assert f"CHANGED: entry {entry} (public.weight)" in bad.output


def test_verify_says_where_no_head_was_exported(log: Log) -> None:
    log.signing.file.path.unlink()
    assert "without exported heads" in log_of(log, "audit", "verify").output
    assert log_of(log, "audit", "verify", "--heads", "nowhere").exit_code == 2


def test_keys_are_shown_and_rotated_at_the_terminal(log: Log) -> None:
    [(before,)] = log.rows("SELECT id FROM audit.signing_key")
    assert before in log_of(log, "keys", "show").output
    assert log_of(log, "keys", "make").exit_code == 1
    assert log_of(log, "keys", "rotate", "--reason", "n/a").exit_code == 1
    assert log_of(log, "keys", "rotate", "--reason", "yearly rotation").exit_code == 0
    shown = log_of(log, "keys", "show").output
    assert before in shown
    assert "yearly rotation" in shown
    assert log.verify().findings == []


def test_the_terminal_writes_an_export(log: Log, tmp_path: Path) -> None:
    assert log_of(log, "audit", "export", str(tmp_path / "export")).exit_code == 0
    assert verified(tmp_path / "export")[0] == 0
    assert log_of(log, "audit", "export", str(tmp_path / "export")).exit_code == 2
