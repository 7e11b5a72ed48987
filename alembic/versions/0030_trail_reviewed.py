"""The trail of a batch is reviewed by somebody who did not write it, before QA approves the batch.

Revision: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TRAIL = """
CREATE FUNCTION trail_of_batch(wanted uuid) RETURNS SETOF audit.entry
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH root AS (SELECT b.root_id AS id FROM batch b WHERE b.id = wanted),
  kept (table_name, row_id) AS (
    SELECT 'public.donation', r.id::text FROM root r
    UNION ALL SELECT 'public.receipt', x.id::text FROM receipt x JOIN root r ON r.id = x.donation_id
    UNION ALL SELECT 'public.donor_test', x.id::text FROM donor_test x JOIN root r ON r.id = x.root_id
    UNION ALL SELECT 'public.batch', x.id::text FROM batch x JOIN root r ON r.id = x.root_id
    UNION ALL SELECT 'public.cell_count', x.id::text FROM cell_count x JOIN root r ON r.id = x.root_id
    UNION ALL SELECT 'public.culture', x.id::text FROM culture x JOIN root r ON r.id = x.root_id
    UNION ALL SELECT 'public.feed', x.id::text FROM feed x JOIN culture c ON c.id = x.culture_id JOIN root r ON r.id = c.root_id
    UNION ALL SELECT 'public.freezing_run', x.id::text FROM freezing_run x JOIN root r ON r.id = x.root_id
    UNION ALL SELECT 'public.unit', x.id::text FROM unit x JOIN root r ON r.id = x.root_id
    UNION ALL SELECT 'public.placement', x.id::text FROM placement x JOIN unit u ON u.id = x.unit_id JOIN root r ON r.id = u.root_id
    UNION ALL SELECT 'public.result', x.id::text FROM result x JOIN root r ON r.id = x.root_id
    UNION ALL SELECT 'public.deviation', x.id::text FROM deviation x JOIN root r ON r.id = x.root_id
    UNION ALL SELECT 'public.hold', x.id::text FROM hold x JOIN root r ON r.id = x.root_id
    UNION ALL SELECT 'public.handover', x.id::text FROM handover x JOIN material m ON m.id = x.material_id
                JOIN root r ON r.id = m.root_id
    UNION ALL SELECT 'public.custody_event', x.id::text FROM custody_event x JOIN material m ON m.id = x.material_id
                JOIN root r ON r.id = m.root_id)
  SELECT e.* FROM kept k JOIN audit.entry e ON e.table_name = k.table_name AND e.row_id = k.row_id
$$;
COMMENT ON FUNCTION trail_of_batch IS
  'What the trail has about a batch: its donation, what was received and tested of it, the batch, and all that was made of it';

CREATE FUNCTION trail_digest(wanted uuid, OUT entries bigint, OUT up_to bigint, OUT sha256 bytea)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*), coalesce(max(e.id), 0), sha256(convert_to(coalesce(string_agg(e.body, E'\\n' ORDER BY e.id), ''), 'UTF8'))
    FROM public.trail_of_batch(wanted) e
$$;
COMMENT ON FUNCTION trail_digest IS 'How many entries there are about a batch, the last one, and the SHA-256 of all their bytes';

CREATE FUNCTION trail_authors(wanted uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT a.actor_id FROM public.trail_of_batch(wanted) e JOIN audit.act a ON a.id = e.act_id
   WHERE e.table_name NOT IN ('public.deviation', 'public.hold', 'public.custody_event')
$$;
COMMENT ON FUNCTION trail_authors IS
  'Whose work the trail of a batch tells of. Deviations and holds are what QA itself opens, closes and lifts';
GRANT EXECUTE ON FUNCTION trail_of_batch, trail_digest, trail_authors TO biobank_facility, biobank_auditor;
"""

GUARDS = """
CALL audit.watch('trail_review');
CALL audit.freeze('trail_review');
GRANT SELECT, INSERT ON trail_review TO biobank_facility;
GRANT SELECT ON trail_review TO biobank_auditor;

CREATE FUNCTION refuse_own_review() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.material m WHERE m.id = NEW.root_id FOR UPDATE;
  PERFORM FROM public.trail_authors(NEW.batch_id) AS author (id) WHERE author.id = NEW.reviewed_by;
  IF FOUND THEN
    RAISE EXCEPTION 'nobody reviews the trail of their own work' USING ERRCODE = 'BB020';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER own_review BEFORE INSERT ON trail_review FOR EACH ROW EXECUTE FUNCTION refuse_own_review();

CREATE FUNCTION refuse_unread_trail() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.trail_review r JOIN public.trail_digest(NEW.batch_id) d ON d.sha256 = r.sha256
    WHERE r.batch_id = NEW.batch_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the trail of this batch was not reviewed, or has changed since' USING ERRCODE = 'BB029';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER unread_trail BEFORE INSERT ON decision FOR EACH ROW
  WHEN (NEW.stage = 'disposition' AND NEW.verdict = 'approved') EXECUTE FUNCTION refuse_unread_trail();
"""


def upgrade() -> None:
    op.create_table(
        "trail_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 32", name=op.f("ck_trail_review_sha256")),
        sa.CheckConstraint("entries > 0 AND up_to > 0", name=op.f("ck_trail_review_read")),
        sa.ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_trail_review_batch"),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_trail_review_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_review")),
    )
    op.execute(TRAIL)
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
