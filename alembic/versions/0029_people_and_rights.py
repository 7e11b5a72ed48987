"""One human behind an account, verified identity, one-time passwords, rights with training, delegation and review, the policy.

Revision: 0029
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('human');
CALL audit.freeze('human');
CALL audit.watch('identity_check');
CALL audit.freeze('identity_check');
CALL audit.watch('access_policy');
CALL audit.freeze('access_policy');
GRANT SELECT, INSERT ON human, identity_check, access_policy TO biobank_desk;
GRANT SELECT ON human, identity_check, access_policy TO biobank_auditor;
GRANT UPDATE (human_id) ON person TO biobank_desk;
GRANT UPDATE (temporary, given_by, verified_at) ON credential TO biobank_desk;
GRANT UPDATE (trained_until, delegated_until, reviewed_at) ON role_grant TO biobank_desk;
GRANT INSERT ON signature TO biobank_desk;

CREATE FUNCTION refuse_another_human() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.human_id IS NOT NULL AND NEW.human_id IS DISTINCT FROM OLD.human_id THEN
    RAISE EXCEPTION 'an account stays with the human whose it is' USING ERRCODE = 'BB030';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('rights of ' || NEW.human_id));
  PERFORM FROM public.role_grant own JOIN public.person other ON other.human_id = NEW.human_id AND other.id <> NEW.id
     JOIN public.role_grant theirs ON theirs.person_id = other.id
    WHERE own.person_id = NEW.id AND ARRAY[own.role, theirs.role]::text[] @> ARRAY['treating', 'assessor']
      AND (own.place IS NULL OR theirs.place IS NULL OR own.place = theirs.place);
  IF FOUND THEN
    RAISE EXCEPTION 'whoever treated at a site never assesses there, nor the other way round' USING ERRCODE = 'BB031';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stays_with_human BEFORE UPDATE OF human_id ON person FOR EACH ROW EXECUTE FUNCTION refuse_another_human();
ALTER TABLE person ENABLE ALWAYS TRIGGER stays_with_human;

CREATE FUNCTION refuse_treating_and_assessing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  other text := CASE NEW.role WHEN 'treating' THEN 'assessor' WHEN 'assessor' THEN 'treating' END;
BEGIN
  IF other IS NULL THEN RETURN NEW; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('rights of ' || coalesce(p.human_id, p.id))) FROM public.person p WHERE p.id = NEW.person_id;
  PERFORM FROM public.role_grant g JOIN public.person theirs ON theirs.id = g.person_id
     JOIN public.person own ON own.id = NEW.person_id AND (own.id = theirs.id OR own.human_id = theirs.human_id)
    WHERE g.role = other AND (g.place IS NULL OR NEW.place IS NULL OR g.place = NEW.place);
  IF FOUND THEN
    RAISE EXCEPTION 'whoever treated at a site never assesses there, nor the other way round' USING ERRCODE = 'BB031';
  END IF;
  RETURN NEW;
END $$;
COMMENT ON FUNCTION refuse_treating_and_assessing IS
  'A participant stays at one site: who never held both roles there never treated and assessed the same participant';
CREATE TRIGGER treating_or_assessing BEFORE INSERT ON role_grant FOR EACH ROW EXECUTE FUNCTION refuse_treating_and_assessing();
ALTER TABLE role_grant ENABLE ALWAYS TRIGGER treating_or_assessing;

CREATE OR REPLACE FUNCTION audit.begin_act(act uuid, act_kind text, actor uuid, actor_side text, recorded timestamptz,
                                           occurred timestamptz, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  needs boolean;
BEGIN
  SELECT k.needs_reason INTO needs FROM audit.kind k
   WHERE k.code = act_kind AND (session_user = ANY (k.logins) OR session_user NOT LIKE 'biobank\\_%');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'login % may not begin an act of kind %', session_user, act_kind USING ERRCODE = 'BB002';
  END IF;
  IF session_user LIKE 'biobank\\_%' THEN
    PERFORM FROM public.person p WHERE p.id = actor AND p.side = actor_side AND p.ended_at IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'no such person on side %', actor_side USING ERRCODE = 'BB003';
    END IF;
    IF NOT (session_user = 'biobank_' || actor_side
            OR act_kind IN ('sign_in', 'sign_out', 'refused', 'change_password', 'set_second_factor', 'set_pin')
            OR (actor_side = 'system' AND session_user IN ('biobank_worker', 'biobank_ingest', 'biobank_printing', 'biobank_desk'))) THEN
      RAISE EXCEPTION 'login % does not act for side %', session_user, actor_side USING ERRCODE = 'BB003';
    END IF;
  END IF;
  INSERT INTO audit.act (id, xid, kind, needs_reason, actor_id, side, login, recorded_at, occurred_at, reason, began_at)
  VALUES (act, pg_current_xact_id(), act_kind, needs, actor, actor_side, session_user, recorded, occurred, why,
          transaction_timestamp());
  PERFORM set_config('biobank.act', act::text, true);
END $$;
"""


