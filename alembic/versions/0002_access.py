"""People, roles, credentials, sessions and signatures.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('person');
CALL audit.watch('role_grant');
CALL audit.watch('credential', 'password_hash');
CALL audit.watch('login_session', 'token_sha256');
CALL audit.watch('signature');
CALL audit.freeze('signature');
GRANT SELECT ON person TO biobank_facility, biobank_bedside, biobank_desk, biobank_worker, biobank_printing, biobank_ingest, biobank_auditor;
GRANT SELECT ON role_grant TO biobank_desk, biobank_auditor;
GRANT INSERT ON person, role_grant, credential, login_session TO biobank_desk;
GRANT UPDATE (ended_at) ON person, role_grant, login_session TO biobank_desk;
GRANT UPDATE (password_hash, changed_at) ON credential TO biobank_desk;
GRANT SELECT ON credential, login_session TO biobank_desk;
GRANT SELECT, INSERT ON signature TO biobank_facility;
GRANT INSERT ON signature TO biobank_bedside;
GRANT SELECT ON signature TO biobank_auditor;
"""


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("side IN ('bedside', 'facility', 'desk', 'system')", name=op.f("ck_person_side")),
        sa.CheckConstraint("username ~ '^[a-z][a-z0-9._-]{1,39}$'", name=op.f("ck_person_username")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["person.id"], name=op.f("fk_credential_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
    )
    op.create_table(
        "login_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_login_session_token_sha256")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('treating', 'assessor', 'pharmacist', 'courier', 'monitor', 'sponsor_reader', 'technician', 'biobank_manager', 'preparer', 'qa', 'qp', 'sponsor_releaser', 'safety_physician', 'statistician', 'unblinded_monitor', 'inspector', 'administrator', 'study_author')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("person_id", "role", "place", name=op.f("uq_role_grant_person_id_role_place")),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("printed_name", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(btrim(meaning)) > 0", name=op.f("ck_signature_meaning")),
        sa.CheckConstraint("length(content_sha256) = 32", name=op.f("ck_signature_content_sha256")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signature_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
