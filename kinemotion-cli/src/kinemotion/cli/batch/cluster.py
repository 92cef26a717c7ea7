"""Work on the workers of a Dask cluster: the same outcomes in the same order as on this machine.

A worker reads the clip at its path where it sees it, else from bytes that are sent along. What it writes comes back as
bytes and is written here: a worker that dies leaves nothing half written, and Dask runs its clips on another one.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from socket import create_connection
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from kinemotion.cli.batch.pool import TICK_S, Lost
from kinemotion.cli.execute import Order
from kinemotion.cli.outputs import Target
from kinemotion.errors import InternalProblem, UsageProblem
from kinemotion.messages import Message
from kinemotion.report.files import atomic
from kinemotion.video.container import compute_sha256

Outcome = TypeVar("Outcome")

_CONNECT_S = 10.0
"""Engineering limit: a scheduler that does not answer for this long is not there."""
_WITHOUT_WORKERS_S = 60.0
"""Engineering limit: a cluster without workers for this long has stopped."""
_AHEAD = 2
"""Clips at a cluster for each that can run there: the next one waits at its worker."""
_WORKERS_HINT = Message(
    "start_workers", "Start workers with `dask worker ADDRESS`, where this kinemotion is installed."
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One order on its way to a worker."""

    order: Order
    clip: Path
    """Absolute path of the clip."""
    content: bytes | None
    """The clip itself where a worker does not find it at its path."""


@dataclass(frozen=True, slots=True)
class Delivery(Generic[Outcome]):
    """What came back from a worker."""

    outcome: Outcome
    files: Sequence[tuple[Path, bytes]]
    """What is to be written where."""

    def write(self) -> None:
        """Write the files, each whole or not at all.

        Raises
        ------
        OutputProblem
            If one cannot be written.
        """
        for path, content in self.files:
            with atomic(path) as beside:
                beside.write_bytes(content)


@dataclass(frozen=True, slots=True)
class ClusterPool(Generic[Outcome]):
    """A function that carries out orders, and the cluster whose workers run it."""

    work: Callable[[Order, Callable[[float], None]], Outcome]
    address: str
    """Of the Dask scheduler, such as tcp://10.0.0.5:8786."""
    done: Callable[[float], None]
    """Called at least once a second with the number of finished orders."""

    def outcomes(self, orders: Sequence[Order]) -> Generator[Delivery[Outcome] | Lost]:
        """What the work makes of each order, in their order; closing it cancels what waits.

        Raises
        ------
        UsageProblem
            If the cluster cannot be reached, has no workers, or they have another version of kinemotion.
        """
        client = _connect(self.address)
        waiting, running, ended = deque(enumerate(orders)), dict[Any, int](), dict[int, Any]()
        alive_s, yielded = monotonic(), 0
        try:
            while yielded < len(orders):
                slots = sum(client.nthreads().values())
                alive_s = monotonic() if slots else alive_s
                if monotonic() - alive_s > _WITHOUT_WORKERS_S:
                    raise _make_no_workers_error()
                while waiting and len(running) < slots * _AHEAD:
                    place, order = waiting.popleft()
                    running[_submit(client, order, work=self.work)] = place
                for future in _wait(running):
                    ended[running.pop(future)] = _take(future)
                self.done(yielded + len(ended))
                while yielded in ended:
                    yield ended.pop(yielded)
                    yielded += 1
        finally:
            client.cancel(list(running))
            client.close()


def _connect(address: str) -> Any:  # noqa: ANN401  (untyped library)
    """Connect to the scheduler, and check that its workers can do the work."""
    try:
        distributed = import_module("distributed")
    except ModuleNotFoundError as error:
        raise UsageProblem(
            Message("cluster_library_missing", "A cluster needs the library distributed, which is not installed."),
            hint=Message(
                "install_extra",
                "Install the extra {extra!r} of kinemotion. `kinemotion doctor` prints the command.",
                extra="cluster",
            ),
        ) from error
    try:
        _check_address(address)
        client = distributed.Client(address, timeout=_CONNECT_S)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageProblem(
            Message("cluster_unreachable", "No Dask scheduler answers at {address}.", address=address),
            hint=Message("give_scheduler", "Start one with `dask scheduler`, and give the address that it prints."),
        ) from error
    try:
        _check_workers(client)
    except BaseException:
        client.close()
        raise
    return client