def upgrade() -> None:
    op.create_table(
        "human",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_human_digest")),
        sa.CheckConstraint("side IN ('bedside', 'facility', 'desk', 'system')", name=op.f("ck_human_side")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_human")),
        sa.UniqueConstraint("digest", name=op.f("uq_human_digest")),
        sa.UniqueConstraint("id", "side", name=op.f("uq_human_id_side")),
    )
    op.add_column("person", sa.Column("human_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_person_human_id"), "person", "human", ["human_id", "side"], ["id", "side"])
    op.create_table(
        "identity_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("verified_by", sa.Uuid(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verified_by <> person_id", name=op.f("ck_identity_check_two_people")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_check_person_id")),
        sa.ForeignKeyConstraint(["human_id"], ["human.id"], name=op.f("fk_identity_check_human_id")),
        sa.ForeignKeyConstraint(["verified_by"], ["person.id"], name=op.f("fk_identity_check_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check")),
    )
    op.add_column("credential", sa.Column("temporary", sa.Boolean(), nullable=False, server_default="false"))
    op.alter_column("credential", "temporary", server_default=None)
    op.add_column("credential", sa.Column("given_by", sa.Uuid(), nullable=True))
    op.add_column("credential", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_credential_given_by"), "credential", "person", ["given_by"], ["id"])
    op.create_check_constraint(op.f("ck_credential_own_when_verified"), "credential", "NOT temporary OR verified_at IS NULL")
    for name in ("trained_until", "delegated_until", "reviewed_at"):
        op.add_column("role_grant", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("uq_role_grant_person_id_role_place", "role_grant", type_="unique")
    op.create_index(
        "uq_role_grant_standing", "role_grant", ["person_id", "role", "place"], unique=True,
        postgresql_where=sa.text("ended_at IS NULL"), postgresql_nulls_not_distinct=True,
    )  # fmt: skip
    op.create_table(
        "access_policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("minimum_length", sa.Integer(), nullable=False),
        sa.Column("needs_classes", sa.Boolean(), nullable=False),
        sa.Column("expires_after_days", sa.Integer(), nullable=True),
        sa.Column("blocked_words", ARRAY(sa.Text()), nullable=False),
        sa.Column("trained_roles", ARRAY(sa.Text()), nullable=False),
        sa.Column("delegated_roles", ARRAY(sa.Text()), nullable=False),
        sa.Column("review_every_days", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minimum_length BETWEEN 8 AND 64", name=op.f("ck_access_policy_minimum_length")),
        sa.CheckConstraint("expires_after_days > 0", name=op.f("ck_access_policy_expires_after_days")),
        sa.CheckConstraint("review_every_days > 0", name=op.f("ck_access_policy_review_every_days")),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_access_policy_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_policy")),
        sa.UniqueConstraint("number", name=op.f("uq_access_policy_number")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
