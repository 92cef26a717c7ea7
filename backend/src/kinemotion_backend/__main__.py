"""The command ``kinemotion-backend``."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from pydantic import ValidationError

from kinemotion_backend import __version__
from kinemotion_backend.api.connections import bounded_connections
from kinemotion_backend.app import create_app
from kinemotion_backend.doctor import examine
from kinemotion_backend.errors import EngineUnusable
from kinemotion_backend.logging_config import configure_logging
from kinemotion_backend.platform_wiring import migrate as migrate_records
from kinemotion_backend.settings import Settings, write_table
from kinemotion_backend.wiring import make_analyzer
from kinemotion_backend.worker import run_worker
from kinemotion_backend.workspace import UnusableWorkFolder, open_workspace

LOCK = Path("uv.lock")
BACKLOG = 128
"""Connections taken at one go; together with the open ones they must not use up the descriptors."""


def serve() -> int:
    """Start the service and run it until it is asked to end."""
    settings = Settings()
    configure_logging(settings)
    # What cannot work is said here in one line; in the server it would be a trace.
    make_analyzer(settings)
    with open_workspace(settings.work_dir):
        pass
    uvicorn.run(
        create_app(settings),
        host=settings.bind_host,
        port=settings.bind_port,
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        http=bounded_connections(most=settings.max_connections, patience_s=settings.upload_idle_s),
        timeout_graceful_shutdown=settings.shutdown_s,
    )
    return 0


def worker() -> int:
    """Run analyses for the services that share the database, until asked to end."""
    settings = Settings()
    configure_logging(settings)
    asyncio.run(run_worker(settings))
    return 0


def migrate() -> int:
    """Bring the database to the tables of this version; serve and worker do so themselves when they start."""
    settings = Settings()
    configure_logging(settings)
    asyncio.run(migrate_records(settings))
    return 0


def openapi() -> int:
    """Print the API's description."""
    print(json.dumps(create_app(Settings()).openapi(), indent=2))  # noqa: T201
    return 0


def settings() -> int:
    """Print the settings as a Markdown table."""
    print(write_table(), end="")  # noqa: T201
    return 0


def doctor() -> int:
    """Tell whether the engine fits; look at the lock file where this folder has one. 1 where something does not."""
    configured = Settings()
    configure_logging(configured)
    lock = LOCK.read_text("utf-8") if LOCK.is_file() else None
    findings = examine(lambda: make_analyzer(configured), lock=lock)
    for finding in findings:
        print(finding)  # noqa: T201
    return 0 if all(finding.is_good for finding in findings) else 1


COMMANDS: dict[str, Callable[[], int]] = {
    "serve": serve,
    "worker": worker,
    "migrate": migrate,
    "doctor": doctor,
    "openapi": openapi,
    "settings": settings,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one of the commands; ``serve`` where none is given."""
    told = "\n".join(f"  {name:9} {command.__doc__}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="kinemotion-backend",
        description="The Kinemotion service.",
        epilog=f"commands:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", nargs="?", choices=COMMANDS, default="serve")
    parser.add_argument("--version", action="version", version=f"kinemotion-backend {__version__}")
    try:
        sys.exit(COMMANDS[parser.parse_args(arguments).command]())
    except ValidationError as problem:
        faults = (
            ": ".join([*(str(part).upper() for part in fault["loc"]), fault["msg"]]) for fault in problem.errors()
        )
        sys.exit(f"The settings are not valid: {'; '.join(faults)}.")
    except (EngineUnusable, UnusableWorkFolder) as problem:
        sys.exit(f"The service does not start: {problem}")


if __name__ == "__main__":
    main()
