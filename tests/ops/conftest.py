"""Servers that the tests start, as the service's own tests do."""

from s3_server import s3_location, s3_server
from servers import postgres_server

__all__ = ["postgres_server", "s3_location", "s3_server"]
