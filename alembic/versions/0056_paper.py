"""Numbered forms for work on paper: issued in pads, entered once or void, and who did it on paper counts beside who entered it.

Revision: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

FORMS = """
ALTER TABLE audit.kind ADD on_paper boolean NOT NULL DEFAULT false;
ALTER TABLE audit.kind ALTER on_paper DROP DEFAULT;
COMMENT ON COLUMN audit.kind.on_paper IS 'Whether it may be done on paper and entered later: work at the bench and the bedside, never a signature';

CALL audit.watch('paper_pad');
CALL audit.watch('paper_form');
GRANT SELECT, INSERT ON paper_pad, paper_form TO biobank_bedside, biobank_facility;
GRANT SELECT ON paper_pad, paper_form TO biobank_auditor;
GRANT UPDATE (closed_by, closed_at) ON paper_pad TO biobank_bedside, biobank_facility;
GRANT UPDATE (state, done_by, act_id, void_reason) ON paper_form TO biobank_bedside, biobank_facility;
ALTER TABLE paper_pad ENABLE ROW LEVEL SECURITY;
ALTER TABLE paper_form ENABLE ROW LEVEL SECURITY;
CREATE POLICY bedside_side ON paper_pad TO biobank_bedside USING (side = 'bedside') WITH CHECK (side = 'bedside');
CREATE POLICY bedside_side ON paper_form TO biobank_bedside USING (side = 'bedside') WITH CHECK (side = 'bedside');
CREATE POLICY facility_all ON paper_pad TO biobank_facility, biobank_auditor USING (true) WITH CHECK (side = 'facility');
CREATE POLICY facility_all ON paper_form TO biobank_facility, biobank_auditor USING (true) WITH CHECK (side = 'facility');

CREATE FUNCTION refuse_form() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  act audit.act := audit.current_act();
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM public.paper_pad p WHERE p.id = NEW.pad_id AND p.closed_at IS NULL AND NEW.number <= p.sheets;
    IF NOT FOUND OR NEW.state <> 'issued' THEN
      RAISE EXCEPTION 'a form is issued blank, with its pad' USING ERRCODE = 'BB041';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state <> 'issued' THEN
    RAISE EXCEPTION 'a form is used once' USING ERRCODE = 'BB041';
  END IF;
  IF NEW.state = 'entered' THEN
    PERFORM FROM public.paper_pad p, public.person d, audit.kind k
      WHERE p.id = NEW.pad_id AND p.issued_at <= act.occurred_at AND d.id = NEW.done_by AND d.side = NEW.side
        AND act.side = NEW.side AND act.id = NEW.act_id AND k.code = act.kind AND k.on_paper;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a form tells of work on paper by somebody of its side, after it was issued' USING ERRCODE = 'BB042';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER used_once BEFORE INSERT OR UPDATE ON paper_form FOR EACH ROW EXECUTE FUNCTION refuse_form();
ALTER TABLE paper_form ENABLE ALWAYS TRIGGER used_once;
CREATE TRIGGER next_state BEFORE UPDATE OF state ON paper_form FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_other_state('issued>entered', 'issued>void');

CREATE FUNCTION refuse_open_forms() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL
     OR NEW.sheets <> (SELECT count(*) FROM public.paper_form f WHERE f.pad_id = NEW.id AND f.state <> 'issued') THEN
    RAISE EXCEPTION 'a pad closes once, when every form of it is entered or void' USING ERRCODE = 'BB043';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reconciled BEFORE UPDATE ON paper_pad FOR EACH ROW EXECUTE FUNCTION refuse_open_forms();
ALTER TABLE paper_pad ENABLE ALWAYS TRIGGER reconciled;
"""

HANDS = """
CREATE FUNCTION done_by() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT f.done_by FROM public.paper_form f WHERE f.act_id = act.id), act.actor_id) FROM audit.current_act() AS act
$$;
COMMENT ON FUNCTION done_by IS 'Who did what this act tells of: whoever acts, or whoever did it on paper';

