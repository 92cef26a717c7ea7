"""One database behind a URL: an SQLite file by default, PostgreSQL for several machines."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from kinemotion_backend.waiting.cancellation import wait_to_end

BUSY_TIMEOUT_MS = 30_000
"""How long a writer waits for another one; SQLite has one writer at a time."""
SQLITE_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # what was answered with 202 survives a power cut
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
)
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """Connections to one database, for reading and for writing."""

    def __init__(self, url: str) -> None:
        self._url = parse_url(url)
        sqlite_options: dict[str, Any] = {"connect_args": {"factory": _SqliteConnection}}
        options: dict[str, Any] = sqlite_options if self.is_sqlite else {"pool_pre_ping": True}
        self.engine: AsyncEngine = create_async_engine(self._url, **options)
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is an SQLite file."""
        return self._url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """Open a transaction that writes: committed at the end, rolled back on an error."""
        async with self._connect() as connection:
            writing = await connection.execution_options(writes=True)
            async with writing.begin():
                yield writing

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """Open a transaction that only reads; readers never wait for a writer."""
        async with self._connect() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def migrate(self) -> AsyncGenerator[AsyncConnection]:
        """Open a transaction that changes tables; a table that SQLite rebuilds must not take its dependants along."""
        async with self._connect() as connection:
            migrating = await connection.execution_options(writes=True, rebuilds_tables=True)
            async with migrating.begin():
                yield migrating
            await connection.invalidate()  # the next one checks references again

    async def check(self) -> None:
        """Ask the database for an answer; raises what the driver raises where there is none."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def _connect(self) -> AsyncGenerator[AsyncConnection]:
        connection = await self._open_connection()
        try:
            yield connection
        finally:
            await asyncio.shield(asyncio.create_task(connection.close()))

    async def _open_connection(self) -> AsyncConnection:
        """Take a connection; one that is cancelled meanwhile waits until it is open, and closes it.

        SQLAlchemy would lose a new connection whose set-up is interrupted: nobody would close it.
        """
        opening = asyncio.create_task(self.engine.connect().start())
        try:
            await wait_to_end(opening)
        except asyncio.CancelledError:
            if opening.exception() is None:
                await asyncio.shield(asyncio.create_task(opening.result().close()))
            raise
        return opening.result()


class _SqliteConnection(sqlite3.Connection):
    """A connection that is rolled back before it is closed.

    After a cancellation the traceback of the error still holds a cursor, and SQLite keeps the transaction of a closed
    connection open while there is one: a writer's lock would stay.
    """

    def close(self) -> None:
        """Roll back, then close."""
        if self.in_transaction:
            self.rollback()
        super().close()


def parse_url(url: str) -> URL:
    """Convert a common database URL to one with the driver that this service uses."""
    parsed = make_url(url)
    return parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  (the driver's own class is not public)
    """Set up a new SQLite connection; transactions are begun by us, so that a writer takes its lock at once."""
    connection.isolation_level = None
    cursor: sqlite3.Cursor = connection.cursor()
    for setting in SQLITE_SETTINGS:
        cursor.execute(setting)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; a writer that took its lock late could fail in the middle."""
    options = connection.get_execution_options()
    if options.get("rebuilds_tables"):
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
