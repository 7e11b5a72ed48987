"""Readings that did not arrive are an alarm.

Revision: 0092
"""

from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

KINDS = (
    "too_warm", "rising", "silent", "frozen", "disagreeing", "clock_drift", "wrong_time", "device_silent", "refused",
    "readings_missing", "level_low", "level_falling", "not_proven", "weight_low", "lid_open", "mains_lost", "oxygen_low",
    "below_limit", "above_limit",
)  # fmt: skip


def upgrade() -> None:
    for table in ("alarm", "alarm_disabling"):
        op.drop_constraint(op.f(f"ck_{table}_kind"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_kind"), table, f"kind IN {KINDS}")
    op.create_index("ix_reading_gap_found_at", "reading_gap", ["found_at"])
    op.execute("GRANT SELECT (sensor_id, boot) ON sensor_counter TO biobank_worker")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
