"""What one analysis is asked to write: made once from the command line, checked before the work, written after it."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from kinemotion.api import Request, open_clip
from kinemotion.cli.command import STDOUT
from kinemotion.cli.documents import DOCUMENT, check_distinct, is_same_file, write_document
from kinemotion.cli.environment import Environment
from kinemotion.cli.failures import try_to_write
from kinemotion.errors import OutputProblem, UsageProblem
from kinemotion.messages import Message
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Report
from kinemotion.movements import registry
from kinemotion.pose.recorded import write_poses
from kinemotion.reconstruct.scale import can_have_scale
from kinemotion.report.base import GIVE_HEIGHT, Encoder, Finished, Writer
from kinemotion.report.files import atomic, check_target
from kinemotion.video import encode

WRITERS: Mapping[str, str] = {
    "overlay": "kinemotion.report.overlay.writer:OVERLAY",
    "page": "kinemotion.report.page.writer:PAGE",
    "plots": "kinemotion.report.figures.writer:PLOTS",
    "table": "kinemotion.report.exchange.writers:TABLE",
    "trajectories": "kinemotion.report.exchange.writers:TRAJECTORIES",
    "exchange": "kinemotion.report.exchange.writers:EXCHANGE",
}
"""Where the writer of each parameter is declared; it is imported when its output is asked for."""

POSES: Mapping[str, bytes] = {".npz": b"ground.npy"}
"""By extension: what marks saved poses as written here."""

NEEDS_MOTION = frozenset(WRITERS) - {"table"}
"""Outputs that need the motion of the trials; the others are made from the document."""

NEEDS_PICTURES = frozenset({"overlay", "page"})
"""Outputs that decode the clip once more."""
NEEDS_SEEN = NEEDS_PICTURES | {"plots"}
"""Outputs that show what was seen in the frames of a clip without a result."""
WRITTEN_WITHOUT_RESULT = frozenset({"overlay", "page", "plots", "table"})
"""Outputs that say something of a clip without a result."""


@dataclass(frozen=True, slots=True)
class Target:
    """One output beside the document."""

    output: str
    """Name of the parameter that asked for it."""
    path: Path

    @property
    def writer(self) -> Writer:
        """The writer of that output."""
        module, _, attribute = WRITERS[self.output].partition(":")
        return getattr(import_module(module), attribute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """Everything that one analysis writes."""

    documents: tuple[str, ...] = ()
    """Paths of the JSON document; ``-`` is standard output."""
    lines: bool = False
    """Whether trials go to standard output as JSON lines."""
    targets: tuple[Target, ...] = ()
    poses: tuple[Path, ...] = ()
    """Paths of the points found in every frame."""
    lang: str = "en"
    verbose: bool = False

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Make them from the values of a movement's command."""
        return cls(
            documents=tuple(values["json"]),
            lines=values["jsonl"],
            targets=tuple(Target(name, path) for name in WRITERS for path in values[name]),
            poses=tuple(values["poses"]),
            lang=values["lang"],
            verbose=values["verbose"],
        )

    @property
    def needs_motion(self) -> bool:
        """Whether an output needs the motion that the trials were measured from."""
        return any(target.output in NEEDS_MOTION for target in self.targets)

    @property
    def files(self) -> tuple[Path, ...]:
        """Paths of the documents that are files."""
        return tuple(Path(target) for target in self.documents if target != STDOUT)

    @property
    def passes(self) -> int:
        """How often the clip is decoded: once to measure it, and once for each output that draws on its pictures."""
        return 1 + sum(target.output in NEEDS_PICTURES for target in self.targets)

    def check(self, request: Request) -> None:
        """Check, before the work, that everything can be written.

        Raises
        ------
        UsageProblem, OutputProblem
            If an extension is unknown, a library is missing, or a path cannot be written, is an input, holds a file
            that is none of our outputs, or is asked for twice; or if the clip cannot give the metres of a file.
        """
        if self.lines and STDOUT in self.documents:
            raise UsageProblem(
                Message("two_on_stdout", "--jsonl and --json - both write to standard output."),
                hint=Message("give_json_file", "Give --json a file."),
            )
        paths = [*self.files, *self.poses, *(target.path for target in self.targets)]
        if any(is_same_file(path, request.path) for path in paths):
            raise OutputProblem(
                Message("result_over_video", "The result would overwrite the video."),
                hint=Message("choose_other_name", "Choose another name."),
            )
        recorded = request.settings.estimator.removeprefix("recorded:")
        if any(is_same_file(path, recorded) for path in self.poses):
            raise OutputProblem(
                Message("output_over_input", "The output would overwrite an input."),
                hint=Message("choose_other_name", "Choose another name."),
            )
        check_distinct(paths)
        for path in self.files:
            check_target(path, DOCUMENT)
        for path in self.poses:
            check_target(path, POSES)
        for target in self.targets:
            target.writer.check(target.path)
            _check_metres(target, request)

    @property
    def needs_seen(self) -> bool:
        """Whether an output needs what was seen in the frames."""
        return bool(self.poses) or any(target.output in NEEDS_SEEN for target in self.targets)

    def write(
        self, report: Report, *, request: Request, on_frame: Callable[[], None], seen: Sequence[FramePoses] = ()
    ) -> list[Exception]:
        """Write everything beside the document; return the failures. One failure costs no other output."""
        finished = Finished(report, RequestedClip(request, report, on_frame), seen)
        targets = [target for target in self.targets if report.headline or target.output in WRITTEN_WITHOUT_RESULT]
        tasks = [partial(_save_poses, finished, path) for path in self.poses]
        tasks += [partial(target.writer.write, finished, target.path, lang=self.lang) for target in targets]
        return [failure for task in tasks if (failure := try_to_write(task))]

    def write_documents(
        self, make: Callable[[], Mapping[str, Any]], *, environment: Environment
    ) -> Mapping[str, Exception]:
        """Write the document that ``make`` returns wherever it was asked for; return the failures by place."""

        def write(target: str) -> None:
            write_document(make(), target, environment=environment)

        failures = {target: try_to_write(partial(write, target)) for target in self.documents}
        return {target: failure for target, failure in failures.items() if failure}


