"""Changes of what bears on records and on the trail itself are in the trail (EU GMP Annex 11, draft of 2025, 12.3)."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.act.tables import SettingChange


def note(acts: Acts, settings: Mapping[str, str]) -> int:
    """Write down which of these settings are others than when this was asked last; returns how many."""
    with acts.look(WORKER) as session:
        changed = [name for name, value in settings.items() if (known := newest(session, name)) is None or known.value != value]
    if changed:
        with acts.begin(WORKER, Kind.CHANGE_SETTINGS) as act:
            for name in changed:
                write_down(act, name, settings[name])
    return len(changed)


def write_down(act: Act, name: str, value: str) -> None:
    """Write down what ``name`` is set to from now on, where it was set otherwise."""
    known = newest(act.session, name)
    if known is not None and known.value == value:
        return
    number, was = (known.number + 1, known.value) if known else (1, None)
    act.add(SettingChange(id=act.new_id(), name=name, number=number, was=was, value=value, changed_at=act.recorded_at))


def newest(session: Session, name: str) -> SettingChange | None:
    """What a setting was set to last; None where it never was."""
    wanted = select(SettingChange).where(SettingChange.name == name).order_by(col(SettingChange.number).desc())
    return session.exec(wanted).first()
