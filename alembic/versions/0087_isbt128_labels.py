"""Labels of ISBT 128: their symbol says the number of a donation first, and no other profile's does; read back is all of it, or
the number that people type.

Revision: 0087
"""

from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

READ_BACK = r"""
read_back = payload OR CASE profile
  WHEN 'GS1' THEN read_back = split_part(payload, '(21)', 2)
  WHEN 'ISBT128' THEN left(read_back, -1) = substring(payload FROM '=(.{5}[0-9]{8})[0-9]{2}')
                                            || COALESCE(upper(substring(payload FROM '=<.{6}([A-Z][0a-z])')), '')
  ELSE false END
"""


def upgrade() -> None:
    op.drop_constraint(op.f("ck_label_print_read_back"), "label_print")
    op.create_check_constraint(op.f("ck_label_print_read_back"), "label_print", READ_BACK)
    of_a_donation = "(profile = 'ISBT128') = (payload ~ '^(=[+][0-9]{2}[0-9A-Z]{3})?=[A-NP-Z1-9][0-9A-NP-Z]{2}[0-9]{12}')"
    op.create_check_constraint(op.f("ck_label_print_isbt128"), "label_print", of_a_donation)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
