"""Bring a database to the tables of this version, or back to an earlier one."""

from collections.abc import Callable
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from kinemotion_backend.errors import CannotStart, ServiceError
from kinemotion_backend.records.sql.database import Database

MIGRATION_LOCK = 7_264_001
"""PostgreSQL advisory lock: of several processes that start at once, one migrates and the others wait."""


class UnusableDatabase(CannotStart):
    """The database cannot be used; the message names no password."""


class NewerDatabase(ServiceError, UnusableDatabase):
    """A newer version of the service has changed the tables."""

    code = "database_newer"
    hint = "Start that version or a newer one, or restore the copy that was made before the update."


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table in the database is one that ``tables`` declares; Procrastinate brings its own."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


async def upgrade(database: Database, *, revision: str = "head") -> None:
    """Migrate up to the revision, in one transaction.

    Raises
    ------
    UnusableDatabase
        If the database does not answer or is damaged; as NewerDatabase if a newer version has changed it.
    """
    try:
        await _migrate(database, lambda config: command.upgrade(config, revision))
    except (DBAPIError, CommandError) as problem:
        if isinstance(problem, CommandError) and await _is_newer(database):
            raise NewerDatabase("A newer version of the service has changed the database.") from problem
        fault = problem.orig if isinstance(problem, DBAPIError) else problem
        raise UnusableDatabase(f"The database cannot be used: {' '.join(str(fault).split())}") from problem


async def downgrade(database: Database, *, revision: str) -> None:
    """Migrate down to the revision, in one transaction; ``base`` removes every table."""
    await _migrate(database, lambda config: command.downgrade(config, revision))


async def find_current_revision(database: Database) -> str | None:
    """Revision the database is at; None where it is empty."""
    async with database.read() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


def find_head_revision() -> str:
    """Newest revision of this version of the service."""
    head = ScriptDirectory.from_config(make_migration_config()).get_current_head()
    if head is None:
        raise RuntimeError("the package holds no migrations")
    return head


def make_migration_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, with the scripts of this package."""
    config = Config()
    config.set_main_option("script_location", str(files("kinemotion_backend.records") / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def _is_newer(database: Database) -> bool:
    """Whether the database is at a revision that this version does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(make_migration_config()).walk_revisions()}
    return await find_current_revision(database) not in {None, *known}


async def _migrate(database: Database, step: Callable[[Config], None]) -> None:
    async with database.migrate() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        await connection.run_sync(lambda sync: step(make_migration_config(sync)))
