"""The records' port over SQLAlchemy: one class for SQLite and PostgreSQL."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy.exc import DataError, InterfaceError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.base import Records, RecordsUnavailable, Transaction, UnstorableValue
from kinemotion_backend.records.sql.analyses import SqlAnalysisRepository
from kinemotion_backend.records.sql.database import Database
from kinemotion_backend.records.sql.events import SqlAuditRepository, SqlEventRepository
from kinemotion_backend.records.sql.jobs import SqlJobRepository
from kinemotion_backend.records.sql.keys import SqlKeyRepository, SqlUsageRepository
from kinemotion_backend.records.sql.people import SqlAthleteRepository, SqlSessionRepository, SqlTeamRepository
from kinemotion_backend.records.sql.share_links import SqlShareLinkRepository
from kinemotion_backend.records.sql.uploads import SqlReferenceRepository, SqlUploadRepository
from kinemotion_backend.records.sql.webhooks import SqlDeliveryRepository, SqlWebhookRepository


class SqlRecords(Records):
    """Records in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[Transaction]:
        """Open a transaction that writes: committed at the end, rolled back on an error."""
        with _report_problems():
            async with self._database.write() as connection:
                yield _open_transaction(connection)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Transaction]:
        """Open a transaction that only reads."""
        with _report_problems():
            async with self._database.read() as connection:
                yield _open_transaction(connection)

    async def check(self) -> None:
        """Raise RecordsUnavailable where the database does not answer."""
        with _report_problems():
            await self._database.check()

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()


def _open_transaction(connection: AsyncConnection) -> Transaction:
    async def get_driver_connection() -> object:
        return (await connection.get_raw_connection()).driver_connection

    return Transaction(
        analyses=SqlAnalysisRepository(connection),
        athletes=SqlAthleteRepository(connection),
        teams=SqlTeamRepository(connection),
        sessions=SqlSessionRepository(connection),
        events=SqlEventRepository(connection),
        jobs=SqlJobRepository(connection),
        audit=SqlAuditRepository(connection),
        keys=SqlKeyRepository(connection),
        share_links=SqlShareLinkRepository(connection),
        usage=SqlUsageRepository(connection),
        uploads=SqlUploadRepository(connection),
        references=SqlReferenceRepository(connection),
        webhooks=SqlWebhookRepository(connection),
        deliveries=SqlDeliveryRepository(connection),
        get_driver_connection=get_driver_connection,
    )


@contextmanager
def _report_problems() -> Generator[None]:
    """Convert the driver's errors about a database that is away, and about what it cannot keep, to ours."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise RecordsUnavailable("The database does not answer.") from error
    except DataError as error:
        raise UnstorableValue("A value of the request cannot be stored.") from error
    except StatementError as error:
        if isinstance(error.orig, OverflowError):  # a time before or after all that there are in UTC
            raise UnstorableValue("A time of the request cannot be stored.") from error
        raise