def _check_metres(target: Target, request: Request) -> None:
    """Check that a file in metres can get its metres from the clip or from what is known of the athlete."""
    contact_model = registry.get(request.movement).contact_model
    if target.path.suffix.lower() in target.writer.metres_only and not can_have_scale(
        request.athlete, contact_model=contact_model
    ):
        raise UsageProblem(
            Message(
                "no_metres_in_a_run",
                "{file!r} holds metres. A video of running gives no metres without the height of the athlete.",
                file=target.path.name,
            ),
            hint=GIVE_HEIGHT,
        )


def _save_poses(finished: Finished, path: Path) -> None:
    """Write the points found in every frame, and what is known of the video."""
    report = finished.report
    with atomic(path) as beside:
        write_poses(beside, finished.seen, info=report.provenance.estimator, video=report.video)


@dataclass(frozen=True, slots=True)
class RequestedClip:
    """The clip of a request, decoded again for pictures."""

    request: Request
    report: Report
    on_frame: Callable[[], None]
    """Called after each decoded frame."""

    @contextmanager
    def frames(self) -> Generator[Iterable[Frame]]:
        """Decode the frames once more, in order."""
        trust_tags = self.report.headline is None or self.report.video.capture_fps is not None
        with open_clip(self.request, trust_tags=trust_tags) as video:
            yield self._counted(video.frames())

    def encoder(self, path: Path, size: tuple[int, int]) -> AbstractContextManager[Encoder]:
        """Open a video at the pace of the clip, with pictures of that width and height."""
        video = replace(self.report.video, width=size[0], height=size[1])
        return encode.open_writer(path, video, threads=self.request.settings.threads)

    def _counted(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        for frame in frames:
            yield frame
            self.on_frame()
