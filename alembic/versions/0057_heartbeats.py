"""Signs of life of the worker and of every ingest, for a watchdog outside of them.

Revision: 0057
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

GRANTS = """
GRANT SELECT, INSERT ON heartbeat TO biobank_worker, biobank_ingest;
GRANT UPDATE (at, waiting) ON heartbeat TO biobank_worker, biobank_ingest;
"""


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("process", "site", name=op.f("pk_heartbeat")),
    )
    op.execute(GRANTS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
