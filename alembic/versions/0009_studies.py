"""Studies, sites, participants.

Revision: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('study');
CALL audit.watch('study_version');
CALL audit.watch('study_plan');
CALL audit.watch('facility');
CALL audit.watch('site');
CALL audit.watch('participant');
CALL audit.watch('consent');
CALL audit.watch('screening');
CALL audit.watch('weight');
CALL audit.watch('code_break');
CALL audit.freeze('study_version');
CALL audit.freeze('study_plan');
CALL audit.freeze('screening');
CALL audit.freeze('weight');
CALL audit.freeze('code_break');
GRANT SELECT ON study, study_version, study_plan, facility, site
  TO biobank_desk, biobank_facility, biobank_bedside, biobank_worker, biobank_auditor;
GRANT INSERT ON study, study_version, study_plan, facility, site TO biobank_desk;
GRANT SELECT ON participant, consent, screening, weight, code_break TO biobank_facility, biobank_bedside, biobank_auditor;
GRANT INSERT ON participant, consent, screening, weight, code_break TO biobank_bedside;
GRANT UPDATE (state, allocated_at, baseline_at) ON participant TO biobank_bedside;
GRANT UPDATE (withdrawn_at) ON consent TO biobank_bedside;
GRANT INSERT ON code_break TO biobank_facility;
"""


def upgrade() -> None:
    op.create_table(
        "facility",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility")),
        sa.UniqueConstraint("code", name=op.f("uq_facility_code")),
    )
    op.create_table(
        "study",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
        sa.UniqueConstraint("code", name=op.f("uq_study_code")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_site_facility_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_site_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("id", "study_id", name=op.f("uq_site_id_study_id")),
        sa.UniqueConstraint("study_id", "code", name=op.f("uq_site_study_id_code")),
    )
    op.create_table(
        "study_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("definition_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_study_version_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_version")),
        sa.UniqueConstraint("study_id", "label", name=op.f("uq_study_version_study_id_label")),
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("allocated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("baseline_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('consented', 'eligible', 'not_eligible', 'allocated', 'withdrawn', 'completed')",
            name=op.f("ck_participant_state"),
        ),
        sa.CheckConstraint("(allocated_at IS NULL) = (baseline_at IS NULL)", name=op.f("ck_participant_baseline")),
        sa.ForeignKeyConstraint(["site_id", "study_id"], ["site.id", "site.study_id"], name="fk_participant_site"),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_participant_study_id")),
        sa.ForeignKeyConstraint(["version_id"], ["study_version.id"], name=op.f("fk_participant_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("code", name=op.f("uq_participant_code")),
    )
    op.create_table(
        "study_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Text(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("aspirate_becomes", sa.Text(), nullable=False),
        sa.Column("kit_contains", sa.Text(), nullable=False),
        sa.Column("cells_from_period", sa.Integer(), nullable=True),
        sa.CheckConstraint("aspirate_becomes IN ('drug', 'biobank', 'none')", name=op.f("ck_study_plan_aspirate_becomes")),
        sa.CheckConstraint("kit_contains IN ('cells', 'saline')", name=op.f("ck_study_plan_kit_contains")),
        sa.ForeignKeyConstraint(["version_id"], ["study_version.id"], name=op.f("fk_study_plan_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_plan")),
        sa.UniqueConstraint("version_id", "sequence", "period", name=op.f("uq_study_plan_version_id_sequence_period")),
    )
    op.create_table(
        "code_break",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("category IN ('emergency', 'safety_report', 'pregnancy')", name=op.f("ck_code_break_category")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_code_break_participant_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_code_break_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_break")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_consent_participant_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_consent_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("participant_id", "purpose", "given_at", name=op.f("uq_consent_participant_id_purpose_given_at")),
    )
    op.create_table(
        "screening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("recorded", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attested", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("eligible", sa.Boolean(), nullable=False),
        sa.Column("failures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("judged_by", sa.Uuid(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["judged_by"], ["person.id"], name=op.f("fk_screening_judged_by")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_screening_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
    )
    op.create_table(
        "weight",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("weight_kg", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("measured_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("weight_kg BETWEEN 20 AND 300", name=op.f("ck_weight_weight_kg")),
        sa.ForeignKeyConstraint(["measured_by"], ["person.id"], name=op.f("fk_weight_measured_by")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_weight_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
