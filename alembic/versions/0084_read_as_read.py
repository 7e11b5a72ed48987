"""The ledger keeps what was read where a label sits, and not what the ledger says: of GS1 all of it, or its serial number.

Revision: 0084
"""

from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_label_print_read_back"), "label_print")
    read = "read_back = payload OR profile = 'GS1' AND read_back = split_part(payload, '(21)', 2)"
    op.create_check_constraint(op.f("ck_label_print_read_back"), "label_print", read)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
