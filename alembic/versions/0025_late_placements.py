"""Whoever lays a unit into a freezer asks again how warm it was there since: the question is a mark in the worker's queue.

Revision: 0025
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT INSERT ON dirty_interval TO biobank_facility")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
