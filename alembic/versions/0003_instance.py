"""What this database is: a demonstration, or not.

Revision: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARDS = """
CREATE TABLE instance (
  id boolean PRIMARY KEY CHECK (id),
  demonstration boolean NOT NULL,
  prepared_at timestamptz NOT NULL
);
CALL audit.watch('instance');
CALL audit.freeze('instance');
GRANT SELECT ON instance TO biobank_facility, biobank_bedside, biobank_desk, biobank_worker, biobank_ingest,
  biobank_printing, biobank_auditor;
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
