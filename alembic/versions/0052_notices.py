"""Who is told of alarms, by which ways, and what went out.

Revision: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

WAYS = ("email", "webhook", "sms")

GUARDS = """
CREATE TRIGGER next_state BEFORE UPDATE OF state ON notice FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_other_state('queued>sent');
CALL audit.watch('contact');
CALL audit.watch('contact_way');
CALL audit.freeze('contact_way');
CALL audit.watch('duty');
CALL audit.freeze('duty');
CALL audit.watch('notice');
CALL audit.watch('notice_line');
CALL audit.freeze('notice_line');
CALL audit.watch('notice_attempt');
CALL audit.freeze('notice_attempt');

GRANT SELECT ON contact, contact_way, duty, notice, notice_line, notice_attempt TO biobank_facility, biobank_worker;
GRANT INSERT ON contact, contact_way, duty TO biobank_facility;
GRANT UPDATE (ended_at) ON contact TO biobank_facility;
GRANT INSERT ON notice, notice_line, notice_attempt TO biobank_worker;
GRANT UPDATE (state, due_at, tries, sent_at) ON notice TO biobank_worker;
"""


def _key(table: str) -> tuple[sa.Column[object], sa.PrimaryKeyConstraint]:
    return sa.Column("id", sa.Uuid(), nullable=False), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _to(table: str, other: str) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    column = sa.Column(f"{other}_id", sa.Uuid(), nullable=False)
    return column, sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id"))


def _check(table: str, name: str, what: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(what, name=op.f(f"ck_{table}_{name}"))


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _people() -> None:
    op.create_table(
        "contact",
        *_key("contact"),
        sa.Column("facility_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        _time("registered_at"),
        _time("ended_at", nullable=True),
        _check("contact", "ended_at", "ended_at >= registered_at"),
        sa.UniqueConstraint("facility_code", "name", name=op.f("uq_contact_facility_code_name")),
    )
    op.create_table(
        "contact_way",
        *_key("contact_way"),
        *_to("contact_way", "contact"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        _check("contact_way", "way", f"way IN {WAYS}"),
        _check("contact_way", "number", "number > 0"),
        sa.UniqueConstraint("contact_id", "number", name=op.f("uq_contact_way_contact_id_number")),
    )
    op.create_table(
        "duty",
        *_key("duty"),
        *_to("duty", "contact"),
        sa.Column("after_s", sa.Integer(), nullable=False),
        _time("starts_at"),
        _time("ends_at", nullable=True),
        _check("duty", "ends_at", "ends_at > starts_at"),
        _check("duty", "after_s", "after_s BETWEEN 0 AND 86400"),
    )
    op.create_index(op.f("ix_duty_contact_id"), "duty", ["contact_id"])


def _notices() -> None:
    op.create_table(
        "notice",
        *_key("notice"),
        *_to("notice", "contact"),
        sa.Column("state", sa.String(), nullable=False),
        _time("made_at"),
        _time("due_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        _time("sent_at", nullable=True),
        _check("notice", "state", "state IN ('queued', 'sent')"),
        _check("notice", "sent", "(state = 'sent') = (sent_at IS NOT NULL)"),
        _check("notice", "tries", "tries >= 0"),
    )
    queued = sa.text("state = 'queued'")
    op.create_index(op.f("ix_notice_queued"), "notice", ["due_at"], postgresql_where=queued)
    op.create_table(
        "notice_line",
        *_key("notice_line"),
        *_to("notice_line", "notice"),
        *_to("notice_line", "alarm"),
        *_to("notice_line", "duty"),
        _time("raised_at"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.UniqueConstraint("alarm_id", "duty_id", "raised_at", name=op.f("uq_notice_line_alarm_id_duty_id_raised_at")),
    )
    op.create_index(op.f("ix_notice_line_notice_id"), "notice_line", ["notice_id"])
    op.create_table(
        "notice_attempt",
        *_key("notice_attempt"),
        *_to("notice_attempt", "notice"),
        sa.Column("way", sa.String(), nullable=False),
        _time("at"),
        sa.Column("trouble", sa.Text(), nullable=True),
        _check("notice_attempt", "way", f"way IN {WAYS}"),
    )
    op.create_index(op.f("ix_notice_attempt_notice_id"), "notice_attempt", ["notice_id"])


def upgrade() -> None:
    _people()
    _notices()
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
