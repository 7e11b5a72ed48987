"""What is unique is so within one side; a print job is of a label, a donation of a material, that its writer sees.

A unique index is asked before a foreign key: without the scope in it, the bedside's refusal would tell of the facility's rows.

Revision: 0019
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

GUARDS = """
ALTER TABLE print_job ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_labels ON print_job FOR INSERT TO biobank_bedside
  WITH CHECK (EXISTS (SELECT FROM label_print l WHERE l.id = print_job.label_print_id));
CREATE POLICY facility_all ON print_job TO biobank_facility, biobank_printing USING (true) WITH CHECK (true);
ALTER TABLE donation ENABLE ROW LEVEL SECURITY;
CREATE POLICY both_read ON donation FOR SELECT TO biobank_bedside USING (true);
CREATE POLICY own_materials ON donation FOR INSERT TO biobank_bedside
  WITH CHECK (EXISTS (SELECT FROM material m WHERE m.id = donation.id AND m.kind = 'donation' AND m.code = donation.din));
CREATE POLICY facility_all ON donation TO biobank_facility, biobank_auditor USING (true) WITH CHECK (true);
COMMENT ON POLICY own_labels ON print_job IS
  'label_print has row security too: a label of the facility is not there, and is refused before the foreign key is asked';
"""


def upgrade() -> None:
    op.drop_constraint(op.f("uq_label_print_material_id_layout_copy_number"), "label_print")
    op.create_unique_constraint(
        op.f("uq_label_print_scope_material_id_layout_copy_number"),
        "label_print",
        ["scope", "material_id", "layout", "copy_number"],
    )
    op.drop_index("uq_handover_open", "handover")
    op.create_index(
        "uq_handover_open", "handover", ["material_scope", "material_id"], unique=True, postgresql_where="taken_at IS NULL"
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
