"""A signature says user name and role; decisions on low doses and broken codes say which signature is under them.

Revision: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

GUARDS = """
GRANT UPDATE (low_dose_signature_id) ON preparation TO biobank_facility;
COMMENT ON COLUMN signature.role IS 'The roles in which the person acted; NULL, as the user name, in signatures older than this column';
"""


def upgrade() -> None:
    op.add_column("signature", sa.Column("username", sa.Text(), nullable=True))
    op.add_column("signature", sa.Column("role", sa.Text(), nullable=True))
    op.add_column("preparation", sa.Column("low_dose_signature_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_preparation_low_dose_signature_id"), "preparation", "signature", ["low_dose_signature_id"], ["id"]
    )
    op.add_column("code_break", sa.Column("signature_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_code_break_signature_id"), "code_break", "signature", ["signature_id"], ["id"])
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
