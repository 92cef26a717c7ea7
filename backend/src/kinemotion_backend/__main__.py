"""The command ``kinemotion-backend``."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import SettingsError

from kinemotion_backend import __version__, server
from kinemotion_backend.app import create_app
from kinemotion_backend.doctor import examine
from kinemotion_backend.errors import CannotStart, ServiceError
from kinemotion_backend.keys.callers import LOCAL_OWNER
from kinemotion_backend.keys.keyring import InvalidKeyRequest, KeyRequest
from kinemotion_backend.logging_config import configure_logging, escape_text
from kinemotion_backend.metrics.reference import write_reference
from kinemotion_backend.platform_wiring import create_key as create_api_key
from kinemotion_backend.platform_wiring import migrate as migrate_records
from kinemotion_backend.server import fit_open_files
from kinemotion_backend.settings import Settings, write_table
from kinemotion_backend.tiers import ENTERPRISE
from kinemotion_backend.wiring import make_analyzer
from kinemotion_backend.worker import run_worker

LOCK = Path("uv.lock")
DEPENDENT_DEFAULT = "default_factory_not_called"
"""Type of pydantic's error for a default that depends on an invalid value."""
INTERRUPTED = 130
"""Exit status after Ctrl-C while the service starts."""


def serve() -> int:
    """Start the service and run it until it is asked to end."""
    configured = Settings()
    configure_logging(configured)
    fitted = fit_open_files(configured)
    server.serve(create_app(fitted), fitted)
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


def create_key(options: argparse.Namespace) -> int:
    """Make an API key and print it: it is shown now and never again. See --name, --owner and --tier."""
    request = KeyRequest(name=options.name, owner=options.owner, tier=options.tier)
    print(asyncio.run(create_api_key(Settings(), request)))  # noqa: T201
    return 0


def openapi() -> int:
    """Print the API's description."""
    print(json.dumps(create_app(Settings()).openapi(), indent=2))  # noqa: T201
    return 0


def settings() -> int:
    """Print the settings as a Markdown table."""
    print(write_table(), end="")  # noqa: T201
    return 0


def metrics() -> int:
    """Print the metrics as a Markdown page."""
    print(write_reference(), end="")  # noqa: T201
    return 0


def doctor() -> int:
    """Check that the engine fits, and has the versions of uv.lock if this folder has one. Exit status 1 if not."""
    configured = Settings()
    configure_logging(configured)
    lock = LOCK.read_text("utf-8") if LOCK.is_file() else None
    findings = examine(lambda: make_analyzer(configured), lock=lock)
    for finding in findings:
        print(finding)  # noqa: T201
    return 0 if all(finding.is_good for finding in findings) else 1


CREATE_KEY = "create-key"
COMMANDS: dict[str, Callable[[], int]] = {
    "serve": serve,
    "worker": worker,
    "migrate": migrate,
    "doctor": doctor,
    "openapi": openapi,
    "settings": settings,
    "metrics": metrics,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one of the commands; ``serve`` where none is given."""
    commands = {**COMMANDS, CREATE_KEY: create_key}
    lines = "\n".join(f"  {name:10} {command.__doc__}" for name, command in commands.items())
    parser = argparse.ArgumentParser(
        prog="kinemotion-backend",
        description="The Kinemotion service.",
        epilog=f"commands:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", nargs="?", choices=commands, default="serve")
    parser.add_argument("--version", action="version", version=f"kinemotion-backend {__version__}")
    key = parser.add_argument_group("of create-key")
    key.add_argument("--name", default="command line", help="where the key is used (default: %(default)s)")
    key.add_argument("--owner", default=LOCAL_OWNER, help="account that it opens (default: %(default)s)")
    key.add_argument("--tier", default=ENTERPRISE, help="limits of the account (default: %(default)s)")
    open_closed_streams()
    options = parser.parse_args(arguments)
    try:
        sys.exit(create_key(options) if options.command == CREATE_KEY else COMMANDS[options.command]())
    except ValidationError as problem:
        faults = (
            ": ".join([*(str(part).upper() for part in fault["loc"]), fault["msg"]])
            for fault in problem.errors()
            if fault["type"] != DEPENDENT_DEFAULT
        )
        sys.exit(escape_text(f"The settings are not valid: {'; '.join(faults)}."))
    except SettingsError as problem:
        sys.exit(escape_text(f"The settings are not valid: {problem}."))
    except CannotStart as problem:
        sys.exit(escape_text(f"The service does not start: {_describe(problem)}"))
    except InvalidKeyRequest as problem:
        sys.exit(f"No key was made: {problem}")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def open_closed_streams() -> None:
    """Open the null device in place of each standard stream that is closed.

    Otherwise the next file that is opened takes its number, and what is written to standard error ends in it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))


def _describe(problem: CannotStart) -> str:
    """Return what happened, what to do, and the code, where the problem has them."""
    return f"{problem} {problem.hint} ({problem.code})" if isinstance(problem, ServiceError) else str(problem)


if __name__ == "__main__":
    main()
