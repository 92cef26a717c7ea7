"""The command that says what a file is, and refuses what an analysis would refuse, without decoding all of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kinemotion.cli.command import STDOUT, Call, Command
from kinemotion.cli.documents import DOCUMENT, JSON_FLAGS, JSON_HELP, write_document
from kinemotion.cli.parameters import FILE, LIMITS, language_option
from kinemotion.i18n.texts import load_texts
from kinemotion.report.contract.encode import SCHEMA_VERSION
from kinemotion.report.files import check_target

if TYPE_CHECKING:
    from kinemotion.report.contract.command_types import ProbeDocument
    from kinemotion.video.container import Limits


@click.command(cls=Command, short_help="Check a video before the analysis: format, frame rate, problems.")
@click.argument("video", type=FILE)
@click.option(*JSON_FLAGS, "json", metavar="PATH|-", help=JSON_HELP)
@language_option
@click.pass_obj
def probe(call: Call, /, *, video: Path, json: str | None, **values: Any) -> None:  # noqa: ANN401  (typed by click)
    """Say what VIDEO is; one that cannot be analysed ends as an analysis of it would."""
    if json and json != STDOUT:
        check_target(Path(json), DOCUMENT)
    # Decoders are imported where they are used: listing the commands shall not wait for them.
    from kinemotion.cli.execute import read_limits  # noqa: PLC0415

    found_document = probe_document(video, limits=read_limits(values))
    if json:
        write_document(found_document, json, environment=call.environment)
        return
    found = found_document["video"]
    size = f"{found['resolution']['width']}x{found['resolution']['height']}"
    language = load_texts(call.lang)
    duration, fps = (language.written(str(found[key] or "?")) for key in ("duration_s", "fps"))
    call.environment.show(f"{found['codec']} {size}, {language('clip_summary', duration=duration, fps=fps)}\n")


def probe_document(path: Path, *, limits: Limits) -> ProbeDocument:
    """Return what the container says: its claims, and the time stamps of its pictures.

    Raises
    ------
    VideoUnreadable, VideoNotFound, VideoTooLarge
        Where the file cannot be analysed.
    """
    from kinemotion.video.container import check_frame_count, find_file  # noqa: PLC0415
    from kinemotion.video.header import Reading, read_header, read_times_s  # noqa: PLC0415
    from kinemotion.video.timing import measure_step_s  # noqa: PLC0415

    header = read_header(find_file(path), limits=limits, reading=Reading(largest_side=limits.side_px))
    times_s = read_times_s(header.file)
    check_frame_count(len(times_s), limits)
    width, height = header.upright.size
    duration_s, step_s = header.missing_s(0.0), measure_step_s(times_s)
    return {
        "schema_version": SCHEMA_VERSION,
        "video": {
            "codec": header.codec,
            "resolution": {"width": width, "height": height},
            "rotation_deg": header.upright.rotation_deg,
            "fps": round(1 / step_s, 3) if step_s > 0 else None,
            "frame_count": len(times_s),
            "duration_s": round(duration_s, 3) if duration_s > 0 else None,
            "capture_fps": header.capture.fps if header.capture else None,
            "capture_fps_source": header.capture.source if header.capture else None,
        },
    }


probe.params += LIMITS
