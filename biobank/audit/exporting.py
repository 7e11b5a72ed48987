"""The log as files that need none of this software: one line a leaf, heads with their keys, a script that verifies them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from biobank.audit import offline, stored
from biobank.audit.headsfile import NAME, Exported
from biobank.audit.walking import ACT_TEXT, snapshot

LOG = "log.txt"
SCRIPT = "verify.py"
_LINES = (
    "SELECT CASE WHEN e.id IS NOT NULL THEN 'entry' WHEN a.id IS NOT NULL THEN 'act'"
    " WHEN s.number IS NOT NULL THEN 'sealed' WHEN num_nonnulls(l.entry_id, l.act_id) = 0 THEN 'sealing' ELSE 'missing' END,"
    " (extract(epoch FROM l.sealed_at) * 1000000)::bigint::text,"
    f" CASE WHEN a.id IS NOT NULL THEN {ACT_TEXT} ELSE coalesce(e.body, encode(s.leaf_hash, 'hex'), '') END"
    " FROM audit.leaf l LEFT JOIN audit.entry e ON e.id = l.entry_id LEFT JOIN audit.act a ON a.id = l.act_id"
    " LEFT JOIN audit.sealed_leaves(0, 9223372036854775807) s ON s.number = l.number ORDER BY l.number"
)
_READ_ME = f"""The audit log of a biobank for autologous cell therapy, as it stood when this folder was written.

{LOG}         one line for each leaf of the log, in its order, with tabs between three fields: what it is, when it was sealed
                (microseconds since 1970, UTC), and its exact text. An `entry` tells of one row that was written, changed or
                deleted: by whom, when, in which act, and the row before and after. An `act` is what a person did, with the
                reason they gave. A `sealing` ends the leaves that were sealed together. Of a `sealed` entry only the hash is
                here, because it tells who receives cells and who a placebo.
{NAME}     signed heads of the log and the public keys that sign them, one JSON object a line.
{SCRIPT}       verifies both: `python3 {SCRIPT}` in this folder. Python 3.11 or later, nothing else.

Line n (from 0) is leaf n of a Merkle tree (RFC 9162): its hash is SHA-256 of a zero byte and the text in UTF-8. Heads are signed
with Ed25519 (RFC 8032). Compare the newest head with a copy of {NAME} that was kept elsewhere: only that shows that this folder
was not made anew as a whole. Whoever reads entries of the facility learns what was made for whom: keep this from the blinded.
"""


def export(address: str, folder: Path, outside: Exported) -> int:
    """Write the log at ``address`` (the auditor's) into an empty ``folder``; returns how many leaves.

    Heads that lie ``outside`` of the database are written beside its own. Raises FileExistsError where the folder is not empty.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    with snapshot(address, "") as db:
        with (folder / LOG).open("w", encoding="utf-8", newline="\n") as file:
            count = 0
            for line in _lines(db):
                file.write(line)
                count += 1
        heads, keys = stored.heads(db), stored.keys(db)
    lines = [*(key.line() for key in (keys | outside.keys).values()), *(head.line() for head, _ in heads.values())]
    lines += [head.line() for head in outside.heads]
    (folder / NAME).write_text("".join(dict.fromkeys(lines)), encoding="utf-8")
    (folder / "README.txt").write_text(_READ_ME, encoding="utf-8")
    shutil.copyfile(offline.__file__, folder / SCRIPT)
    return count


def _lines(db: stored.Connection) -> Iterator[str]:
    with db.cursor().copy(f"COPY ({_LINES}) TO STDOUT (FORMAT binary)".encode()) as copy:
        copy.set_types(["text", "text", "text"])
        for row in copy.rows():
            yield "\t".join(row) + "\n"
