"""Examples of the contract's documents, made by the engine from recorded poses: what a reader may be tested on."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from landmark_vectors import write_vector

from kinemotion.api import Listener, Request, Settings, measure
from kinemotion.cli.inspection.about import make_movements_document, make_version_document
from kinemotion.cli.inspection.doctor import Finding, make_doctor_document
from kinemotion.cli.inspection.probe import probe_document
from kinemotion.errors import NobodyVisible
from kinemotion.messages import Message
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Report
from kinemotion.movements import registry
from kinemotion.pose import RecordedEstimator, load_poses
from kinemotion.report.comparison.compare import compare_results, make_comparison_document
from kinemotion.report.comparison.history import find_trends, make_history_document
from kinemotion.report.contract.document import make_document, make_trial_event, report_event
from kinemotion.report.contract.encode import encode_line, encode_pretty, make_error_document, make_error_event
from kinemotion.report.contract.results import Result
from kinemotion.video.container import Limits

ROOT = Path(__file__).parents[1]
RECORDED = ROOT / "kinemotion-cli" / "tests" / "data"
"""Poses of one clip of every movement, ``NAME.npz``."""

MAPS = {"data", "intervals", "indicators", "stages_s", "settings", "values"}
"""Objects whose keys are names of things: a later version adds things, not structure."""

NOBODY = NobodyVisible(Message("nobody_visible", "The video shows no person."))


@dataclass(frozen=True)
class Played:
    """The sample clip as far as a report needs it: no picture is read again."""

    info: VideoInfo

    def frames(self) -> Iterable[Frame]:
        """No frames: the poses are recorded."""
        return ()


def load_recorded(movement: str) -> tuple[FramePoses, ...]:
    """Return the poses of the clip of one movement."""
    return load_poses(RECORDED / f"{movement}.npz").recorded


def make_report(poses: Iterable[FramePoses], *, movement: str = "cmj", mass_kg: float | None = None) -> Report:
    """Return the report of recorded poses, as if their clip were analysed; clock and version stand still."""
    seen = tuple(poses)
    estimator = RecordedEstimator(load_poses(RECORDED / f"{movement}.npz").info, seen)
    request = Request(
        path=Path(f"{movement}.mp4"),
        movement=movement,
        quality="balanced",
        athlete=Athlete(mass_kg=mass_kg),
        settings=Settings(),
    )
    found = measure(
        request, Played(describe_video(seen, source=request.path.name)), estimator=estimator, listener=Listener()
    )
    still = replace(
        found.provenance,
        version="0.1.0",
        timestamp="2026-01-01T12:00:00Z",
        processing_time_s=2.1,
        stages_s={"decode": 0.3, "pose": 1.6, "analysis": 0.2},
    )
    return replace(found, provenance=still)


def describe_video(poses: tuple[FramePoses, ...], *, source: str) -> VideoInfo:
    """Return what a reader would have found in the file of these poses."""
    duration_s = poses[-1].time_s * len(poses) / (len(poses) - 1)
    return VideoInfo(
        source=source,
        sha256="1299f8ee4ff77345542b94c28c739a96c99efceca6523119cf21283ca2de1861",
        width=540,
        height=960,
        rotation_deg=0,
        codec="h264",
        fps=len(poses) / duration_s,
        frame_count=len(poses),
        duration_s=duration_s,
        variable_frame_rate=False,
        promised_frames=len(poses),
    )


def repeat_jump() -> tuple[FramePoses, ...]:
    """Return the jump, and the same jump again."""
    once = load_recorded("cmj")
    frames, step_s = len(once), once[1].time_s - once[0].time_s
    again = (replace(seen, index=seen.index + frames, time_s=seen.time_s + frames * step_s) for seen in once)
    return (*once, *again)


def slow_jump_down() -> tuple[FramePoses, ...]:
    """Return the jump, played four times slower than it was."""
    return tuple(replace(seen, time_s=4 * seen.time_s) for seen in load_recorded("cmj"))


def make_version() -> Mapping[str, Any]:
    """Return how the engine describes itself, on an example machine."""
    return {**make_version_document(), "version": "0.1.0", "python": "3.13.0", "platform": "Linux", "libraries": {}}


def write_stream() -> str:
    """Return the lines of a stream of two trials."""
    found = make_report(repeat_jump())
    movement = registry.get(found.movement)
    return "".join(
        [*(encode_line(make_trial_event(trial, movement)) for trial in found.trials), encode_line(report_event(found))]
    )


def add_unknown_keys(value: Any) -> Any:  # noqa: ANN401  (JSON)
    """Return the document as a later minor version may write it: every object holds a key that nobody knows yet."""
    match value:
        case dict():
            known = cast("dict[str, Any]", value)
            later = {name: part if name in MAPS else add_unknown_keys(part) for name, part in known.items()}
            return {**later, "from_the_future": {"value": 1}}
        case list():
            return [add_unknown_keys(part) for part in cast("list[Any]", value)]
        case _:
            return value


def make_future_minor() -> Mapping[str, Any]:
    """Return a document of version 1.7: known keys as ever, unknown ones beside them."""
    newer = add_unknown_keys(make_document(make_report(load_recorded("cmj"))))
    return {**newer, "schema_version": "1.7", "data": {**newer["data"], "metric_of_the_future_m": 0.5}}


def write_document(movement: str) -> str:
    """Return the document of one clip of a movement, with everything that a mass adds."""
    return encode_pretty(make_document(make_report(load_recorded(movement), movement=movement, mass_kg=72.0)))


def make_results() -> tuple[Result, Result]:
    """Return the results of two days: the jump, and the same jump filmed a little slower."""
    slower = tuple(replace(frame, time_s=1.02 * frame.time_s) for frame in load_recorded("cmj"))
    days = {"2026-01-12": load_recorded("cmj"), "2026-03-02": slower}
    read: list[Result] = []
    for day, poses in days.items():
        result = make_document(make_report(poses))
        result["metadata"]["algorithm"]["settings"] |= {"date": day, "athlete": {"name": "Ana"}}
        read.append(Result(Path(f"{day}.json"), result))
    return read[0], read[1]


def make_comparison() -> Mapping[str, Any]:
    """Return the second day against the first."""
    return make_comparison_document(compare_results(make_results()))


def make_history() -> Mapping[str, Any]:
    """Return the two days as a trend."""
    return make_history_document(find_trends(make_results()))


def probe_sample() -> Mapping[str, Any]:
    """Return what the sample clip claims."""
    return probe_document(ROOT / "docs" / "samples" / "cmj.mp4", limits=Limits())


def write_progress() -> str:
    """Return lines of an analysis that has only begun."""
    return "".join(encode_line({"event": "progress", "done": done, "total": 180}) for done in (1, 24, 48))


FINDINGS = (
    Finding("machine", ok=True, found="Python 3.13.0, 8 threads"),
    Finding("pillow", ok=False, found="missing", mend="pip install pillow"),
)

EXAMPLES: Mapping[str, Callable[[], str]] = {
    **{f"{movement}.json": partial(write_document, movement) for movement in registry.list_names()},
    "cmj-two-trials.json": lambda: encode_pretty(make_document(make_report(repeat_jump()))),
    "cmj-slow-motion.json": lambda: encode_pretty(make_document(make_report(slow_jump_down()))),
    "cmj-future-minor.json": lambda: encode_pretty(make_future_minor()),
    "cmj-stream.ndjson": write_stream,
    "error.json": lambda: encode_pretty(make_error_document(NOBODY)),
    "error-stream.ndjson": lambda: encode_line(make_error_event(NOBODY)),
    "comparison.json": lambda: encode_pretty(make_comparison()),
    "doctor.json": lambda: encode_pretty(make_doctor_document(FINDINGS)),
    "history.json": lambda: encode_pretty(make_history()),
    "landmarks-record.json": write_vector,
    "movements.json": lambda: encode_pretty(make_movements_document()),
    "probe.json": lambda: encode_pretty(probe_sample()),
    "progress.ndjson": write_progress,
    "version.json": lambda: encode_pretty(make_version()),
}
"""By file name."""


def write_examples(folder: Path) -> None:
    """Write every example below the folder."""
    for name, write in EXAMPLES.items():
        (folder / name).write_text(write())


if __name__ == "__main__":
    write_examples(Path(sys.argv[1]))
