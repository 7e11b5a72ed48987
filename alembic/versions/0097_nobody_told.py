"""Where nobody is told of alarms, that is an alarm.

Revision: 0097
"""

from alembic import op

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None

KINDS = (
    "too_warm", "rising", "silent", "frozen", "disagreeing", "clock_drift", "wrong_time", "device_silent", "refused",
    "readings_missing", "level_low", "level_falling", "not_proven", "nobody_told", "weight_low", "lid_open", "mains_lost",
    "oxygen_low", "below_limit", "above_limit",
)  # fmt: skip


def upgrade() -> None:
    for table in ("alarm", "alarm_disabling"):
        op.drop_constraint(op.f(f"ck_{table}_kind"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_kind"), table, f"kind IN {KINDS}")


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
