"""Ask the service of this container whether it is alive: on its own port, or on that of a worker."""

import os
import sys
import urllib.request


def find_url() -> str:
    """Return the address that tells whether this container is alive."""
    if os.environ.get("METRICS_PORT", "0") != "0":
        return f"http://127.0.0.1:{os.environ['METRICS_PORT']}/health"
    port = os.environ.get("BIND_PORT") or os.environ.get("PORT") or "8080"
    return f"http://127.0.0.1:{port}/health"


if __name__ == "__main__":
    try:
        urllib.request.urlopen(find_url(), timeout=3).close()  # noqa: S310  (our own address)
    except OSError as problem:
        sys.exit(f"not alive: {problem}")
