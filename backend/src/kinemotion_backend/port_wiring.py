"""Settings become the ports of the platform: database, files, queue and limits, embedded or shared."""

from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.blobs.object_store import FolderBlobStore, S3BlobStore, S3Location
from kinemotion_backend.jobs.base import JobQueue
from kinemotion_backend.jobs.data_folder import make_data_folder
from kinemotion_backend.jobs.embedded import EmbeddedQueue
from kinemotion_backend.limits.base import Limiter
from kinemotion_backend.limits.fallback import FallbackLimiter
from kinemotion_backend.limits.memory import MemoryLimiter
from kinemotion_backend.limits.redis_limiter import RedisLimiter
from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.records.base import Records
from kinemotion_backend.records.sql.database import Database
from kinemotion_backend.settings import Settings

RECORDS_FILE = "records.sqlite"
BLOBS_FOLDER = "files"


def is_embedded(settings: Settings) -> bool:
    """Whether everything is in one process and one folder."""
    return not settings.database_url


def open_database(settings: Settings) -> Database:
    """Open the database that the settings name, or a file in the data folder."""
    if settings.database_url:
        return Database(settings.database_url)
    make_data_folder(settings.data_dir)
    return Database(f"sqlite:///{settings.data_dir.absolute() / RECORDS_FILE}")


def open_blobs(settings: Settings) -> BlobStore:
    """Open the S3 store that the settings name, or a folder in the data folder."""
    if not settings.blob_url:
        return FolderBlobStore(settings.data_dir / BLOBS_FOLDER)
    location = S3Location(settings.blob_url, endpoint=settings.blob_endpoint, region=settings.blob_region)
    return S3BlobStore(location)


def open_limiter(settings: Settings, metrics: Metrics) -> Limiter:
    """Open the limiter that all instances share over Redis, or one in this process."""
    if not settings.redis_url:
        return MemoryLimiter()
    return FallbackLimiter(RedisLimiter(settings.redis_url), MemoryLimiter(), on_fallback=metrics.limiter_fallbacks.inc)


def make_queue(settings: Settings, records: Records) -> JobQueue:
    """Make the queue over PostgreSQL, or the one of this process."""
    if is_embedded(settings):
        return EmbeddedQueue(records, parallel=settings.max_analyses)
    from kinemotion_backend.jobs.postgres import ProcrastinateQueue  # noqa: PLC0415  (an extra: only where it is used)

    return ProcrastinateQueue(
        settings.database_url,
        parallel=settings.max_analyses,
        heartbeat_s=settings.lease_s / 3,
        stalled_s=settings.lease_s,
    )
