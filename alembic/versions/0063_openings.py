"""Open lids are found by when they were opened, from the index alone: none lasts longer than four hours.

Revision: 0063
"""

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_lid_opening_freezer_id"), "lid_opening", ["freezer_id", "opened_at"], postgresql_include=["closed_at"]
    )
    op.drop_index(op.f("ix_lid_opening_span"), "lid_opening")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
