"""Keys and heads: who may read the key, what a rotation leaves behind, what lies outside the database, and when."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from typer.testing import CliRunner

from biobank import work
from biobank.act.acts import NoReason
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.audit import keys, signer
from biobank.audit.heads import Head
from biobank.audit.headsfile import HeadsFile
from biobank.audit.keyfile import KeyRefused
from biobank.cli import main
from biobank.db.roles import Login
from tests.sealed_log import Log, log, logs

__all__ = ["log", "logs"]


def change(log: Log) -> None:
    """Something that the log must tell."""
    with log.acts.begin(WORKER, Kind.EVALUATE_READINGS):
        pass


def in_use(log: Log) -> str:
    with log.acts.engines.of(Login.WORKER).connect() as db:
        return keys.in_use(db, log.signing.keys)[0].id


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_may_read_is_refused(log: Log, mode: int) -> None:
    log.signing.keys.path.chmod(mode)
    with pytest.raises(KeyRefused, match="open to others"):
        log.signing.keys.check()
    with pytest.raises(KeyRefused, match="open to others"):
        log.signing.keys.load()


def test_a_folder_of_keys_that_others_may_enter_is_refused(log: Log) -> None:
    log.signing.keys.folder.chmod(0o755)
    with pytest.raises(KeyRefused, match="open to others"):
        log.signing.keys.check()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_key_of_somebody_else_is_refused(log: Log) -> None:
    os.chown(log.signing.keys.path, 65534, 65534)
    with pytest.raises(KeyRefused, match="another user"):
        log.signing.keys.check()


def test_the_worker_does_not_start_with_a_key_that_others_may_read(log: Log, tmp_path: Path) -> None:
    log.signing.keys.path.chmod(0o644)
    told = CliRunner().invoke(main, ["work"], env={"BIOBANK_HOME": str(tmp_path), "BIOBANK_KEYS": str(log.signing.keys.folder)})
    assert told.exit_code == 1
    assert "open to others" in told.output


def test_a_key_is_made_for_its_owner_alone(log: Log) -> None:
    assert log.signing.keys.path.stat().st_mode & 0o777 == 0o600
    assert log.signing.keys.folder.stat().st_mode & 0o777 == 0o700


def test_what_is_no_ed25519_key_is_refused(log: Log) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    log.signing.keys.path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(KeyRefused, match="no Ed25519 key"):
        log.signing.keys.load()
    log.signing.keys.path.write_bytes(b"nonsense")
    with pytest.raises(KeyRefused, match="no key that can be read"):
        log.signing.keys.load()


def test_a_second_first_key_is_refused(log: Log) -> None:
    before = in_use(log)
    with pytest.raises(KeyRefused, match="rotate"):
        keys.make(log.acts, log.signing)
    keys.ensure(log.acts, log.signing)
    assert in_use(log) == before


def test_after_a_rotation_old_heads_still_verify_and_new_ones_carry_the_new_key(log: Log) -> None:
    before = in_use(log)
    made = keys.rotate(log.acts, log.signing, "yearly rotation")
    assert made.replaces == before
    assert made.replaced_signature is not None
    assert in_use(log) == made.id
    log.sign()
    report = log.verify()
    assert (report.findings, report.notes) == ([], [])
    assert set(log.signing.file.read().keys) == {before, made.id}
    assert log.rows("SELECT key_id FROM audit.head ORDER BY size")[-2:] == [(before,), (made.id,)]
    assert log.one("SELECT count(*) FROM audit.entry WHERE table_name = 'audit.signing_key'") == 2


@pytest.mark.parametrize("column", ["replaces", "replaced_signature"])
def test_a_rotation_that_was_changed_is_named(log: Log, column: str) -> None:
    made = keys.rotate(log.acts, log.signing, "yearly rotation")
    flipped = "set_byte(replaced_signature, 7, 1 # get_byte(replaced_signature, 7))"
    value = {"replaces": "NULL", "replaced_signature": flipped}[column]
    log.spoil("DROP INDEX audit.uq_signing_key_first", f"UPDATE audit.signing_key SET {column} = {value} WHERE id = '{made.id}'")
    assert f"signing key {made.id} in the database" in log.said()


def test_a_rotation_demands_a_reason_and_leaves_the_key_where_it_is_refused(log: Log) -> None:
    before = in_use(log)
    with pytest.raises(NoReason):
        keys.rotate(log.acts, log.signing, "n/a")
    assert in_use(log) == before
    log.sign()


def test_a_rotation_cut_off_between_database_and_file_is_finished_later(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power:
        power.setattr(type(log.signing.keys), "use_next", cut)
        with pytest.raises(KeyboardInterrupt):
            keys.rotate(log.acts, log.signing, "yearly rotation")
    change(log)
    assert log.sign() == 1
    assert not log.signing.keys.next_path.exists()
    assert log.verify().findings == []


def test_a_lost_key_is_replaced_by_one_that_says_so(log: Log) -> None:
    log.signing.keys.path.unlink()
    with pytest.raises(KeyRefused, match="There is no signing key"):
        log.sign()
    with pytest.raises(KeyRefused):
        keys.rotate(log.acts, log.signing, "yearly rotation")
    made = keys.rotate(log.acts, log.signing, "disk of the server burnt", lost=True)
    log.sign()
    report = log.verify()
    assert report.findings == []
    [note] = report.notes
    assert made.id in note
    assert "disk of the server burnt" in note


def test_another_key_in_its_place_signs_nothing(log: Log, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    stranger = keys.Signing(type(log.signing.keys)(other / "keys"), log.signing.file)
    stranger.keys.write_next(Ed25519PrivateKey.generate())
    stranger.keys.use_next()
    change(log)
    work.seal(log.acts)
    with pytest.raises(KeyRefused, match="which is in use"):
        signer.sign(log.acts.engines.of(Login.WORKER), stranger, log.acts.clock.now())


def test_a_head_by_a_replaced_key_is_named(log: Log) -> None:
    old = log.signing.keys.load()
    made = keys.rotate(log.acts, log.signing, "yearly rotation")
    log.sign()
    [(size, root, moment)] = log.rows("SELECT size, root, made_at FROM audit.head ORDER BY size DESC LIMIT 1")
    head = Head(size, root, moment, str(made.replaces))
    signature = old.sign(head.words().encode()).hex()
    log.spoil(f"UPDATE audit.head SET key_id = '{made.replaces}', signature = '\\x{signature}' WHERE size = {size}")
    assert f"the head of {size} leaves in the database: signed with key {made.replaces}, which was not in use then" in log.said()


def test_a_head_is_made_only_where_something_changed(log: Log) -> None:
    assert log.sign() == 0
    change(log)
    assert log.sign() == 1
    assert log.sign() == 0


def test_heads_that_never_reached_the_file_are_exported_later(log: Log) -> None:
    path = log.signing.file.path
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    assert log.sign() == 4
    assert log.verify().findings == []
    path.unlink()
    assert log.sign() == 6
    exported = log.signing.file.read()
    assert (len(exported.heads), len(exported.keys)) == (6, 1)


def test_a_line_that_a_loss_of_power_cut_off_harms_no_other(log: Log) -> None:
    path = log.signing.file.path
    path.write_bytes(path.read_bytes()[:-40])
    assert log.sign() == 1
    assert len(log.signing.file.read().heads) == 6
    report = log.verify()
    assert report.findings == []
    assert ["neither a head nor a key" in note for note in report.notes] == [True]


def test_a_file_of_heads_is_read_from_its_end_across_blocks(log: Log, tmp_path: Path) -> None:
    lines = [line for line in log.signing.file.path.read_text().splitlines(keepends=True) if line.startswith('{"head"')]
    long = HeadsFile(tmp_path / "long.jsonl")
    long.path.write_text("".join(lines * 200))
    newest_first = [head.size for head in long.newest_first()]
    assert newest_first == [head.size for head in long.read().heads][::-1]
    assert len(newest_first) == 200 * len(lines)


@pytest.mark.parametrize("column", ["frontier", "root", "signature"])
def test_nothing_is_signed_on_top_of_a_head_that_was_changed(log: Log, column: str) -> None:
    log.spoil(f"UPDATE audit.head SET {column} = set_byte({column}, 0, get_byte({column}, 0) # 1)")
    change(log)
    with pytest.raises(signer.LogBroken):
        log.sign()


def test_what_stops_the_signer_stops_no_other_task(log: Log) -> None:
    log.signing.keys.path.unlink()
    change(log)
    work.seal(log.acts)
    assert work.signs(log.signing)(log.acts) == 0


def test_the_worker_exports_a_head_within_a_minute_of_a_change() -> None:
    assert timedelta(minutes=1).total_seconds() > work.HEADS_EVERY_SECONDS + 2 * work.EVERY_SECONDS
