"""The verifier on copies of a real log: each kind of tampering is named, down to the entry."""

import json
import shutil
from datetime import timedelta

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from biobank.act.people import PREPARER_OF_DATABASE
from biobank.audit.heads import Head
from biobank.audit.merkle import Frontier, leaf_hash
from biobank.db.prepare import ensure_database
from tests.sealed_log import Log, log, logs

pytestmark = pytest.mark.every_postgresql
__all__ = ["log", "logs"]

FLIPPED = {
    "bigint": "{c} # (1::bigint << 40)",
    "xid8": "({c}::text::bigint # 1)::text::xid8",
    "uuid": "overlay({c}::text placing translate(left({c}::text, 1), '0123456789abcdef', '1032547698badcfe') from 1 for 1)::uuid",
    "text": "overlay({c} placing chr(ascii(substr({c}, length({c}) / 2 + 1, 1)) # 1) from length({c}) / 2 + 1 for 1)",
    "bytea": "set_byte({c}, 7, get_byte({c}, 7) # 1)",
    "timestamp with time zone": "{c} + interval '1 microsecond'",
    "boolean": "NOT {c}",
}
"""One bit or character changed, whatever the type."""

COLUMNS = {
    "entry": ["id", "xid", "act_id", "table_name", "row_id", "recorded_at", "body"],
    "sealed_entry": ["id", "xid", "act_id", "table_name", "row_id", "recorded_at", "body"],
    "act": [
        "id", "xid", "kind", "needs_reason", "actor_id", "side", "login", "recorded_at", "occurred_at", "reason", "began_at",
    ],
    "leaf": ["number", "entry_id", "act_id", "hash", "sealed_at"],
    "head": ["size", "root", "frontier", "made_at", "key_id", "signature"],
    "signing_key": ["id", "public_key", "made_at", "after_size", "reason", "signature"],
}  # fmt: skip
NAMED = {
    "entry": ("SELECT id FROM audit.entry WHERE row_id IS NOT NULL ORDER BY id OFFSET 100 LIMIT 1", "id = {}", "entry {}"),
    "sealed_entry": ("SELECT id FROM audit.sealed_entry ORDER BY id OFFSET 3 LIMIT 1", "id = {}", "entry {}"),
    "act": ("SELECT id FROM audit.act WHERE kind = 'consent'", "id = '{}'", "act {}"),
    "leaf": (
        "SELECT number FROM audit.leaf WHERE number > 100 AND {column} IS NOT NULL ORDER BY 1 LIMIT 1",
        "number = {}",
        "leaf {}",
    ),
    "head": ("SELECT size FROM audit.head ORDER BY size OFFSET 2 LIMIT 1", "size = {}", "the head of {} leaves"),
    "signing_key": ("SELECT id FROM audit.signing_key", "id = '{}'", "signing key {}"),
}
"""Which row is spoilt, how it is found, and as what the verifier must name it."""


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, columns in COLUMNS.items() for column in columns])
def test_one_byte_flipped_in_any_column_is_named(log: Log, table: str, column: str) -> None:
    sql, where, name = NAMED[table]
    which = log.one(sql.format(column=column))
    kind = log.one("SELECT data_type FROM information_schema.columns WHERE (table_name, column_name) = (%s, %s)", table, column)
    value = FLIPPED[kind].format(c=f"coalesce({column}, 'x')" if column == "reason" else column)
    log.spoil(f"UPDATE audit.{table} SET {column} = {value} WHERE {where.format(which)}")
    assert name.format(which) in log.said()
    if table not in ("head", "signing_key"):
        assert name.format(which) in log.said(outside=False), "where nothing was exported, the database alone tells"


def test_every_column_of_the_log_is_tried(log: Log) -> None:
    sql = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'audit' AND table_name = ANY (%s)"
    there = set(log.rows(sql, list(COLUMNS)))
    tried = {(table, column) for table, columns in COLUMNS.items() for column in columns}
    assert there - tried == {("signing_key", "replaces"), ("signing_key", "replaced_signature")}  # empty until a key is rotated


def test_an_untouched_log_is_good(log: Log) -> None:
    report = log.verify()
    assert report.findings == []
    assert report.leaves == log.one("SELECT count(*) FROM audit.leaf")
    assert report.entries == log.one("SELECT count(*) FROM (TABLE audit.entry UNION ALL TABLE audit.sealed_entry) e") > 300
    assert report.acts == log.one("SELECT count(*) FROM audit.act")
    assert report.heads == report.exported == 6


