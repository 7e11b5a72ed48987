"""Open lids, pulled racks and logs of transports warm units; a spent budget of warmth holds.

Revision: 0050
"""

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

HOLDS = ("not_released", "biobank_only", "excursion", "warming", "donor_test", "deviation", "manual")

TABLES = """
CREATE TABLE lid_opening (
  id uuid CONSTRAINT pk_lid_opening PRIMARY KEY,
  freezer_id uuid NOT NULL CONSTRAINT fk_lid_opening_freezer_id REFERENCES freezer,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL CONSTRAINT fk_lid_opening_recorded_by REFERENCES person,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT ck_lid_opening_span CHECK (closed_at > opened_at AND closed_at <= opened_at + interval '14400 seconds')
);
CREATE INDEX ix_lid_opening_span ON lid_opening USING gist (freezer_id, tstzrange(opened_at, closed_at));
CREATE TABLE rack_pull (
  id uuid CONSTRAINT pk_rack_pull PRIMARY KEY,
  freezer_id uuid NOT NULL CONSTRAINT fk_rack_pull_freezer_id REFERENCES freezer,
  rack text NOT NULL,
  box text NOT NULL,
  unit_id uuid NOT NULL CONSTRAINT fk_rack_pull_unit_id REFERENCES unit,
  pulled_at timestamptz NOT NULL,
  returned_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL CONSTRAINT fk_rack_pull_recorded_by REFERENCES person,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT ck_rack_pull_span CHECK (returned_at > pulled_at AND returned_at <= pulled_at + interval '14400 seconds')
);
CREATE INDEX ix_rack_pull_span ON rack_pull USING gist (freezer_id, rack, tstzrange(pulled_at, returned_at));
CREATE INDEX ix_rack_pull_unit_id ON rack_pull (unit_id);
CREATE TABLE transport_log (
  id uuid CONSTRAINT pk_transport_log PRIMARY KEY,
  sha256 bytea NOT NULL CONSTRAINT uq_transport_log_sha256 UNIQUE,
  file bytea NOT NULL,
  gap_s integer NOT NULL,
  began_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  readings integer NOT NULL,
  coldest_c numeric(6,3),
  warmest_c numeric(6,3),
  unknown_s integer NOT NULL,
  imported_by uuid NOT NULL CONSTRAINT fk_transport_log_imported_by REFERENCES person,
  imported_at timestamptz NOT NULL,
  CONSTRAINT ck_transport_log_span CHECK (ended_at > began_at),
  CONSTRAINT ck_transport_log_read CHECK (unknown_s >= 0 AND gap_s > 0 AND readings > 1),
  CONSTRAINT ck_transport_log_temperatures CHECK ((coldest_c IS NULL) = (warmest_c IS NULL) AND coldest_c <= warmest_c),
  CONSTRAINT ck_transport_log_sha256 CHECK (sha256 = sha256(file))
);
CREATE TABLE transported_material (
  id uuid CONSTRAINT pk_transported_material PRIMARY KEY,
  log_id uuid NOT NULL CONSTRAINT fk_transported_material_log_id REFERENCES transport_log,
  material_id uuid NOT NULL,
  root_id uuid NOT NULL,
  hold_id uuid CONSTRAINT fk_transported_material_hold_id REFERENCES hold,
  deviation_id uuid CONSTRAINT fk_transported_material_deviation_id REFERENCES deviation,
  CONSTRAINT fk_transported_material_material FOREIGN KEY (material_id, root_id) REFERENCES material (id, root_id),
  CONSTRAINT uq_transported_material_material_id_log_id UNIQUE (material_id, log_id),
  CONSTRAINT ck_transported_material_held CHECK ((hold_id IS NULL) = (deviation_id IS NULL))
);
CREATE TABLE warming_rule (
  id uuid CONSTRAINT pk_warming_rule PRIMARY KEY,
  number integer NOT NULL CONSTRAINT uq_warming_rule_number UNIQUE,
  pulled_percent integer NOT NULL,
  pulled_up_to_c numeric(6,2) NOT NULL,
  box_percent integer NOT NULL,
  box_up_to_c numeric(6,2) NOT NULL,
  rack_percent integer NOT NULL,
  rack_up_to_c numeric(6,2) NOT NULL,
  lid_percent integer NOT NULL,
  lid_up_to_c numeric(6,2) NOT NULL,
  transport_gap_s integer NOT NULL,
  manual_reading_hours integer NOT NULL,
  set_by uuid NOT NULL CONSTRAINT fk_warming_rule_set_by REFERENCES person,
  set_at timestamptz NOT NULL,
  CONSTRAINT ck_warming_rule_number CHECK (number > 0),
  CONSTRAINT ck_warming_rule_percent CHECK (least(pulled_percent, box_percent, rack_percent, lid_percent) >= 0
    AND greatest(pulled_percent, box_percent, rack_percent, lid_percent) <= 100),
  CONSTRAINT ck_warming_rule_transport_gap_s CHECK (transport_gap_s BETWEEN 1 AND 86400),
  CONSTRAINT ck_warming_rule_manual_reading_hours CHECK (manual_reading_hours BETWEEN 1 AND 744)
);
CREATE TABLE spent_budget (
  id uuid CONSTRAINT pk_spent_budget PRIMARY KEY,
  unit_id uuid NOT NULL CONSTRAINT uq_spent_budget_unit_id UNIQUE CONSTRAINT fk_spent_budget_unit_id REFERENCES unit,
  above_c numeric(6,2) NOT NULL,
  seconds integer NOT NULL,
  budget_s integer NOT NULL,
  hold_id uuid NOT NULL CONSTRAINT fk_spent_budget_hold_id REFERENCES hold,
  deviation_id uuid NOT NULL CONSTRAINT fk_spent_budget_deviation_id REFERENCES deviation,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT ck_spent_budget_spent CHECK (seconds > 0 AND seconds >= budget_s AND budget_s >= 0)
);
CREATE TABLE ledger_due (
  unit_id uuid CONSTRAINT pk_ledger_due PRIMARY KEY CONSTRAINT fk_ledger_due_unit_id REFERENCES unit,
  marked_at timestamptz NOT NULL,
  times integer NOT NULL
);
CREATE INDEX ix_ledger_due_marked_at ON ledger_due (marked_at);
"""