def _check_address(address: str) -> None:
    """Check that something listens there: Dask prints traces of its own where nothing does.

    Raises
    ------
    OSError, ValueError
        If nothing listens there, or the text is no address.
    """
    place = urlsplit(address)
    with create_connection((place.hostname or "", place.port or 0), timeout=_CONNECT_S):
        return


def _check_workers(client: Any) -> None:  # noqa: ANN401  (untyped library)
    try:
        versions = set(client.run(version, "kinemotion").values())
    except Exception as error:  # whatever a worker raises where the package is missing
        raise _make_version_error() from error
    if not versions:
        raise _make_no_workers_error()
    if versions != {version("kinemotion")}:
        raise _make_version_error()


def _make_no_workers_error() -> UsageProblem:
    return UsageProblem(Message("cluster_without_workers", "The cluster has no workers."), hint=_WORKERS_HINT)


def _make_version_error() -> UsageProblem:
    message = Message("cluster_other_version", "The workers of the cluster do not have this version of kinemotion.")
    return UsageProblem(message, hint=_WORKERS_HINT)


def _submit(client: Any, order: Order, *, work: Callable[..., Any]) -> Any:  # noqa: ANN401  (untyped library)
    """Send one order to the cluster; return its future."""
    clip = order.request.path.absolute()
    content: bytes | None = None
    with suppress(OSError):  # a clip that cannot be read here fails there, and says why
        seen = client.run(_see, clip, compute_sha256(clip), on_error="ignore").values()
        content = None if seen and all(seen) else clip.read_bytes()
    return client.submit(deliver, work, Parcel(order, clip, content), pure=False)


def _see(clip: Path, digest: str) -> bool:
    """Return whether a worker finds the same clip at that path."""
    try:
        return compute_sha256(clip) == digest
    except OSError:
        return False


def _wait(running: dict[Any, int]) -> Sequence[Any]:
    """Return the futures that are over, after a second at most."""
    distributed = import_module("distributed")
    with suppress(TimeoutError):
        distributed.wait(list(running), timeout=TICK_S, return_when="FIRST_COMPLETED")
    return [future for future in running if future.done()]


def _take(future: Any) -> Any:  # noqa: ANN401  (untyped library)
    """Return what a worker delivered; what is left of an order under which several workers died."""
    error = future.exception()
    if error is None:
        return future.result()
    if type(error).__name__ == "KilledWorker":
        return Lost(None)
    raise InternalProblem.of(error) from error


def deliver(work: Callable[..., Any], parcel: Parcel) -> Delivery[Any]:
    """Carry out one order on a worker, in a folder of its own; the document travels in the outcome."""
    with TemporaryDirectory(prefix="kinemotion-") as name:
        folder, order = Path(name), parcel.order
        clip = parcel.clip
        if parcel.content is not None:
            clip = folder / clip.name
            clip.write_bytes(parcel.content)
        (folder / "outputs").mkdir()
        moved = [
            Target(target.output, folder / "outputs" / f"{place}{target.path.suffix}")
            for place, target in enumerate(order.outputs.targets)
        ]
        outputs = replace(order.outputs, documents=(), targets=tuple(moved))
        outcome = work(replace(order, request=replace(order.request, path=clip), outputs=outputs), _tell_nobody)
        pairs = zip(order.outputs.targets, moved, strict=True)
        written = [(target.path, here.path.read_bytes()) for target, here in pairs if here.path.exists()]
        return Delivery(outcome, written)


def _tell_nobody(_share: float) -> None:
    """Progress within a clip stays with its worker."""
