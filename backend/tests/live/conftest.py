"""A service with live streams, in front of the stand-in engine."""

from collections.abc import Iterator

import pytest
from stand_in import Server, install_stub, running_server


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service that all tests of a module use."""
    folder = tmp_path_factory.mktemp("live")
    with running_server(
        folder,
        engine=install_stub(folder / "engine"),
        STREAM_ENGINES="2",
        STREAM_RESUME_S="600",
        STREAM_IDLE_S="600",
        MAX_CONNECTIONS_A_CLIENT="400",
    ) as running:
        yield running
