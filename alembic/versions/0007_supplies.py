"""Lots.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('lot');
GRANT SELECT, INSERT ON lot TO biobank_facility;
GRANT SELECT ON lot TO biobank_auditor;
"""


def upgrade() -> None:
    op.create_table(
        "lot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("supplier_lot", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('saline', 'medium', 'cryoprotectant', 'reagent')", name=op.f("ck_lot_kind")),
        sa.ForeignKeyConstraint(["id"], ["material.id"], name=op.f("fk_lot_id")),
        sa.ForeignKeyConstraint(["received_by"], ["person.id"], name=op.f("fk_lot_received_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("code", name=op.f("uq_lot_code")),
        sa.UniqueConstraint("kind", "supplier", "supplier_lot", name=op.f("uq_lot_kind_supplier_supplier_lot")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
