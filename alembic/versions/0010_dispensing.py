"""Kits and their administration.

Revision: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('kit');
CALL audit.watch('administration');
CALL audit.watch('remains_account');
CALL audit.freeze('administration');
CALL audit.freeze('remains_account');
GRANT SELECT ON kit, administration, remains_account TO biobank_facility, biobank_bedside, biobank_auditor;
GRANT INSERT ON kit TO biobank_facility;
GRANT INSERT ON administration, remains_account TO biobank_bedside;
GRANT UPDATE (state) ON kit TO biobank_facility, biobank_bedside;
"""


def upgrade() -> None:
    op.create_table(
        "kit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fill_volume_ml", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'ready', 'retrieved', 'administered', 'accounted', 'void')", name=op.f("ck_kit_state")
        ),
        sa.CheckConstraint("fill_volume_ml > 0", name=op.f("ck_kit_fill_volume_ml")),
        sa.CheckConstraint("window_at < available_at AND available_at < expires_at", name=op.f("ck_kit_clocks")),
        sa.ForeignKeyConstraint(["id"], ["material.id"], name=op.f("fk_kit_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_kit_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit")),
        sa.UniqueConstraint("number", name=op.f("uq_kit_number")),
    )
    op.create_index("uq_kit_of_visit", "kit", ["participant_id", "period"], unique=True, postgresql_where="state <> 'void'")
    op.create_table(
        "administration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kit_id", sa.Uuid(), nullable=False),
        sa.Column("given_ml", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("remains_ml", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("given_ml >= 0 AND remains_ml >= 0", name=op.f("ck_administration_volumes")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_administration_given_by")),
        sa.ForeignKeyConstraint(["kit_id"], ["kit.id"], name=op.f("fk_administration_kit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administration")),
        sa.UniqueConstraint("kit_id", name=op.f("uq_administration_kit_id")),
    )
    op.create_table(
        "remains_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kit_id", sa.Uuid(), nullable=False),
        sa.Column("destroyed_ml", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("accounted_by", sa.Uuid(), nullable=False),
        sa.Column("accounted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("destroyed_ml >= 0", name=op.f("ck_remains_account_destroyed_ml")),
        sa.ForeignKeyConstraint(["accounted_by"], ["person.id"], name=op.f("fk_remains_account_accounted_by")),
        sa.ForeignKeyConstraint(["kit_id"], ["kit.id"], name=op.f("fk_remains_account_kit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remains_account")),
        sa.UniqueConstraint("kit_id", name=op.f("uq_remains_account_kit_id")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
