"""A freezer's rule has versions, each signed and valid from a moment that was not past when it was recorded.

Revision: 0048
"""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

RULES = """
CREATE TABLE freezer_rule (
  id uuid CONSTRAINT pk_freezer_rule PRIMARY KEY,
  freezer_id uuid NOT NULL CONSTRAINT fk_freezer_rule_freezer_id REFERENCES freezer,
  version integer NOT NULL CONSTRAINT ck_freezer_rule_version CHECK (version > 1),
  limit_c numeric(6,2) NOT NULL CONSTRAINT ck_freezer_rule_limit_c CHECK (limit_c BETWEEN -273 AND 60),
  delay_s integer NOT NULL CONSTRAINT ck_freezer_rule_delay_s CHECK (delay_s BETWEEN 0 AND 86400),
  hysteresis_c numeric(5,2) NOT NULL CONSTRAINT ck_freezer_rule_hysteresis_c CHECK (hysteresis_c BETWEEN 0 AND 50),
  valid_from timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  signature_id uuid NOT NULL CONSTRAINT fk_freezer_rule_signature_id REFERENCES signature,
  CONSTRAINT ck_freezer_rule_valid_from CHECK (valid_from >= recorded_at),
  CONSTRAINT uq_freezer_rule_freezer_id_version UNIQUE (freezer_id, version),
  CONSTRAINT uq_freezer_rule_freezer_id_valid_from UNIQUE (freezer_id, valid_from)
);
CALL audit.watch('freezer_rule');
CALL audit.freeze('freezer_rule');
GRANT SELECT ON freezer_rule TO biobank_worker, biobank_facility, biobank_auditor;
GRANT INSERT ON freezer_rule TO biobank_facility;
"""


def upgrade() -> None:
    op.execute(RULES)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
