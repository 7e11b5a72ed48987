"""A result may be told as below or above what the method can tell, such as an endotoxin below 0.05 EU/ml.

Revision: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("result", sa.Column("comparator", sa.String()))
    op.create_check_constraint(op.f("ck_result_comparator"), "result", "comparator IN ('<', '>')")
    op.create_check_constraint(op.f("ck_result_comparator_of_value"), "result", "comparator IS NULL OR value IS NOT NULL")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
