"""Tokens of instruments, and badges with a PIN for the bench.

Revision: 0038
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('api_token', 'token_sha256');
CALL audit.watch('badge', 'badge_digest', 'pin_hash');
GRANT SELECT, INSERT ON api_token, badge TO biobank_desk;
GRANT UPDATE (ended_at) ON api_token TO biobank_desk;
GRANT UPDATE (pin_hash, ended_at) ON badge TO biobank_desk;
"""


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("routes", ARRAY(sa.Text()), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("cardinality(routes) > 0", name=op.f("ck_api_token_routes")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_token_token_sha256")),
    )
    op.create_table(
        "badge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("badge_digest", sa.LargeBinary(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_badge_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge")),
    )
    for column in ("person_id", "badge_digest"):
        op.create_index(f"uq_badge_{column}", "badge", [column], unique=True, postgresql_where=sa.text("ended_at IS NULL"))
    op.add_column("login_session", sa.Column("by_badge", sa.Boolean(), nullable=False, server_default="false"))
    op.alter_column("login_session", "by_badge", server_default=None)
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
