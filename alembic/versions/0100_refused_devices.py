"""Whoever watches the alarms sees on which topic a message was refused: each device has one of its own.

Revision: 0100
"""

from alembic import op

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT SELECT (topic) ON refused_message TO biobank_worker")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
