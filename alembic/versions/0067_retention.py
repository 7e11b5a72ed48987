"""For how long raw readings are kept is a signed rule, never shorter than the law's for patient material.

Revision: 0067
"""

from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

RULE = """
CREATE TABLE retention_rule (
  id uuid CONSTRAINT pk_retention_rule PRIMARY KEY,
  number integer NOT NULL CONSTRAINT uq_retention_rule_number UNIQUE CONSTRAINT ck_retention_rule_number CHECK (number > 0),
  patient_years integer NOT NULL CONSTRAINT ck_retention_rule_patient_years CHECK (patient_years >= 30),
  other_years integer CONSTRAINT ck_retention_rule_other_years CHECK (other_years > 0),
  set_at timestamptz NOT NULL,
  signature_id uuid NOT NULL CONSTRAINT fk_retention_rule_signature_id REFERENCES signature
);
CALL audit.watch('retention_rule');
CALL audit.freeze('retention_rule');
GRANT SELECT, INSERT ON retention_rule TO biobank_facility;
"""


def upgrade() -> None:
    op.execute(RULE)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
