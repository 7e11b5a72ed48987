"""From when to when each thermometer was heard is kept as it is worked out, so that a ledger knows of what time nobody can tell.

Revision: 0093
"""

from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

HEARD = """
CREATE TABLE heard_interval (
  sensor_id uuid NOT NULL CONSTRAINT fk_heard_interval_sensor_id REFERENCES sensor,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  CONSTRAINT pk_heard_interval PRIMARY KEY (sensor_id, started_at),
  CONSTRAINT ck_heard_interval_span CHECK (started_at <= seen_at AND seen_at <= due_at)
);
GRANT SELECT ON heard_interval TO biobank_worker, biobank_facility;
GRANT INSERT, UPDATE, DELETE ON heard_interval TO biobank_worker;
-- What was judged before is looked through once more, part by part.
INSERT INTO threshold_due SELECT s.id, r.first FROM sensor s, LATERAL (
  SELECT min(device_time) AS first FROM reading WHERE sensor_id = s.id AND NOT clock_suspect) r
 WHERE s.kind = 'temperature' AND r.first IS NOT NULL
    ON CONFLICT (sensor_id) DO UPDATE SET since = least(threshold_due.since, excluded.since);
"""


def upgrade() -> None:
    op.execute(HEARD)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
