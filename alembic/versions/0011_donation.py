"""Donations and their reception.

Revision: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('donation');
CALL audit.watch('receipt');
CALL audit.freeze('receipt');
GRANT SELECT ON donation, receipt TO biobank_facility, biobank_bedside, biobank_auditor;
GRANT INSERT ON donation TO biobank_bedside;
GRANT INSERT ON receipt TO biobank_facility;
GRANT UPDATE (state) ON donation TO biobank_facility;
"""


def upgrade() -> None:
    op.create_table(
        "donation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("din", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("volume_ml", sa.Numeric(precision=7, scale=3), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("collected_by", sa.Uuid(), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('collected', 'accepted', 'rejected')", name=op.f("ck_donation_state")),
        sa.CheckConstraint("volume_ml > 0", name=op.f("ck_donation_volume_ml")),
        sa.ForeignKeyConstraint(["collected_by"], ["person.id"], name=op.f("fk_donation_collected_by")),
        sa.ForeignKeyConstraint(["id"], ["material.id"], name=op.f("fk_donation_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_donation_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation")),
        sa.UniqueConstraint("din", name=op.f("uq_donation_din")),
    )
    op.create_index(
        "uq_donation_of_period",
        "donation",
        ["participant_id", "period"],
        unique=True,
        postgresql_where="state <> 'rejected'",
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("donation_id", sa.Uuid(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("temperature_c", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("volume_ml", sa.Numeric(precision=7, scale=3), nullable=False),
        sa.Column("container_intact", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("received_by", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("accepted OR length(btrim(remark)) >= 5", name=op.f("ck_receipt_rejection_reason")),
        sa.ForeignKeyConstraint(["donation_id"], ["donation.id"], name=op.f("fk_receipt_donation_id")),
        sa.ForeignKeyConstraint(["received_by"], ["person.id"], name=op.f("fk_receipt_received_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("donation_id", name=op.f("uq_receipt_donation_id")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
