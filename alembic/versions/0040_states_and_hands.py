"""States follow the rules in the database too; a hold is lifted by whom it waits for; three people decide about a batch.

Revision: 0040
"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

STEPS = (
    "collect", "hand_over", "take_over", "receive", "reject", "route", "isolate", "seed", "feed", "harvest", "freeze", "store",
    "sample", "dispose", "certify", "release", "thaw", "recount", "fill", "plan", "ready", "void", "retrieve", "administer",
    "account", "hold", "lift",
)  # fmt: skip

NEXT = {
    "kit": (
        "planned>ready", "planned>void", "ready>retrieved", "ready>void", "retrieved>administered", "retrieved>void",
        "administered>accounted",
    ),
    "preparation": ("open>filled", "filled>ready"),
    "donation": ("collected>accepted", "collected>rejected"),
    "deviation": ("open>closed",),
    "culture": ("growing>harvested", "growing>discarded"),
}  # fmt: skip

STATES = """
CREATE FUNCTION refuse_other_state() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV) THEN
    RAISE EXCEPTION '% of % does not follow %', NEW.state, TG_TABLE_NAME, OLD.state USING ERRCODE = 'BB037';
  END IF;
  RETURN NEW;
END $$;
COMMENT ON FUNCTION refuse_other_state IS 'The steps that the rules allow, as the tables NEXT of the packages have them';

CREATE FUNCTION refuse_other_hands_on_kit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  act audit.act := audit.current_act();
BEGIN
  IF session_user = 'biobank_bedside' AND NEW.state IN ('planned', 'ready', 'void')
     OR session_user = 'biobank_facility' AND NEW.state NOT IN ('planned', 'ready', 'void') THEN
    RAISE EXCEPTION 'the facility makes a kit ready, the bedside fetches and gives it' USING ERRCODE = 'BB037';
  END IF;
  IF TG_OP = 'INSERT' AND NEW.state <> 'planned' THEN
    RAISE EXCEPTION 'a kit begins planned' USING ERRCODE = 'BB037';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.state = 'retrieved' AND OLD.state <> 'retrieved'
     AND (act.recorded_at < NEW.available_at OR act.recorded_at >= NEW.expires_at) THEN
    RAISE EXCEPTION 'a kit is fetched within its time' USING ERRCODE = 'BB037';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER own_side BEFORE INSERT OR UPDATE OF state ON kit FOR EACH ROW EXECUTE FUNCTION refuse_other_hands_on_kit();
"""

DOSES = """
CREATE FUNCTION refuse_unfit_dose() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.kit k WHERE k.id = NEW.kit_id AND k.state = 'retrieved' AND NEW.given_ml + NEW.remains_ml <= k.fill_volume_ml
     AND NEW.given_at >= k.available_at AND NEW.given_at < k.expires_at;
  IF NOT FOUND OR NEW.given_by IS DISTINCT FROM (audit.current_act()).actor_id THEN
    RAISE EXCEPTION 'a fetched kit is given within its time and volume, by whoever acts' USING ERRCODE = 'BB039';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fit_dose BEFORE INSERT ON administration FOR EACH ROW EXECUTE FUNCTION refuse_unfit_dose();

CREATE FUNCTION refuse_unfit_remains() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.administration a WHERE a.kit_id = NEW.kit_id AND NEW.destroyed_ml = a.remains_ml
     AND NEW.accounted_at >= a.given_at AND NEW.accounted_by <> a.given_by;
  IF NOT FOUND OR NEW.accounted_by IS DISTINCT FROM (audit.current_act()).actor_id THEN
    RAISE EXCEPTION 'what was left is accounted for later, in full, by a second person who acts' USING ERRCODE = 'BB039';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fit_remains BEFORE INSERT ON remains_account FOR EACH ROW EXECUTE FUNCTION refuse_unfit_remains();
