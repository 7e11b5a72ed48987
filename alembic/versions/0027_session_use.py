"""When a session was last used, so that the server ends it when nobody does.

Revision: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

GUARDS = """
INSERT INTO session_use (session_id, seen_at) SELECT id, started_at FROM login_session;
GRANT SELECT, INSERT, UPDATE ON session_use TO biobank_desk;
"""


def upgrade() -> None:
    op.create_table(
        "session_use",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["login_session.id"], name=op.f("fk_session_use_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_use")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