@pytest.mark.parametrize("with_heads", [False, True], ids=["rows", "rows and heads"])
def test_the_newest_100_rows_cut_off_are_named(log: Log, with_heads: bool) -> None:
    size = log.one("SELECT count(*) FROM audit.leaf")
    gone = f"(SELECT number FROM audit.leaf WHERE number >= {size - 100})"
    log.spoil(
        f"DELETE FROM audit.entry WHERE id IN (SELECT entry_id FROM audit.leaf WHERE number IN {gone})",
        f"DELETE FROM audit.sealed_entry WHERE id IN (SELECT entry_id FROM audit.leaf WHERE number IN {gone})",
        f"DELETE FROM audit.act WHERE id IN (SELECT act_id FROM audit.leaf WHERE number IN {gone})",
        f"DELETE FROM audit.leaf WHERE number IN {gone}",
        f"DELETE FROM audit.head WHERE size > {size - 100}" if with_heads else "SELECT 1",
    )
    assert f"CUT OFF: leaves {size - 100} to {size - 1}" in log.said()
    if not with_heads:
        assert f"CUT OFF: leaves {size - 100} to {size - 1}" in log.said(outside=False)


def test_an_entry_removed_from_the_middle_is_named(log: Log) -> None:
    sql = "SELECT number, entry_id FROM audit.leaf l JOIN audit.entry e ON e.id = entry_id ORDER BY 1 OFFSET 80 LIMIT 1"
    [(number, entry)] = log.rows(sql)
    log.spoil(f"DELETE FROM audit.entry WHERE id = {entry}")
    assert f"REMOVED: entry {entry}, for which leaf {number} stands" in log.said()
    log.spoil(f"DELETE FROM audit.leaf WHERE number = {number}")
    assert f"REMOVED: leaf {number}" in log.said()


def test_an_entry_slipped_in_is_named(log: Log) -> None:
    body = "replace(body, '\"entry\": ' || id, '\"entry\": 999999')"
    forged = f"SELECT 999999, xid, act_id, table_name, row_id, recorded_at, {body} FROM audit.entry"
    log.spoil(f"INSERT INTO audit.entry {forged} ORDER BY id OFFSET 50 LIMIT 1")
    assert "INSERTED: entry 999999" in log.said()


def enrol_somebody(log: Log) -> None:
    """One act with one entry."""
    with psycopg.connect(log.server.url(log.name)) as db:
        begin = "SELECT audit.begin_act(gen_random_uuid(), 'prepare_database', %s, 'system', now(), now(), NULL)"
        db.execute(begin, [PREPARER_OF_DATABASE.id])
        db.execute("INSERT INTO person SELECT gen_random_uuid(), 'new', 'New', 'facility', now()")


def rechain(log: Log) -> None:
    """What somebody with every right in the database can do after a forged row: every leaf made anew, no head over them."""
    log.spoil(
        "UPDATE audit.leaf l SET hash = sha256('\\x00'::bytea || convert_to(e.body, 'UTF8')) FROM audit.entry e"
        " WHERE e.id = l.entry_id",
        "DELETE FROM audit.head",
    )


def test_a_forged_row_with_everything_chained_anew_is_found_by_an_exported_head_alone(log: Log) -> None:
    entry, number, row = log.rows(
        "SELECT e.id, l.number, e.row_id FROM audit.entry e JOIN audit.leaf l ON l.entry_id = e.id"
        " WHERE e.table_name = 'public.weight' ORDER BY 1 LIMIT 1"
    )[0]
    log.spoil(
        "ALTER TABLE weight DISABLE TRIGGER ALL",
        f"UPDATE audit.entry SET body = replace(body, '\"weight_kg\": 72.4', '\"weight_kg\": 82.4') WHERE id = {entry}",
        f"UPDATE weight SET weight_kg = 82.4 WHERE id = '{row}'",
        "ALTER TABLE weight ENABLE ALWAYS TRIGGER audit_row, ENABLE ALWAYS TRIGGER audit_truncate",
    )
    assert f"entry {entry}" in log.said()
    rechain(log)
    assert log.said(outside=False) == ""
    said = log.said()
    [line] = [line for line in said.splitlines() if "their root is not the one that was signed" in line]
    assert f"entry {entry}" in line or f"leaves {number}" in line or " …" in line
    first, last = (int(word) for word in line.split("leaves ")[1].split(" was")[0].split(" to "))
    assert first <= number <= last
    heads = sorted(head.size for head in log.signing.file.read().heads)
    assert (first, last + 1) in zip([0, *heads], heads, strict=False), "no wider than from one head to the next"


def test_heads_made_anew_with_a_key_of_ones_own_are_found(log: Log) -> None:
    key = Ed25519PrivateKey.generate()
    known = log.one("SELECT id FROM audit.signing_key")
    tree = Frontier()
    for (leaf,) in log.rows("SELECT hash FROM audit.leaf ORDER BY number"):
        tree.push(leaf)
    head = Head(tree.size, tree.root(), log.acts.clock.now(), known)
    signature = key.sign(head.words().encode()).hex()
    log.spoil("DELETE FROM audit.head WHERE size = (SELECT max(size) FROM audit.head)")
    root, frontier = head.root.hex(), tree.to_bytes().hex()
    values = f"{head.size}, '\\x{root}', '\\x{frontier}', '{head.made_at}', '{known}', '\\x{signature}'"
    log.spoil(f"INSERT INTO audit.head VALUES ({values})")
    assert f"the head of {head.size} leaves in the database: its signature does not fit" in log.said(outside=False)


