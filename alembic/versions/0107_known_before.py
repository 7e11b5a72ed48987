"""The ingest sees since when a sensor waited: what its device says again from then is not older than it can be.

Revision: 0107
"""

from alembic import op

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT SELECT (first_at) ON sensor_waiting TO biobank_ingest")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