GUARDS = """
CALL audit.watch('lid_opening');
CALL audit.freeze('lid_opening');
CALL audit.watch('rack_pull');
CALL audit.freeze('rack_pull');
CALL audit.watch('transport_log', 'file');
CALL audit.freeze('transport_log');
CALL audit.watch('transported_material');
CALL audit.freeze('transported_material');
CALL audit.watch('warming_rule');
CALL audit.freeze('warming_rule');
CALL audit.watch('spent_budget');
CALL audit.freeze('spent_budget');
GRANT SELECT, INSERT ON lid_opening, rack_pull, transport_log, transported_material, warming_rule TO biobank_facility;
GRANT SELECT ON spent_budget TO biobank_facility;
GRANT SELECT, INSERT, UPDATE (times) ON ledger_due TO biobank_facility, biobank_worker;
GRANT SELECT ON lid_opening, rack_pull, transport_log, transported_material, warming_rule TO biobank_worker;
GRANT SELECT, INSERT ON spent_budget TO biobank_worker;
GRANT DELETE, UPDATE (marked_at) ON ledger_due TO biobank_worker;
GRANT SELECT (id, participant_id) ON donation TO biobank_worker;
GRANT SELECT (id, version_id) ON participant TO biobank_worker;
CREATE POLICY worker_reads ON donation FOR SELECT TO biobank_worker USING (true);
COMMENT ON COLUMN transport_log.file IS 'Every byte of it; the trail keeps its SHA-256';
"""


def upgrade() -> None:
    op.drop_constraint(op.f("ck_hold_kind"), "hold", type_="check")
    op.create_check_constraint(op.f("ck_hold_kind"), "hold", f"kind IN {HOLDS}")
    op.execute(TABLES)
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