def test_yesterdays_backup_restored_is_found_by_an_exported_head(log: Log) -> None:
    log.close()
    yesterday = f"{log.name}_yesterday"
    ensure_database(log.server.admin_url, yesterday, log.name)
    clock = log.acts.clock
    clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    enrol_somebody(log)
    before = log.one("SELECT count(*) FROM audit.leaf")
    log.sign()
    assert log.said() == ""
    log.close()
    with psycopg.connect(log.server.url("postgres"), autocommit=True) as db:
        db.execute(f"DROP DATABASE {log.name} WITH (FORCE)".encode())
        db.execute(f"ALTER DATABASE {yesterday} RENAME TO {log.name}".encode())
    assert f"CUT OFF: leaves {before} to {before + 2}" in log.said()
    assert log.said(outside=False) == "", "only the exported head knows"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE weight SET weight_kg = 99", "not what its newest entry says, in weight_kg"),
        ("UPDATE unit SET state = 'stored' WHERE state = 'thawed'", "not what its newest entry says, in state"),
        ("DELETE FROM signature", "this row was removed without the trail"),
        ("INSERT INTO material SELECT gen_random_uuid(), 'facility', 'culture', 'X', id, now() FROM unit LIMIT 1", "no entry"),
        ("UPDATE sealed.allocation SET sequence = 'A' WHERE sequence = 'B'", "not what its newest entry says, in sequence"),
        ("UPDATE credential SET changed_at = now()", "not what its newest entry says, in changed_at"),
        ("UPDATE instance SET demonstration = NOT demonstration", "not what its newest entry says, in demonstration"),
    ],
)  # fmt: skip
def test_rows_written_without_triggers_are_named(log: Log, statement: str, said: str) -> None:
    table = statement.split()[1 if statement.startswith("UPDATE") else 2]
    name = table if "." in table else f"public.{table}"
    log.spoil(f"ALTER TABLE {name} DISABLE TRIGGER ALL", statement, f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER audit_row")
    found = log.said(outside=False)
    assert f"UNEXPLAINED: {name} " in found
    assert said in found


def test_a_silenced_trigger_is_named(log: Log) -> None:
    log.spoil("ALTER TABLE unit DISABLE TRIGGER audit_row")
    assert "the audit triggers of public.unit are gone or silenced" in log.said()


def test_a_log_that_is_no_longer_append_only_is_named(log: Log) -> None:
    with psycopg.connect(log.server.url(log.name)) as db:
        db.execute("ALTER TABLE audit.entry DISABLE TRIGGER append_only")
    assert "the trigger append_only of audit.entry is gone or silenced" in log.said()


def test_no_verification_tells_an_arm(log: Log) -> None:
    log.spoil(
        "ALTER TABLE sealed.allocation DISABLE TRIGGER ALL",
        "UPDATE sealed.allocation SET sequence = 'never to be seen'",
        "UPDATE audit.sealed_entry SET body = replace(body, 'sequence', 'never to be seen')",
    )
    said = log.said()
    assert "sealed.allocation" in said
    assert "never" not in said


def test_what_waits_for_the_sealer_is_no_fault(log: Log) -> None:
    enrol_somebody(log)
    report = log.verify()
    assert (report.findings, report.waiting) == ([], 2)


def test_an_exported_head_taken_out_of_its_file_or_of_the_database_is_named(log: Log) -> None:
    path = log.signing.file.path
    lines = path.read_text().splitlines(keepends=True)
    size = json.loads(lines[3])["head"]["size"]
    shutil.copy(path, path.with_name("whole"))
    path.write_text("".join(lines[:3] + lines[4:]))
    assert f"REMOVED: the head of {size} leaves from the file of exported heads" in log.said()
    shutil.copy(path.with_name("whole"), path)
    log.spoil(f"DELETE FROM audit.head WHERE size = {size}")
    assert f"REMOVED: the head of {size} leaves from the database" in log.said()


def test_a_text_that_is_no_longer_json_is_named_and_stops_nothing(log: Log) -> None:
    sql = "SELECT e.id, l.number FROM audit.entry e JOIN audit.leaf l ON l.entry_id = e.id ORDER BY 1 OFFSET 70 LIMIT 1"
    [(entry, number)] = log.rows(sql)
    leaf = leaf_hash(b"{").hex()
    log.spoil(
        f"UPDATE audit.entry SET body = '{{' WHERE id = {entry}",
        f"UPDATE audit.leaf SET hash = '\\x{leaf}' WHERE number = {number}",
    )
    assert f"entry {entry}" in log.said()
