"""Materials, custody events, handovers and holds.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GUARDS = """
CREATE TABLE code_counter (
  scope text NOT NULL CHECK (scope IN ('bedside', 'facility')),
  prefix text NOT NULL,
  last bigint NOT NULL CHECK (last > 0),
  PRIMARY KEY (scope, prefix)
);
CALL audit.watch('material');
CALL audit.watch('material_parent');
CALL audit.watch('custody_event');
CALL audit.watch('handover');
CALL audit.watch('hold');
CALL audit.freeze('material');
CALL audit.freeze('material_parent');
CALL audit.freeze('custody_event');

ALTER TABLE material ENABLE ROW LEVEL SECURITY;
ALTER TABLE custody_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE code_counter ENABLE ROW LEVEL SECURITY;
CREATE POLICY bedside_scope ON material TO biobank_bedside USING (scope = 'bedside') WITH CHECK (scope = 'bedside');
CREATE POLICY bedside_scope ON custody_event TO biobank_bedside USING (scope = 'bedside') WITH CHECK (scope = 'bedside');
CREATE POLICY bedside_scope ON handover TO biobank_bedside
  USING (material_scope = 'bedside') WITH CHECK (material_scope = 'bedside');
CREATE POLICY bedside_scope ON code_counter TO biobank_bedside USING (scope = 'bedside') WITH CHECK (scope = 'bedside');
CREATE POLICY facility_all ON material TO biobank_facility, biobank_worker, biobank_printing, biobank_auditor USING (true) WITH CHECK (true);
CREATE POLICY facility_all ON custody_event TO biobank_facility, biobank_worker, biobank_auditor USING (true) WITH CHECK (true);
CREATE POLICY facility_all ON handover TO biobank_facility, biobank_auditor USING (true) WITH CHECK (true);
CREATE POLICY facility_all ON code_counter TO biobank_facility, biobank_worker USING (true) WITH CHECK (scope = 'facility');

GRANT SELECT, INSERT ON material, custody_event, handover TO biobank_facility, biobank_bedside;
GRANT UPDATE (registered_at) ON material TO biobank_facility, biobank_bedside, biobank_worker;
COMMENT ON COLUMN material.registered_at IS 'UPDATE is granted on it only so that roots can be locked; a trigger refuses every change';
GRANT UPDATE (taken_by, taken_at) ON handover TO biobank_facility, biobank_bedside;
GRANT SELECT, INSERT, UPDATE (last) ON code_counter TO biobank_facility, biobank_bedside, biobank_worker;
GRANT SELECT, INSERT ON material_parent TO biobank_facility;
GRANT SELECT, INSERT ON hold TO biobank_facility, biobank_worker;
GRANT UPDATE (lifted_at, lifted_by, lift_reason) ON hold TO biobank_facility;
GRANT SELECT, INSERT ON custody_event TO biobank_worker;
GRANT SELECT ON material TO biobank_worker, biobank_printing;
GRANT SELECT ON material, material_parent, custody_event, handover, hold TO biobank_auditor;
"""


def upgrade() -> None:
    op.create_table(
        "material",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(scope = 'bedside') = (kind IN ('donation', 'kit'))", name=op.f("ck_material_scope_of_kind")),
        sa.CheckConstraint(
            "kind IN ('donation', 'kit', 'batch', 'culture', 'unit', 'sample', 'lot')", name=op.f("ck_material_kind")
        ),
        sa.CheckConstraint("kind NOT IN ('donation', 'kit', 'lot') OR root_id = id", name=op.f("ck_material_own_root")),
        sa.CheckConstraint("scope IN ('bedside', 'facility')", name=op.f("ck_material_scope")),
        sa.ForeignKeyConstraint(["root_id"], ["material.id"], name=op.f("fk_material_root_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
        sa.UniqueConstraint("id", "root_id", name=op.f("uq_material_id_root_id")),
        sa.UniqueConstraint("id", "scope", name=op.f("uq_material_id_scope")),
        sa.UniqueConstraint("scope", "code", name=op.f("uq_material_scope_code")),
    )
    op.create_index("ix_material_root_id", "material", ["root_id"], unique=False)
    op.create_table(
        "custody_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("material_scope", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scope = 'facility' OR material_scope = 'bedside'", name=op.f("ck_custody_event_scope_within")),
        sa.CheckConstraint("scope IN ('bedside', 'facility')", name=op.f("ck_custody_event_scope")),
        sa.CheckConstraint(
            "step IN ('collect', 'hand_over', 'take_over', 'receive', 'reject', 'route', 'isolate', 'seed', 'feed', 'harvest', 'freeze', 'store', 'sample', 'dispose', 'certify', 'release', 'thaw', 'recount', 'fill', 'plan', 'ready', 'retrieve', 'administer', 'account', 'hold', 'lift')",
            name=op.f("ck_custody_event_step"),
        ),
        sa.ForeignKeyConstraint(
            ["material_id", "material_scope"], ["material.id", "material.scope"], name="fk_custody_event_material"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_custody_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_event")),
    )
    op.create_index("ix_custody_event_material_id", "custody_event", ["material_id", "recorded_at"], unique=False)
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("material_scope", sa.String(), nullable=False),
        sa.Column("handed_by", sa.Uuid(), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_place", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("ck_handover_taken")),
        sa.CheckConstraint("taken_by IS NULL OR taken_by <> handed_by", name=op.f("ck_handover_two_people")),
        sa.ForeignKeyConstraint(["handed_by"], ["person.id"], name=op.f("fk_handover_handed_by")),
        sa.ForeignKeyConstraint(
            ["material_id", "material_scope"], ["material.id", "material.scope"], name="fk_handover_material"
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_handover_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index("uq_handover_open", "handover", ["material_id"], unique=True, postgresql_where="taken_at IS NULL")
    op.create_table(
        "hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purposes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "cardinality(purposes) > 0 AND purposes <@ ARRAY['patient_use','test_thaw','distribution','movement']",
            name=op.f("ck_hold_purposes"),
        ),
        sa.CheckConstraint(
            "kind IN ('not_released', 'biobank_only', 'excursion', 'donor_test', 'deviation', 'manual')",
            name=op.f("ck_hold_kind"),
        ),
        sa.CheckConstraint("lifted_at IS NULL OR kind <> 'biobank_only'", name=op.f("ck_hold_biobank_only_stays")),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_hold_lifted")),
        sa.CheckConstraint("length(btrim(reason)) >= 5", name=op.f("ck_hold_reason")),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name=op.f("fk_hold_lifted_by")),
        sa.ForeignKeyConstraint(["material_id", "root_id"], ["material.id", "material.root_id"], name="fk_hold_material"),
        sa.ForeignKeyConstraint(["placed_by"], ["person.id"], name=op.f("fk_hold_placed_by")),
        sa.ForeignKeyConstraint(["root_id"], ["material.id"], name=op.f("fk_hold_root_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("number", name=op.f("uq_hold_number")),
    )
    op.create_index("ix_hold_open_root", "hold", ["root_id"], unique=False, postgresql_where="lifted_at IS NULL")
    op.create_table(
        "material_parent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("child_id <> parent_id", name=op.f("ck_material_parent_not_itself")),
        sa.ForeignKeyConstraint(["child_id", "root_id"], ["material.id", "material.root_id"], name="fk_material_parent_child"),
        sa.ForeignKeyConstraint(["parent_id", "root_id"], ["material.id", "material.root_id"], name="fk_material_parent_parent"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_parent")),
        sa.UniqueConstraint("child_id", "parent_id", name=op.f("uq_material_parent_child_id_parent_id")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
