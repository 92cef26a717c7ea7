"""The command ``kinemotion-backend``."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence

import uvicorn
from pydantic import ValidationError

from kinemotion_backend.app import create_app
from kinemotion_backend.logs import configure_logs
from kinemotion_backend.settings import Settings, table

SHUTDOWN_S = 10
"""How long running requests may take to end when the service is asked to."""


def serve() -> int:
    """Start the service and run it until it is asked to end."""
    settings = Settings()
    configure_logs(settings)
    uvicorn.run(
        create_app(settings),
        host=settings.bind_host,
        port=settings.bind_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    return 0


def openapi() -> int:
    """Print the API's description."""
    print(json.dumps(create_app(Settings()).openapi(), indent=2))  # noqa: T201
    return 0


def settings() -> int:
    """Print the settings as a Markdown table."""
    print(table(), end="")  # noqa: T201
    return 0


COMMANDS: dict[str, Callable[[], int]] = {"serve": serve, "openapi": openapi, "settings": settings}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one of the commands; ``serve`` where none is given."""
    parser = argparse.ArgumentParser(prog="kinemotion-backend", description="The Kinemotion service.")
    parser.add_argument("command", nargs="?", choices=COMMANDS, default="serve")
    try:
        sys.exit(COMMANDS[parser.parse_args(arguments).command]())
    except ValidationError as problem:
        sys.exit(f"The settings are not valid: {problem}")


if __name__ == "__main__":
    main()
