"""The bedside sees no label that the facility printed: how often, and what became of it, follows the facility's work.

Labels of kits are of bedside scope, like their kits; their numbers are drawn from 1,000,000,000 on, while those that the
bedside prints itself are counted from 1.

Revision: 0021
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

GUARDS = """
ALTER POLICY bedside_scope ON label_print TO biobank_bedside
  USING (scope = 'bedside' AND number < 1000000000)
  WITH CHECK (scope = 'bedside' AND number < 1000000000 AND layout <> 'kit');
COMMENT ON POLICY bedside_scope ON label_print IS
  'no label of a kit is written by the bedside: refused before the unique index, which would tell of reprints';
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
