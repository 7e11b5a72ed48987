"""Low and falling levels are alarms, by signed rules like the others.

Revision: 0058
"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

KINDS = (
    "too_warm", "rising", "silent", "frozen", "disagreeing", "clock_drift", "wrong_time", "device_silent", "refused",
    "level_low", "level_falling",
)  # fmt: skip
UNTIL_NOW = (
    ("level_low_percent", sa.Numeric(5, 2), "20"),
    ("forecast_s", sa.Integer(), "43200"),
    ("slope_s", sa.Integer(), "21600"),
)
"""What rules that were signed before are judged by; general knowledge."""


def upgrade() -> None:
    for table in ("alarm", "alarm_disabling"):
        op.drop_constraint(op.f(f"ck_{table}_kind"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_kind"), table, f"kind IN {KINDS}")
    for name, kind, value in UNTIL_NOW:
        op.add_column("alarm_setting", sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column("alarm_setting", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_alarm_setting_level"),
        "alarm_setting",
        "level_low_percent BETWEEN 0 AND 100 AND forecast_s BETWEEN 60 AND 604800 AND slope_s BETWEEN 60 AND 604800",
    )


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
