"""Whoever stands last in the chain is told again, as often as the rule says, of what nobody acknowledges.

Revision: 0066
"""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

TURNS = """
ALTER TABLE alarm_setting ADD repeat_s integer NOT NULL DEFAULT 900
  CONSTRAINT ck_alarm_setting_repeat_s CHECK (repeat_s BETWEEN 60 AND 86400);
ALTER TABLE alarm_setting ALTER repeat_s DROP DEFAULT;
ALTER TABLE notice_line ADD turn integer NOT NULL DEFAULT 0 CONSTRAINT ck_notice_line_turn CHECK (turn >= 0);
ALTER TABLE notice_line ALTER turn DROP DEFAULT;
ALTER TABLE notice_line DROP CONSTRAINT uq_notice_line_alarm_id_duty_id_raised_at;
ALTER TABLE notice_line ADD CONSTRAINT uq_notice_line_alarm_id_duty_id_raised_at_turn UNIQUE (alarm_id, duty_id, raised_at, turn);
"""


def upgrade() -> None:
    op.execute(TURNS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
