"""Freezing runs, units, positions and placements.

Revision: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('storage_position');
CALL audit.watch('freezing_run');
CALL audit.watch('unit');
CALL audit.watch('placement');
CALL audit.freeze('storage_position');
CALL audit.freeze('freezing_run');
GRANT SELECT, INSERT ON storage_position, freezing_run, unit, placement TO biobank_facility;
GRANT UPDATE (rack) ON storage_position TO biobank_facility;
COMMENT ON COLUMN storage_position.rack IS 'UPDATE is granted on it only so that a slot can be locked; a trigger refuses every change';
GRANT UPDATE (state) ON unit TO biobank_facility;
GRANT UPDATE (removed_at) ON placement TO biobank_facility;
GRANT SELECT ON storage_position, unit, placement TO biobank_worker;
GRANT SELECT ON storage_position, freezing_run, unit, placement TO biobank_auditor;

CREATE FUNCTION refuse_return_from_thaw() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.state IN ('thawed', 'destroyed') AND NEW.state <> OLD.state AND NEW.state <> 'destroyed' THEN
    RAISE EXCEPTION 'a thawed unit never goes back' USING ERRCODE = 'BB013';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER never_back BEFORE UPDATE ON unit FOR EACH ROW EXECUTE FUNCTION refuse_return_from_thaw();
"""


def upgrade() -> None:
    op.create_table(
        "storage_position",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("freezer_id", sa.Uuid(), nullable=False),
        sa.Column("rack", sa.Text(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["freezer_id"], ["freezer.id"], name=op.f("fk_storage_position_freezer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storage_position")),
        sa.UniqueConstraint("code", name=op.f("uq_storage_position_code")),
        sa.UniqueConstraint("freezer_id", "rack", "box", "slot", name=op.f("uq_storage_position_freezer_id_rack_box_slot")),
    )
    op.create_table(
        "freezing_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("frozen_by", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_freezing_run_batch"),
        sa.ForeignKeyConstraint(["frozen_by"], ["person.id"], name=op.f("fk_freezing_run_frozen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freezing_run")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("viable_cells", sa.BigInteger(), nullable=False),
        sa.Column("volume_ml", sa.Numeric(precision=7, scale=3), nullable=False),
        sa.CheckConstraint("state IN ('frozen', 'stored', 'thawed', 'destroyed')", name=op.f("ck_unit_state")),
        sa.CheckConstraint("viable_cells > 0 AND volume_ml > 0", name=op.f("ck_unit_contents")),
        sa.ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_unit_batch"),
        sa.ForeignKeyConstraint(["id", "root_id"], ["material.id", "material.root_id"], name="fk_unit_material"),
        sa.ForeignKeyConstraint(["run_id"], ["freezing_run.id"], name=op.f("fk_unit_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    op.create_table(
        "placement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("position_id", sa.Uuid(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("position_id"), "="),
            (sa.text("tstzrange(placed_at, removed_at)"), "&&"),
            using="gist",
            name="ex_placement_position",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("unit_id"), "="),
            (sa.text("tstzrange(placed_at, removed_at)"), "&&"),
            using="gist",
            name="ex_placement_unit",
        ),
        sa.CheckConstraint("removed_at IS NULL OR removed_at >= placed_at", name=op.f("ck_placement_interval")),
        sa.ForeignKeyConstraint(["placed_by"], ["person.id"], name=op.f("fk_placement_placed_by")),
        sa.ForeignKeyConstraint(["position_id"], ["storage_position.id"], name=op.f("fk_placement_position_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_placement_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    op.create_index(
        "uq_placement_open_position", "placement", ["position_id"], unique=True, postgresql_where="removed_at IS NULL"
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
