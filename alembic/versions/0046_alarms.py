"""Alarms with their states, what became of them, who disabled them until when, and the signed rules by which they are judged.

Revision: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

KINDS = (
    "too_warm", "rising", "silent", "frozen", "disagreeing", "clock_drift", "wrong_time", "device_silent", "refused",
)  # fmt: skip
STATES = (
    "normal", "unacknowledged", "acknowledged", "returned_unacknowledged", "shelved", "suppressed_by_design", "out_of_service",
)  # fmt: skip
SILENCED = ("shelved", "suppressed_by_design", "out_of_service")
NEXT = {
    "normal": ("unacknowledged", *SILENCED),
    "unacknowledged": ("acknowledged", "returned_unacknowledged", *SILENCED),
    "acknowledged": ("normal", *SILENCED),
    "returned_unacknowledged": ("normal", "unacknowledged", *SILENCED),
    **{state: ("normal", "unacknowledged", *(other for other in SILENCED if other != state)) for state in SILENCED},
}

GUARDS = """
CALL audit.watch('alarm_setting');
CALL audit.freeze('alarm_setting');
CALL audit.watch('alarm');
CALL audit.watch('alarm_event');
CALL audit.freeze('alarm_event');
CALL audit.watch('alarm_disabling');

CREATE FUNCTION follow_alarm() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  act audit.act := audit.current_act();
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.closed_at IS NOT NULL THEN
      RAISE EXCEPTION 'a closed alarm stays as it was' USING ERRCODE = 'BB037';
    END IF;
    IF NEW.acknowledged_by IS DISTINCT FROM OLD.acknowledged_by AND NEW.acknowledged_by IS NOT NULL
       AND (NEW.acknowledged_by <> act.actor_id OR session_user = 'biobank_worker') THEN
      RAISE EXCEPTION 'whoever acknowledges an alarm does so in person' USING ERRCODE = 'BB037';
    END IF;
    IF session_user = 'biobank_facility' AND NEW.state <> OLD.state
       AND NOT (NEW.state = 'acknowledged' OR OLD.state = 'returned_unacknowledged' AND NEW.state = 'normal') THEN
      RAISE EXCEPTION 'people acknowledge alarms; whether one stands is for the worker to see' USING ERRCODE = 'BB037';
    END IF;
  END IF;
  IF TG_OP = 'INSERT' OR NEW.state <> OLD.state THEN
    INSERT INTO public.alarm_event (id, alarm_id, became, at, person_id)
    VALUES (gen_random_uuid(), NEW.id, NEW.state, act.recorded_at, act.actor_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER follow AFTER INSERT OR UPDATE ON alarm FOR EACH ROW EXECUTE FUNCTION follow_alarm();

CREATE FUNCTION refuse_other_disabling() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  act audit.act := audit.current_act();
BEGIN
  IF TG_OP = 'INSERT' AND (NEW.disabled_by <> act.actor_id OR NEW.disabled_at <> act.recorded_at OR NEW.rearmed_at IS NOT NULL)
     OR TG_OP = 'UPDATE' AND (OLD.rearmed_at IS NOT NULL OR NEW.rearmed_by IS DISTINCT FROM act.actor_id) THEN
    RAISE EXCEPTION 'whoever disables or arms alarms does so in person, and once' USING ERRCODE = 'BB037';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER in_person BEFORE INSERT OR UPDATE ON alarm_disabling FOR EACH ROW EXECUTE FUNCTION refuse_other_disabling();

GRANT SELECT ON alarm, alarm_event, alarm_setting, alarm_disabling TO biobank_facility, biobank_worker;
GRANT INSERT ON alarm TO biobank_worker;
GRANT UPDATE (state, words, raised_at, returned_at, acknowledged_at, acknowledged_by, closed_at, cause_id) ON alarm TO biobank_worker;
GRANT UPDATE (state, acknowledged_at, acknowledged_by, closed_at) ON alarm TO biobank_facility;
GRANT INSERT ON alarm_setting, alarm_disabling TO biobank_facility;
GRANT UPDATE (rearmed_at, rearmed_by) ON alarm_disabling TO biobank_facility;
GRANT SELECT (site, last_at) ON refused_message TO biobank_worker;
"""


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _check(table: str, name: str, what: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(what, name=op.f(f"ck_{table}_{name}"))


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _settings() -> None:
    seconds = ("silence_s", "frozen_s", "rise_s", "drift_s", "delay_s")
    op.create_table(
        "alarm_setting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_setting")),
        sa.Column("freezer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in seconds),
        sa.Column("rise_c", sa.Numeric(6, 2), nullable=False),
        sa.Column("disagreement_c", sa.Numeric(6, 2), nullable=False),
        _time("set_at"),
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        _check("alarm_setting", "number", "number > 0"),
        _check(
            "alarm_setting",
            "seconds",
            "silence_s BETWEEN 10 AND 86400 AND frozen_s BETWEEN 60 AND 604800 AND rise_s BETWEEN 10 AND 86400"
            " AND drift_s BETWEEN 1 AND 86400 AND delay_s BETWEEN 0 AND 86400",
        ),
        _check("alarm_setting", "degrees", "rise_c BETWEEN 0.1 AND 250 AND disagreement_c BETWEEN 0.1 AND 250"),
        _to("alarm_setting", "freezer_id", "freezer"),
        _to("alarm_setting", "signature_id", "signature"),
        sa.UniqueConstraint("freezer_id", "number", name=op.f("uq_alarm_setting_freezer_id_number")),
        sa.UniqueConstraint("signature_id", name=op.f("uq_alarm_setting_signature_id")),
    )


def _alarms() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("freezer_id", sa.Uuid(), nullable=True),
        sa.Column("facility_code", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("delay_s", sa.Integer(), nullable=False),
        _time("began_at"),
        *(_time(name, nullable=True) for name in ("raised_at", "returned_at", "acknowledged_at")),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        _time("closed_at", nullable=True),
        sa.Column("cause_id", sa.Uuid(), nullable=True),
        _check("alarm", "kind", f"kind IN {KINDS}"),
        _check("alarm", "state", f"state IN {STATES}"),
        _check("alarm", "closed", "closed_at IS NULL OR state = 'normal'"),
        _check("alarm", "acknowledgement", "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)"),
        _check("alarm", "acknowledged", "state <> 'acknowledged' OR acknowledged_by IS NOT NULL"),
        _check("alarm", "raised", f"state IN {('normal', *SILENCED)} OR raised_at IS NOT NULL"),
        _check("alarm", "delay_s", "delay_s >= 0"),
        _to("alarm", "freezer_id", "freezer"),
        _to("alarm", "acknowledged_by", "person"),
        _to("alarm", "cause_id", "alarm"),
        sa.UniqueConstraint("number", name=op.f("uq_alarm_number")),
    )
    open_one = sa.text("closed_at IS NULL")
    op.create_index(op.f("uq_alarm_open"), "alarm", ["kind", "subject"], unique=True, postgresql_where=open_one)
    op.create_index(op.f("ix_alarm_freezer_id"), "alarm", ["freezer_id", "began_at"])
    op.create_table(
        "alarm_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_event")),
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column("became", sa.String(), nullable=False),
        _time("at"),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _check("alarm_event", "became", f"became IN {STATES}"),
        _to("alarm_event", "alarm_id", "alarm"),
        _to("alarm_event", "person_id", "person"),
    )
    op.create_index(op.f("ix_alarm_event_alarm_id"), "alarm_event", ["alarm_id", "at"])
    steps = ", ".join(f"'{one}>{after}'" for one, following in NEXT.items() for after in following)
    op.execute(
        "CREATE TRIGGER next_state BEFORE UPDATE OF state ON alarm FOR EACH ROW"
        f" WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_other_state({steps})"
    )


def _disabling() -> None:
    op.create_table(
        "alarm_disabling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_disabling")),
        sa.Column("freezer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("disabled_by", sa.Uuid(), nullable=False),
        _time("disabled_at"),
        _time("until_at"),
        _time("rearmed_at", nullable=True),
        sa.Column("rearmed_by", sa.Uuid(), nullable=True),
        _check("alarm_disabling", "kind", f"kind IN {KINDS}"),
        _check("alarm_disabling", "how", "how IN ('shelved', 'out_of_service')"),
        _check("alarm_disabling", "until", "until_at > disabled_at AND until_at <= disabled_at + interval '31 days'"),
        _check("alarm_disabling", "reason", "length(btrim(reason)) >= 5"),
        _check("alarm_disabling", "rearmed", "(rearmed_at IS NULL) = (rearmed_by IS NULL)"),
        _to("alarm_disabling", "freezer_id", "freezer"),
        _to("alarm_disabling", "disabled_by", "person"),
        _to("alarm_disabling", "rearmed_by", "person"),
    )
    op.create_index(op.f("ix_alarm_disabling_freezer_id"), "alarm_disabling", ["freezer_id", "until_at"])


def upgrade() -> None:
    _settings()
    _alarms()
    _disabling()
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
