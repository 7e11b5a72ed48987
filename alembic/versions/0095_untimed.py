"""Which units were held because it was too warm where they lay while nobody could say since when.

Revision: 0095
"""

from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None

UNITS = """
CREATE TABLE alarm_unit (
  id uuid CONSTRAINT pk_alarm_unit PRIMARY KEY,
  alarm_id uuid NOT NULL CONSTRAINT fk_alarm_unit_alarm_id REFERENCES alarm,
  unit_id uuid NOT NULL CONSTRAINT fk_alarm_unit_unit_id REFERENCES material,
  hold_id uuid NOT NULL CONSTRAINT fk_alarm_unit_hold_id REFERENCES hold,
  deviation_id uuid NOT NULL CONSTRAINT fk_alarm_unit_deviation_id REFERENCES deviation,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT uq_alarm_unit_alarm_id_unit_id UNIQUE (alarm_id, unit_id)
);
CALL audit.watch('alarm_unit');
CALL audit.freeze('alarm_unit');
GRANT SELECT ON alarm_unit TO biobank_worker, biobank_facility;
GRANT INSERT ON alarm_unit TO biobank_worker;
"""


def upgrade() -> None:
    op.execute(UNITS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