"""

HOLDS = """
CREATE FUNCTION refuse_lifting() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.kind = 'biobank_only' THEN
    RAISE EXCEPTION 'what is kept in the biobank stays so' USING ERRCODE = 'BB038';
  END IF;
  IF OLD.kind = 'not_released' THEN
    PERFORM FROM public.decision d
      WHERE d.root_id = OLD.root_id AND d.stage = 'sponsor_release' AND d.verdict = 'approved' AND d.decided_at >= OLD.placed_at
        AND (d.batch_id = OLD.material_id
             OR EXISTS (SELECT FROM public.unit u WHERE u.id = OLD.material_id AND u.batch_id = d.batch_id));
    IF NOT FOUND THEN
      RAISE EXCEPTION 'only the sponsor''s release lifts this hold' USING ERRCODE = 'BB038';
    END IF;
  END IF;
  IF OLD.kind = 'deviation' THEN
    PERFORM FROM public.deviation d JOIN public.material m ON m.id = d.material_id
      WHERE d.state = 'open' AND d.root_id = OLD.root_id
        AND OLD.material_id = CASE WHEN m.kind IN ('unit', 'batch', 'kit', 'lot') THEN m.id ELSE m.root_id END;
    IF FOUND THEN
      RAISE EXCEPTION 'the deviation for which this is held has no conclusion' USING ERRCODE = 'BB038';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lifted_by_right BEFORE UPDATE OF lifted_at, lifted_by ON hold FOR EACH ROW
  WHEN (NEW.lifted_at IS NOT NULL OR NEW.lifted_by IS NOT NULL) EXECUTE FUNCTION refuse_lifting();
"""

DECISIONS = """
CREATE OR REPLACE FUNCTION refuse_unfit_decision() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.material m WHERE m.id = NEW.root_id FOR UPDATE;
  PERFORM FROM public.signature s WHERE s.id = NEW.signature_id AND s.person_id = NEW.decided_by;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a decision carries the signature of who decides' USING ERRCODE = 'BB014';
  END IF;
  IF NEW.verdict = 'approved' THEN
    PERFORM FROM public.deviation d WHERE d.root_id = NEW.root_id AND d.state = 'open';
    IF FOUND THEN
      RAISE EXCEPTION 'an open deviation blocks release' USING ERRCODE = 'BB015';
    END IF;
    PERFORM FROM public.hold h JOIN public.material m ON m.id = h.material_id
      WHERE h.root_id = NEW.root_id AND h.lifted_at IS NULL AND h.kind <> 'not_released' AND m.kind <> 'unit'
        AND h.purposes && ARRAY['patient_use', 'distribution'];
    IF FOUND THEN
      RAISE EXCEPTION 'an open hold blocks release' USING ERRCODE = 'BB028';
    END IF;
    IF NEW.stage <> 'disposition' THEN
      PERFORM FROM public.decision d WHERE d.batch_id = NEW.batch_id AND d.verdict = 'approved'
         AND d.stage = CASE NEW.stage WHEN 'certification' THEN 'disposition' ELSE 'certification' END;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'the decision before this one is missing' USING ERRCODE = 'BB016';
      END IF;
    END IF;
  END IF;
  PERFORM FROM public.cell_count c WHERE c.root_id = NEW.root_id AND NEW.decided_by IN (c.counted_by, c.verified_by)
    UNION ALL SELECT FROM public.batch b WHERE b.root_id = NEW.root_id AND b.opened_by = NEW.decided_by
    UNION ALL SELECT FROM public.culture c WHERE c.root_id = NEW.root_id AND c.seeded_by = NEW.decided_by
    UNION ALL SELECT FROM public.feed f JOIN public.culture c ON c.id = f.culture_id
               WHERE c.root_id = NEW.root_id AND f.fed_by = NEW.decided_by
    UNION ALL SELECT FROM public.freezing_run f WHERE f.root_id = NEW.root_id AND f.frozen_by = NEW.decided_by
    UNION ALL SELECT FROM public.result r WHERE r.root_id = NEW.root_id AND r.recorded_by = NEW.decided_by
    UNION ALL SELECT FROM public.donor_test t WHERE t.root_id = NEW.root_id AND t.recorded_by = NEW.decided_by;
  IF FOUND THEN
    RAISE EXCEPTION 'whoever made, verified or tested a batch decides nothing about it' USING ERRCODE = 'BB017';
  END IF;
  PERFORM FROM public.decision d
    WHERE d.batch_id = NEW.batch_id AND d.stage <> NEW.stage AND d.decided_by = NEW.decided_by;
  IF FOUND THEN
    RAISE EXCEPTION 'each decision about a batch is another person''s' USING ERRCODE = 'BB017';
  END IF;
  RETURN NEW;
END $$;
"""


def upgrade() -> None:
    op.drop_constraint(op.f("ck_custody_event_step"), "custody_event", type_="check")
    op.create_check_constraint(op.f("ck_custody_event_step"), "custody_event", f"step IN {STEPS}")
    op.execute(STATES)
    for table, steps in NEXT.items():
        named = ", ".join(f"'{step}'" for step in steps)
        op.execute(
            f"CREATE TRIGGER next_state BEFORE UPDATE OF state ON {table} FOR EACH ROW"
            f" WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_other_state({named})"
        )
    for part in (DOSES, HOLDS, DECISIONS):
        op.execute(part)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
