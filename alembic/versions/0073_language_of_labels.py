"""The ledger says in which language a label was printed, and of which profile and version its code is.

Labels printed before are in English and carry codes of this installation's own profile.

Revision: 0073
"""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

PRINTED_BEFORE = {"profile": "LOCAL", "profile_version": "1", "language": "en"}


def upgrade() -> None:
    for name, value in PRINTED_BEFORE.items():
        kind = sa.String() if name == "profile" else sa.Text()
        op.add_column("label_print", sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column("label_print", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_label_print_profile"), "label_print", "profile IN ('LOCAL', 'ISBT128', 'SEC', 'GS1')"
    )
    op.create_check_constraint(op.f("ck_label_print_profile_version"), "label_print", "length(profile_version) > 0")
    op.create_check_constraint(op.f("ck_label_print_language"), "label_print", "language ~ '^[a-z]{2}$'")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
