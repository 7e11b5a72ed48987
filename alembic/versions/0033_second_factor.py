"""Second factors: their secrets, encrypted, and the last code that was used.

Revision: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('second_factor', 'sealed');
GRANT SELECT, INSERT ON second_factor TO biobank_desk;
GRANT UPDATE (sealed, confirmed_at) ON second_factor TO biobank_desk;
GRANT SELECT, INSERT, UPDATE ON factor_use TO biobank_desk;
"""


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["person.id"], name=op.f("fk_second_factor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "factor_use",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["second_factor.id"], name=op.f("fk_factor_use_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_factor_use")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