CREATE FUNCTION hands_of(acts uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.actor_id FROM audit.act a WHERE a.id = ANY (acts)
  UNION SELECT f.done_by FROM public.paper_form f WHERE f.act_id = ANY (acts)
$$;
COMMENT ON FUNCTION hands_of IS 'Who had a hand in these acts: whoever entered them, and whoever did them on paper';

CREATE FUNCTION refuse_hands_on_paper() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  this uuid := (audit.current_act()).id;
  before uuid[];
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'remains_account' THEN
      before := ARRAY(SELECT e.act_id FROM public.administration g
                       JOIN audit.entry e ON e.table_name = 'public.administration' AND e.row_id = g.id::text
                       WHERE g.kit_id = NEW.kit_id);
    WHEN 'preparation' THEN
      before := ARRAY(SELECT e.act_id FROM public.fill l JOIN audit.entry e ON e.table_name = 'public.fill' AND e.row_id = l.id::text
                       WHERE l.preparation_id = NEW.id);
    WHEN 'decision' THEN
      before := ARRAY(SELECT e.act_id FROM public.trail_of_batch(NEW.batch_id) e JOIN public.paper_form f ON f.act_id = e.act_id
                       WHERE e.table_name NOT IN ('public.deviation', 'public.hold', 'public.custody_event'));
    ELSE
      before := ARRAY(SELECT e.act_id FROM audit.entry e
                       WHERE e.table_name = 'public.' || TG_TABLE_NAME AND e.row_id = NEW.id::text AND e.act_id <> this);
  END CASE;
  PERFORM FROM public.paper_form f WHERE f.act_id = ANY (before || this);
  IF NOT FOUND THEN
    RETURN NEW;  -- nothing on paper: who is told by the rows themselves is compared elsewhere
  END IF;
  PERFORM FROM public.hands_of(before) AS one (id), public.hands_of(ARRAY[this]) AS other (id)
    WHERE public.same_human(one.id, other.id);
  IF FOUND THEN
    RAISE EXCEPTION 'the second person did the first one''s work on paper, or entered it' USING ERRCODE = 'BB032';
  END IF;
  RETURN NEW;
END $$;
COMMENT ON FUNCTION refuse_hands_on_paper IS 'Nobody is the second person to their own work through somebody who types';
CREATE TRIGGER second_hands BEFORE UPDATE ON handover FOR EACH ROW EXECUTE FUNCTION refuse_hands_on_paper();
CREATE TRIGGER second_hands BEFORE UPDATE ON cell_count FOR EACH ROW EXECUTE FUNCTION refuse_hands_on_paper();
CREATE TRIGGER second_hands BEFORE UPDATE ON deviation FOR EACH ROW EXECUTE FUNCTION refuse_hands_on_paper();
CREATE TRIGGER second_hands BEFORE INSERT ON remains_account FOR EACH ROW EXECUTE FUNCTION refuse_hands_on_paper();
CREATE TRIGGER second_hands BEFORE UPDATE OF ready_signature_id ON preparation FOR EACH ROW EXECUTE FUNCTION refuse_hands_on_paper();
CREATE TRIGGER zz_second_hands BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION refuse_hands_on_paper();

CREATE OR REPLACE FUNCTION trail_authors(wanted uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH work AS (SELECT DISTINCT e.act_id FROM public.trail_of_batch(wanted) e
                 WHERE e.table_name NOT IN ('public.deviation', 'public.hold', 'public.custody_event'))
  SELECT a.actor_id FROM work JOIN audit.act a ON a.id = work.act_id
  UNION SELECT f.done_by FROM work JOIN public.paper_form f ON f.act_id = work.act_id
$$;

CREATE OR REPLACE FUNCTION refuse_own_redaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  field text := split_part(NEW.written, '.', 2);
BEGIN
  PERFORM FROM audit.entry e, public.hands_of(ARRAY[e.act_id]) AS hand (id)
   WHERE e.table_name = 'public.' || split_part(NEW.written, '.', 1) AND e.row_id = NEW.row_id::text
     AND e.body::jsonb #>> ARRAY['new', field] IS DISTINCT FROM e.body::jsonb #>> ARRAY['old', field]
     AND public.same_human(hand.id, NEW.redacted_by);
  IF FOUND THEN
    RAISE EXCEPTION 'nobody redacts what they wrote' USING ERRCODE = 'BB032';
  END IF;
  RETURN NEW;
END $$;
"""

AS_DONE = """
CREATE OR REPLACE FUNCTION refuse_unfit_dose() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.kit k WHERE k.id = NEW.kit_id AND k.state = 'retrieved' AND NEW.given_ml + NEW.remains_ml <= k.fill_volume_ml
     AND NEW.given_at >= k.available_at AND NEW.given_at < k.expires_at;
  IF NOT FOUND OR NEW.given_by IS DISTINCT FROM public.done_by() THEN
    RAISE EXCEPTION 'a fetched kit is given within its time and volume, by whoever acts' USING ERRCODE = 'BB039';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION refuse_unfit_remains() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.administration a WHERE a.kit_id = NEW.kit_id AND NEW.destroyed_ml = a.remains_ml
     AND NEW.accounted_at >= a.given_at AND NEW.accounted_by <> a.given_by;
  IF NOT FOUND OR NEW.accounted_by IS DISTINCT FROM public.done_by() THEN
    RAISE EXCEPTION 'what was left is accounted for later, in full, by a second person who acts' USING ERRCODE = 'BB039';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION refuse_other_hands_on_kit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  act audit.act := audit.current_act();
  judged_at timestamptz := act.recorded_at;
BEGIN
  IF session_user = 'biobank_bedside' AND NEW.state IN ('planned', 'ready', 'void')
     OR session_user = 'biobank_facility' AND NEW.state NOT IN ('planned', 'ready', 'void') THEN
    RAISE EXCEPTION 'the facility makes a kit ready, the bedside fetches and gives it' USING ERRCODE = 'BB037';
  END IF;
  IF TG_OP = 'INSERT' AND NEW.state <> 'planned' THEN
    RAISE EXCEPTION 'a kit begins planned' USING ERRCODE = 'BB037';
  END IF;
  PERFORM FROM public.paper_form f WHERE f.act_id = act.id;
  IF FOUND THEN
    judged_at := act.occurred_at;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.state = 'retrieved' AND OLD.state <> 'retrieved'
     AND (judged_at < NEW.available_at OR judged_at >= NEW.expires_at) THEN
    RAISE EXCEPTION 'a kit is fetched within its time' USING ERRCODE = 'BB037';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION papers_of(events uuid[]) RETURNS TABLE (event_id uuid, form text, done_by text, entered_by text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT e.row_id::uuid, f.code, d.name, b.name
    FROM audit.entry e JOIN public.paper_form f ON f.act_id = e.act_id JOIN audit.act a ON a.id = e.act_id
    JOIN public.person d ON d.id = f.done_by JOIN public.person b ON b.id = a.actor_id
   WHERE e.table_name = 'public.custody_event' AND e.row_id = ANY (events::text[])
     AND (f.side = 'bedside' OR session_user <> 'biobank_bedside')
$$;
COMMENT ON FUNCTION papers_of IS 'Which custody events were entered from paper; of the facility''s forms the bedside is told nothing';
GRANT EXECUTE ON FUNCTION papers_of TO biobank_bedside, biobank_facility;
"""


def upgrade() -> None:
    op.create_table(
        "paper_pad",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("side IN ('bedside', 'facility')", name=op.f("ck_paper_pad_side")),
        sa.CheckConstraint("sheets BETWEEN 1 AND 100", name=op.f("ck_paper_pad_sheets")),
        sa.CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name=op.f("ck_paper_pad_closed")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_paper_pad_issued_by")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_paper_pad_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_pad")),
        sa.UniqueConstraint("side", "number", name=op.f("uq_paper_pad_side_number")),
        sa.UniqueConstraint("id", "side", name=op.f("uq_paper_pad_id_side")),
    )
    op.create_table(
        "paper_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pad_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("act_id", sa.Uuid(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('issued', 'entered', 'void')", name=op.f("ck_paper_form_state")),
        sa.CheckConstraint(
            "(state = 'entered') = (act_id IS NOT NULL) AND (state = 'entered') = (done_by IS NOT NULL)",
            name=op.f("ck_paper_form_entered"),
        ),
        sa.CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name=op.f("ck_paper_form_void")),
        sa.CheckConstraint("length(btrim(void_reason)) >= 5 AND void_reason ~ '\\w\\w'", name=op.f("ck_paper_form_reason")),
        sa.ForeignKeyConstraint(["pad_id", "side"], ["paper_pad.id", "paper_pad.side"], name="fk_paper_form_pad"),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_paper_form_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_form")),
        sa.UniqueConstraint("side", "code", name=op.f("uq_paper_form_side_code")),
        sa.UniqueConstraint("act_id", name=op.f("uq_paper_form_act_id")),
        sa.UniqueConstraint("pad_id", "number", name=op.f("uq_paper_form_pad_id_number")),
    )
    for part in (FORMS, HANDS, AS_DONE):
        op.execute(part)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
