"""For the bedside a kit exists from the moment at which the facility hands it over, and no sooner.

When it was planned, filled and declared ready follows the arm; that it leaves does not, since it leaves at its own time.

Revision: 0037
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ROWS = """
CREATE INDEX ix_handover_material_id ON handover (material_id);
ALTER POLICY bedside_scope ON material TO biobank_bedside
  USING (scope = 'bedside' AND (kind <> 'kit' OR EXISTS (SELECT FROM handover h WHERE h.material_id = material.id)))
  WITH CHECK (scope = 'bedside');
ALTER TABLE kit ENABLE ROW LEVEL SECURITY;
CREATE POLICY on_its_way ON kit TO biobank_bedside USING (EXISTS (SELECT FROM handover h WHERE h.material_id = kit.id));
CREATE POLICY facility_all ON kit TO biobank_facility, biobank_auditor USING (true) WITH CHECK (true);
REVOKE SELECT ON material, kit FROM biobank_bedside;
GRANT SELECT (id, scope, kind, code, root_id, registered_at) ON material TO biobank_bedside;
GRANT SELECT (id, number, participant_id, period, state, window_at, available_at, expires_at, fill_volume_ml) ON kit
  TO biobank_bedside;
COMMENT ON POLICY on_its_way ON kit IS
  'The bedside reads columns by name: a transaction''s number (xmin) would tell when the facility wrote the row';
COMMENT ON COLUMN material.registered_at IS
  'Of a kit, the beginning of its window: when it was planned follows the arm. UPDATE is granted on it only so that roots can be '
  'locked; a trigger refuses every change';
"""

LEAVING = """
CREATE FUNCTION refuse_before_its_time() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.kit k WHERE k.id = NEW.material_id
     AND (k.state IN ('planned', 'void') OR (audit.current_act()).recorded_at < k.available_at);
  IF FOUND THEN
    RAISE EXCEPTION 'a kit leaves the facility when it is ready, and not before its time' USING ERRCODE = 'BB034';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER before_its_time BEFORE INSERT ON handover FOR EACH ROW EXECUTE FUNCTION refuse_before_its_time();
CREATE TRIGGER before_its_time BEFORE INSERT ON custody_event FOR EACH ROW
  WHEN (NEW.scope = 'bedside') EXECUTE FUNCTION refuse_before_its_time();

CREATE OR REPLACE FUNCTION sealed.kit_blocked(kit uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  act audit.act := sealed.note('kit_blocked', kit);
BEGIN
  IF act.kind NOT IN ('retrieve_kit', 'administer') THEN
    RAISE EXCEPTION 'asked for a kit that is to be fetched or given only' USING ERRCODE = 'BB021';
  END IF;
  RETURN NOT EXISTS (SELECT FROM public.handover h WHERE h.material_id = kit)
    OR NOT EXISTS (SELECT FROM sealed.kit_content c WHERE c.id = kit) OR EXISTS (
    SELECT FROM public.hold h
     WHERE h.lifted_at IS NULL AND h.purposes && ARRAY['patient_use', 'distribution'] AND h.material_id IN (
       SELECT kit
       UNION ALL SELECT m FROM sealed.kit_content c JOIN public.thaw t ON t.preparation_id = c.preparation_id
         JOIN public.unit u ON u.id = t.unit_id, LATERAL (VALUES (u.id), (u.batch_id), (u.root_id)) AS x (m) WHERE c.id = kit
       UNION ALL SELECT f.lot_id FROM sealed.kit_content c JOIN public.fill f ON f.preparation_id = c.preparation_id
        WHERE c.id = kit));
END $$;
"""


def upgrade() -> None:
    op.execute(ROWS)
    op.execute(LEAVING)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
