"""One pool of connections per login."""

from threading import Lock

from sqlalchemy import URL, Engine, create_engine, make_url

from biobank.db.glances import Glances
from biobank.db.roles import Login


def login_url(database_url: str, login: str, password: str) -> URL:
    """The address of one login: server and database of ``database_url``, user and password of the login."""
    return make_url(database_url).set(drivername="postgresql+psycopg", username=login, password=password)


class Engines:
    """The engines of one process, made when first asked for.

    A pool is as large as the thread pool that draws on it and never overflows: a thread holds one connection at a time,
    so nobody waits for a connection while holding another.
    """

    def __init__(self, database_url: str, passwords: dict[str, str], pool_size: int = 40) -> None:
        self._database_url, self._passwords, self._pool_size = database_url, passwords, pool_size
        self._engines: dict[Login, Engine] = {}
        self._glances: dict[Login, Glances] = {}
        self._lock = Lock()

    def url(self, login: Login) -> URL:
        """Where ``login`` connects, with its password."""
        return login_url(self._database_url, login, self._passwords[login])

    def of(self, login: Login) -> Engine:
        """The engine of ``login``."""
        with self._lock:
            if login not in self._engines:
                self._engines[login] = create_engine(
                    self.url(login),
                    pool_size=self._pool_size,
                    max_overflow=0,
                    pool_timeout=20,
                    pool_use_lifo=True,
                    hide_parameters=True,
                    connect_args={"options": "-c timezone=UTC", "application_name": login.value},
                )
            return self._engines[login]

    def glances(self, login: Login) -> Glances:
        """What reads single statements as ``login``; only on the event loop, of which a process has one."""
        if login not in self._glances:
            self._glances[login] = Glances(self.url(login))
        return self._glances[login]

    async def close_glances(self) -> None:
        """Close every connection of the event loop."""
        for glances in self._glances.values():
            await glances.close()

    def dispose(self) -> None:
        """Close every connection of the pools."""
        for engine in self._engines.values():
            engine.dispose()
