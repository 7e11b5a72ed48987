"""The rows of the records that belong to a thing, so that its trail can be told from everybody else's."""

from uuid import UUID

from sqlalchemy import Connection, text

from biobank.tracing.rules import ThingKind

_OF_MATERIAL = """
    SELECT 'public.hold', id::text FROM hold WHERE material_id = :id
    UNION ALL SELECT 'public.handover', id::text FROM handover WHERE material_id = :id
    UNION ALL SELECT 'public.custody_event', id::text FROM custody_event WHERE material_id = :id
    UNION ALL SELECT 'public.label_print', id::text FROM label_print WHERE material_id = :id
    UNION ALL SELECT 'public.material', id::text FROM material WHERE id = :id
"""
_STORAGE_PLACE = text(f"SELECT 'public.storage_place', CAST(:id AS text) UNION ALL {_OF_MATERIAL}")
_OWN = {
    ThingKind.PARTICIPANT: text("""
        SELECT 'public.participant', CAST(:id AS text)
        UNION ALL SELECT 'public.consent', id::text FROM consent WHERE participant_id = :id
        UNION ALL SELECT 'public.screening', id::text FROM screening WHERE participant_id = :id
        UNION ALL SELECT 'public.weight', id::text FROM weight WHERE participant_id = :id
        UNION ALL SELECT 'public.code_break', id::text FROM code_break WHERE participant_id = :id
        UNION ALL SELECT 'public.label_print', id::text FROM label_print WHERE participant_id = :id
        UNION ALL SELECT 'public.label_set', id::text FROM label_set WHERE participant_id = :id
    """),
    ThingKind.LABEL_SET: text(f"SELECT 'public.label_set', CAST(:id AS text) UNION ALL {_OF_MATERIAL}"),
    ThingKind.DONATION: text(f"""
        SELECT 'public.donation', CAST(:id AS text)
        UNION ALL SELECT 'public.receipt', id::text FROM receipt WHERE donation_id = :id
        UNION ALL SELECT 'public.donor_test', id::text FROM donor_test WHERE root_id = :id
        UNION ALL SELECT 'public.label_set', id::text FROM label_set WHERE id = :id
        UNION ALL {_OF_MATERIAL}
    """),
    ThingKind.KIT: text(f"""
        SELECT 'public.kit', CAST(:id AS text)
        UNION ALL SELECT 'public.dose_plan', id::text FROM dose_plan WHERE kit_id = :id
        UNION ALL SELECT 'public.preparation', id::text FROM preparation WHERE kit_id = :id
        UNION ALL SELECT 'public.thaw', t.id::text FROM thaw t JOIN preparation r ON r.id = t.preparation_id WHERE r.kit_id = :id
        UNION ALL SELECT 'public.recount', t.id::text FROM recount t JOIN preparation r ON r.id = t.preparation_id
                   WHERE r.kit_id = :id
        UNION ALL SELECT 'public.fill', t.id::text FROM fill t JOIN preparation r ON r.id = t.preparation_id WHERE r.kit_id = :id
        UNION ALL SELECT 'public.administration', id::text FROM administration WHERE kit_id = :id
        UNION ALL SELECT 'public.remains_account', id::text FROM remains_account WHERE kit_id = :id
        UNION ALL {_OF_MATERIAL}
    """),
    ThingKind.BATCH: text(f"""
        SELECT 'public.batch', CAST(:id AS text)
        UNION ALL SELECT 'public.cell_count', id::text FROM cell_count WHERE batch_id = :id
        UNION ALL SELECT 'public.freezing_run', id::text FROM freezing_run WHERE batch_id = :id
        UNION ALL SELECT 'public.result', id::text FROM result WHERE batch_id = :id
        UNION ALL SELECT 'public.trail_review', id::text FROM trail_review WHERE batch_id = :id
        UNION ALL SELECT 'public.decision', id::text FROM decision WHERE batch_id = :id
        UNION ALL {_OF_MATERIAL}
    """),
    ThingKind.CULTURE: text(f"""
        SELECT 'public.culture', CAST(:id AS text)
        UNION ALL SELECT 'public.feed', id::text FROM feed WHERE culture_id = :id
        UNION ALL SELECT 'public.cell_count', id::text FROM cell_count WHERE culture_id = :id
        UNION ALL {_OF_MATERIAL}
    """),
    ThingKind.UNIT: text(f"""
        SELECT 'public.unit', CAST(:id AS text)
        UNION ALL SELECT 'public.placement', id::text FROM placement WHERE unit_id = :id
        UNION ALL SELECT 'public.thaw', id::text FROM thaw WHERE unit_id = :id
        UNION ALL {_OF_MATERIAL}
    """),
    ThingKind.LOT: text(f"SELECT 'public.lot', CAST(:id AS text) UNION ALL {_OF_MATERIAL}"),
    ThingKind.RACK: _STORAGE_PLACE,
    ThingKind.BOX: _STORAGE_PLACE,
    ThingKind.POSITION: text("""
        SELECT 'public.storage_position', CAST(:id AS text)
        UNION ALL SELECT 'public.placement', id::text FROM placement WHERE position_id = :id
    """),
    ThingKind.FREEZER: text("""
        SELECT 'public.freezer', CAST(:id AS text)
        UNION ALL SELECT 'public.sensor', id::text FROM sensor WHERE freezer_id = :id
    """),
    ThingKind.DEVIATION: text("SELECT 'public.deviation', CAST(:id AS text)"),
}

_WHOLE_BATCH = text("SELECT DISTINCT table_name, row_id FROM trail_of_batch(:id)")


def rows_of_whole_batch(db: Connection, identity: UUID) -> tuple[tuple[str, str], ...]:
    """The rows of a batch, of its donation and of everything made of it: what is reviewed before QA approves."""
    return tuple((table, row) for table, row in db.execute(_WHOLE_BATCH, {"id": identity}))


def rows_of(db: Connection, kind: ThingKind, identity: UUID) -> tuple[tuple[str, str], ...]:
    """The rows of a thing, as table and id: its own, and those that say something of it alone."""
    return tuple((table, row) for table, row in db.execute(_OWN[kind], {"id": identity}))
