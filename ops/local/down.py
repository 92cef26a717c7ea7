"""End what ``make up-local`` started: its supervisor ends its own processes, then the folder is removed."""

import shutil
import sys
from contextlib import suppress

import psutil
from topology import STATE, Topology, read_topology

PATIENCE_S = 60.0


def stop(topology: Topology) -> None:
    """End the supervisor, which ends what it keeps running, and remove the folder."""
    with suppress(FileNotFoundError, psutil.NoSuchProcess):
        supervisor = psutil.Process(int((topology.folder / "supervisord.pid").read_text("utf-8")))
        topology.control("shutdown")
        supervisor.wait(PATIENCE_S)
    shutil.rmtree(topology.folder, ignore_errors=True)
    STATE.unlink(missing_ok=True)


def main() -> int:
    """End the topology that is running."""
    topology = read_topology()
    if topology is None:
        print("Nothing runs.")  # noqa: T201
        return 0
    stop(topology)
    print("Ended.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
