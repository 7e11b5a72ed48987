"""Participants, batches, units, labels and print jobs follow the rules in the database too, as kits and donations do.

Revision: 0041
"""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

NEXT = {
    "participant": (
        "consented>eligible", "consented>not_eligible", "consented>withdrawn", "eligible>allocated", "eligible>withdrawn",
        "not_eligible>withdrawn", "allocated>completed", "allocated>withdrawn", "completed>withdrawn",
    ),
    "batch": (
        "open>isolated", "open>failed", "isolated>growing", "isolated>stored", "isolated>failed", "growing>harvested",
        "growing>isolated", "harvested>growing", "harvested>stored", "harvested>failed",
    ),
    "unit": ("frozen>stored", "frozen>destroyed", "stored>thawed", "stored>destroyed"),
    "label_print": ("printed>applied", "printed>void", "printed>destroyed", "void>destroyed"),
    "print_job": ("queued>sending", "sending>sent", "sending>unknown"),
}  # fmt: skip


def upgrade() -> None:
    for table, steps in NEXT.items():
        named = ", ".join(f"'{step}'" for step in steps)
        op.execute(
            f"CREATE TRIGGER next_state BEFORE UPDATE OF state ON {table} FOR EACH ROW"
            f" WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_other_state({named})"
        )
    op.execute("DROP TRIGGER never_back ON unit")
    op.execute("DROP FUNCTION refuse_return_from_thaw")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
