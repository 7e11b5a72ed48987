"""What begins acts in an installation, made from its settings: the API, the worker and every command begin here."""

from datetime import timedelta

from sqlalchemy import Engine, text

from biobank.act.acts import Acts
from biobank.act.randomness import Randomness
from biobank.clock import Clock, SimulatedClock, SystemClock
from biobank.db.engines import Engines
from biobank.db.roles import Login
from biobank.settings import Settings


class NotADemonstration(RuntimeError):
    """A simulated clock was set for a database that is not marked as a demonstration."""


def acts_of(settings: Settings, clock: Clock | None = None) -> Acts:
    """What begins acts in this installation, by the settings' clock or the one given. Raises NotADemonstration."""
    engines = Engines(settings.database_url, settings.secrets, settings.pool_size)
    randomness = Randomness(bytes.fromhex(settings.secrets["instance_key"]))
    late_after = timedelta(minutes=settings.late_after_minutes)
    clock = clock or clock_of(settings, engines.of(Login.DESK))
    labels = (settings.site_prefix, settings.label_language, settings.label_contacts, settings.gs1_items)
    printed = (settings.isbt128, settings.label_cartons, settings.labels_left_out)
    return Acts(engines, clock, randomness, late_after, *labels, *printed)


def clock_of(settings: Settings, engine: Engine) -> Clock:
    """The clock that the settings name, for a process that writes by way of ``engine``. Raises NotADemonstration."""
    if settings.clock == "simulated":
        with engine.connect() as db:
            if not db.execute(text("SELECT demonstration FROM instance")).scalar_one():
                raise NotADemonstration("a simulated clock is for a database marked as demonstration only")
    return clock_named(settings)


def clock_named(settings: Settings) -> Clock:
    """The same for a process without a database."""
    return SimulatedClock(settings.clock_file) if settings.clock == "simulated" else SystemClock()
