"""Batches, cultures, feeds and counts.

Revision: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

GUARDS = """
CALL audit.watch('batch');
CALL audit.watch('culture');
CALL audit.watch('cell_count');
CALL audit.watch('feed');
CALL audit.freeze('feed');
GRANT SELECT, INSERT ON batch, culture, cell_count, feed TO biobank_facility;
GRANT UPDATE (state) ON batch, culture TO biobank_facility;
GRANT UPDATE (verified_by, verified_at) ON cell_count TO biobank_facility;
GRANT SELECT ON batch, culture, cell_count, feed TO biobank_auditor;
GRANT SELECT ON batch TO biobank_worker;

CREATE FUNCTION refuse_unaccepted_donation() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.donation d WHERE d.id = NEW.root_id AND d.state = 'accepted';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a batch begins with an accepted donation' USING ERRCODE = 'BB011';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER accepted_donation BEFORE INSERT ON batch FOR EACH ROW EXECUTE FUNCTION refuse_unaccepted_donation();

CREATE FUNCTION refuse_too_many_cells() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  available bigint;
  spent bigint;
BEGIN
  SELECT c.viable_cells INTO available FROM public.cell_count c WHERE c.id = NEW.seeded_from AND c.root_id = NEW.root_id FOR UPDATE;
  SELECT coalesce(sum(c.cells_seeded), 0) INTO spent FROM public.culture c WHERE c.seeded_from = NEW.seeded_from;
  IF available IS NULL OR spent + NEW.cells_seeded > available THEN
    RAISE EXCEPTION 'more cells seeded than were counted' USING ERRCODE = 'BB012';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cells_available BEFORE INSERT ON culture FOR EACH ROW EXECUTE FUNCTION refuse_too_many_cells();
"""


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("process_version", sa.Text(), nullable=False),
        sa.Column("specification_version", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('drug', 'biobank')", name=op.f("ck_batch_purpose")),
        sa.CheckConstraint(
            "state IN ('open', 'isolated', 'growing', 'harvested', 'stored', 'failed')", name=op.f("ck_batch_state")
        ),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_batch_facility_id")),
        sa.ForeignKeyConstraint(["id", "root_id"], ["material.id", "material.root_id"], name="fk_batch_material"),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_batch_opened_by")),
        sa.ForeignKeyConstraint(["root_id"], ["donation.id"], name=op.f("fk_batch_root_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("code", name=op.f("uq_batch_code")),
        sa.UniqueConstraint("id", "purpose", name=op.f("uq_batch_id_purpose")),
        sa.UniqueConstraint("id", "root_id", name=op.f("uq_batch_id_root_id")),
        sa.UniqueConstraint("root_id", name=op.f("uq_batch_root_id")),
    )
    op.create_table(
        "cell_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("culture_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("total_cells", sa.BigInteger(), nullable=False),
        sa.Column("viability_percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("viable_cells", sa.BigInteger(), nullable=False),
        sa.Column("doublings", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column("cumulative_doublings", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column("counted_by", sa.Uuid(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("total_cells > 0", name=op.f("ck_cell_count_total_cells")),
        sa.CheckConstraint("verified_by IS NULL OR verified_by <> counted_by", name=op.f("ck_cell_count_two_people")),
        sa.CheckConstraint("viability_percent BETWEEN 0 AND 100", name=op.f("ck_cell_count_viability_percent")),
        sa.CheckConstraint(
            "viable_cells = floor(total_cells * viability_percent / 100)", name=op.f("ck_cell_count_viable_cells")
        ),
        sa.ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_cell_count_batch"),
        sa.ForeignKeyConstraint(["counted_by"], ["person.id"], name=op.f("fk_cell_count_counted_by")),
        sa.ForeignKeyConstraint(
            ["culture_id", "root_id"], ["culture.id", "culture.root_id"], name="fk_cell_count_culture", use_alter=True
        ),
        sa.ForeignKeyConstraint(["verified_by"], ["person.id"], name=op.f("fk_cell_count_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_count")),
        sa.UniqueConstraint("culture_id", name=op.f("uq_cell_count_culture_id")),
    )
    op.create_table(
        "culture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("passage", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("vessel", sa.Text(), nullable=False),
        sa.Column("vessels", sa.Integer(), nullable=False),
        sa.Column("area_cm2", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column("cells_seeded", sa.BigInteger(), nullable=False),
        sa.Column("seeded_from", sa.Uuid(), nullable=False),
        sa.Column("seeded_by", sa.Uuid(), nullable=False),
        sa.Column("seeded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('growing', 'harvested', 'discarded')", name=op.f("ck_culture_state")),
        sa.CheckConstraint("passage >= 0", name=op.f("ck_culture_passage")),
        sa.CheckConstraint("vessels > 0 AND area_cm2 > 0 AND cells_seeded > 0", name=op.f("ck_culture_seeded")),
        sa.ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_culture_batch"),
        sa.ForeignKeyConstraint(["id", "root_id"], ["material.id", "material.root_id"], name="fk_culture_material"),
        sa.ForeignKeyConstraint(["seeded_by"], ["person.id"], name=op.f("fk_culture_seeded_by")),
        sa.ForeignKeyConstraint(["seeded_from"], ["cell_count.id"], name=op.f("fk_culture_seeded_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_culture")),
        sa.UniqueConstraint("code", name=op.f("uq_culture_code")),
        sa.UniqueConstraint("id", "root_id", name=op.f("uq_culture_id_root_id")),
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("culture_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("volume_ml", sa.Numeric(precision=7, scale=3), nullable=False),
        sa.Column("fed_by", sa.Uuid(), nullable=False),
        sa.Column("fed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("volume_ml > 0", name=op.f("ck_feed_volume_ml")),
        sa.ForeignKeyConstraint(["culture_id"], ["culture.id"], name=op.f("fk_feed_culture_id")),
        sa.ForeignKeyConstraint(["fed_by"], ["person.id"], name=op.f("fk_feed_fed_by")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_feed_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
