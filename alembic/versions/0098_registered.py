"""The ingest sees since when a sensor is registered: what it is said to have measured long before that has a wrong time.

Revision: 0098
"""

from alembic import op

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT SELECT (registered_at) ON sensor TO biobank_ingest")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
