"""The topology that `make up-local` has started, and a client that comes in through its edge."""

import ssl
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import httpx2
import psycopg
import pytest
from topology import Topology, read_topology

PATIENCE_S = 300.0
"""Far beyond what anything here takes, however busy the machine."""
Found = TypeVar("Found")


@pytest.fixture(scope="session")
def topology() -> Topology:
    """The running topology."""
    running = read_topology()
    if running is None:
        pytest.fail("Nothing runs: `make up-local` starts it.")
    return running


@pytest.fixture
def client(topology: Topology) -> Iterator[httpx2.Client]:
    """A client that trusts the edge's certificate and has a key."""
    headers = {"Authorization": f"Bearer {topology.key}"}
    trusted = ssl.create_default_context(cafile=topology.authority)
    with httpx2.Client(base_url=topology.url, headers=headers, verify=trusted, timeout=PATIENCE_S) as made:
        yield made


@pytest.fixture
def database(topology: Topology) -> Iterator[psycopg.Connection]:
    """A connection to the topology's PostgreSQL."""
    with psycopg.connect(topology.environment["DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def wait_until() -> Callable[[Callable[[], Found | None]], Found]:
    """A function that waits until another returns something, and returns that."""

    def wait(find: Callable[[], Found | None]) -> Found:
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            if found := find():
                return found
            time.sleep(0.05)
        pytest.fail("What was waited for did not happen.")

    return wait
