"""Preparations, thaws, recounts and fills.

Revision: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('preparation');
CALL audit.watch('thaw');
CALL audit.watch('recount');
CALL audit.watch('fill');
CALL audit.freeze('thaw');
CALL audit.freeze('recount');
CALL audit.freeze('fill');
GRANT SELECT, INSERT ON preparation, thaw, recount, fill TO biobank_facility;
GRANT UPDATE (state, low_dose_reason, ready_signature_id) ON preparation TO biobank_facility;
GRANT SELECT ON preparation, thaw, recount, fill TO biobank_auditor;

CREATE FUNCTION refuse_held_unit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.unit u
    JOIN public.hold h ON h.root_id = u.root_id AND h.material_id IN (u.id, u.batch_id, u.root_id) AND h.lifted_at IS NULL
   WHERE u.id = NEW.unit_id
     AND CASE WHEN NEW.preparation_id IS NULL THEN 'test_thaw' ELSE 'patient_use' END = ANY (h.purposes);
  IF FOUND THEN
    RAISE EXCEPTION 'a unit on hold is not thawed' USING ERRCODE = 'BB018';
  END IF;
  IF NEW.preparation_id IS NOT NULL THEN
    PERFORM FROM public.unit u JOIN public.batch b ON b.id = u.batch_id JOIN public.donation d ON d.id = u.root_id
       JOIN public.preparation p ON p.id = NEW.preparation_id JOIN public.kit k ON k.id = p.kit_id
      WHERE u.id = NEW.unit_id AND b.purpose = 'drug' AND d.participant_id = k.participant_id
        AND EXISTS (SELECT FROM public.decision e WHERE e.batch_id = b.id AND e.stage = 'sponsor_release' AND e.verdict = 'approved');
    IF NOT FOUND THEN
      RAISE EXCEPTION 'only released cells of this very participant are thawed for a dose' USING ERRCODE = 'BB019';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER not_held BEFORE INSERT ON thaw FOR EACH ROW EXECUTE FUNCTION refuse_held_unit();
"""


def upgrade() -> None:
    op.create_table(
        "preparation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kit_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("low_dose_reason", sa.Text(), nullable=True),
        sa.Column("ready_signature_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'filled', 'ready')", name=op.f("ck_preparation_state")),
        sa.ForeignKeyConstraint(["kit_id"], ["kit.id"], name=op.f("fk_preparation_kit_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_preparation_opened_by")),
        sa.ForeignKeyConstraint(["ready_signature_id"], ["signature.id"], name=op.f("fk_preparation_ready_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation")),
        sa.UniqueConstraint("kit_id", name=op.f("uq_preparation_kit_id")),
    )
    op.create_table(
        "fill",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("preparation_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_ml", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("delivered_viable_cells", sa.BigInteger(), nullable=False),
        sa.Column("filled_by", sa.Uuid(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("drawn_ml >= 0 AND delivered_viable_cells >= 0", name=op.f("ck_fill_drawn")),
        sa.ForeignKeyConstraint(["filled_by"], ["person.id"], name=op.f("fk_fill_filled_by")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_fill_lot_id")),
        sa.ForeignKeyConstraint(["preparation_id"], ["preparation.id"], name=op.f("fk_fill_preparation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fill")),
        sa.UniqueConstraint("preparation_id", name=op.f("uq_fill_preparation_id")),
    )
    op.create_table(
        "recount",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("preparation_id", sa.Uuid(), nullable=False),
        sa.Column("viable_cells_per_ml", sa.BigInteger(), nullable=False),
        sa.Column("viability_percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("volume_ml", sa.Numeric(precision=7, scale=3), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("counted_by", sa.Uuid(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("viable_cells_per_ml > 0 AND volume_ml > 0", name=op.f("ck_recount_counted")),
        sa.ForeignKeyConstraint(["counted_by"], ["person.id"], name=op.f("fk_recount_counted_by")),
        sa.ForeignKeyConstraint(["preparation_id"], ["preparation.id"], name=op.f("fk_recount_preparation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount")),
    )
    op.create_table(
        "thaw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("preparation_id", sa.Uuid(), nullable=True),
        sa.Column("thawed_by", sa.Uuid(), nullable=False),
        sa.Column("thawed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["preparation_id"], ["preparation.id"], name=op.f("fk_thaw_preparation_id")),
        sa.ForeignKeyConstraint(["thawed_by"], ["person.id"], name=op.f("fk_thaw_thawed_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_thaw_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thaw")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_thaw_unit_id")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
