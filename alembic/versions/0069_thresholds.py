"""Above which temperatures a unit's time is counted belongs to the rule of warming; what a new one makes of the past is due.

Revision: 0069
"""

from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

THRESHOLDS = """
CREATE TABLE warming_rule_threshold (
  id uuid CONSTRAINT pk_warming_rule_threshold PRIMARY KEY,
  rule_id uuid NOT NULL CONSTRAINT fk_warming_rule_threshold_rule_id REFERENCES warming_rule,
  threshold_c numeric(6,2) NOT NULL CONSTRAINT fk_warming_rule_threshold_threshold_c REFERENCES warm_threshold,
  CONSTRAINT uq_warming_rule_threshold_rule_id_threshold_c UNIQUE (rule_id, threshold_c)
);
INSERT INTO warming_rule_threshold SELECT gen_random_uuid(), r.id, t.threshold_c FROM warming_rule r, warm_threshold t;
CALL audit.watch('warming_rule_threshold');
CALL audit.freeze('warming_rule_threshold');
CREATE TABLE threshold_due (
  sensor_id uuid CONSTRAINT pk_threshold_due PRIMARY KEY CONSTRAINT fk_threshold_due_sensor_id REFERENCES sensor,
  since timestamptz NOT NULL
);
GRANT SELECT, INSERT ON warming_rule_threshold TO biobank_facility;
GRANT SELECT ON warming_rule_threshold TO biobank_worker;
GRANT INSERT ON warm_threshold TO biobank_facility;
GRANT SELECT, INSERT, UPDATE (since) ON threshold_due TO biobank_facility;
GRANT SELECT, UPDATE (since), DELETE ON threshold_due TO biobank_worker;
"""


def upgrade() -> None:
    op.execute(THRESHOLDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
