"""No sample is a material, as it was before racks and boxes were.

Revision: 0101
"""

from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_material_kind"), "material")
    kinds = "kind IN ('donation', 'kit', 'batch', 'culture', 'unit', 'lot', 'rack', 'box')"
    op.create_check_constraint(op.f("ck_material_kind"), "material", kinds)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
