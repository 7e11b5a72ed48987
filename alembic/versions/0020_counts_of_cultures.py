"""A count at a harvest is of a culture of its own donation.

Revision: 0020
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key("fk_cell_count_culture", "cell_count", "culture", ["culture_id", "root_id"], ["id", "root_id"])


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
