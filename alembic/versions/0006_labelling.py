"""The label ledger and the print queue.

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('label_print');
ALTER TABLE label_print ENABLE ROW LEVEL SECURITY;
CREATE POLICY bedside_scope ON label_print TO biobank_bedside USING (scope = 'bedside') WITH CHECK (scope = 'bedside');
CREATE POLICY facility_all ON label_print TO biobank_facility, biobank_printing, biobank_auditor USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON label_print TO biobank_facility, biobank_bedside;
GRANT UPDATE (state) ON label_print TO biobank_facility, biobank_bedside;
GRANT SELECT ON label_print TO biobank_printing, biobank_auditor;
GRANT INSERT ON print_job TO biobank_facility, biobank_bedside;
GRANT SELECT ON print_job TO biobank_facility, biobank_printing;
GRANT UPDATE (state, changed_at) ON print_job TO biobank_printing;
"""


def upgrade() -> None:
    op.create_table(
        "label_print",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("printed_by", sa.Uuid(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('printed', 'applied', 'void', 'destroyed')", name=op.f("ck_label_print_state")),
        sa.CheckConstraint("copy_number = 1 OR length(btrim(reason)) >= 5", name=op.f("ck_label_print_reprint_reason")),
        sa.ForeignKeyConstraint(["material_id", "scope"], ["material.id", "material.scope"], name="fk_label_print_material"),
        sa.ForeignKeyConstraint(["printed_by"], ["person.id"], name=op.f("fk_label_print_printed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_print")),
        sa.UniqueConstraint("material_id", "layout", "copy_number", name=op.f("uq_label_print_material_id_layout_copy_number")),
        sa.UniqueConstraint("scope", "number", name=op.f("uq_label_print_scope_number")),
    )
    op.create_table(
        "print_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label_print_id", sa.Uuid(), nullable=False),
        sa.Column("printer", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'unknown')", name=op.f("ck_print_job_state")),
        sa.ForeignKeyConstraint(["label_print_id"], ["label_print.id"], name=op.f("fk_print_job_label_print_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
    )
    op.create_index("ix_print_job_queued", "print_job", ["queued_at"], unique=False, postgresql_where="state = 'queued'")
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
