"""A clip of 522 KB with 20,000 frames at 1000 a second was analysed until the timeout, 300 s later."""

import json
import time
from fractions import Fraction
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from stand_in import install_stub, measure, small_settings, video_bytes

from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.adapters.command import VideoLimits
from kinemotion_backend.app import create_app
from kinemotion_backend.settings import Settings

FRAMES, RATE = 20_000, 1000


def read_limits(content: bytes) -> list[str]:
    arguments: list[str] = json.loads(content)["metadata"]["stub"]["arguments"]
    return [argument for argument in arguments if argument.startswith("--max-")]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("version", "limits", "flags"),
    [
        (
            "1.1",
            VideoLimits(60.0, 7200, 9_000_000),
            ["--max-duration=60.0", "--max-frames=7200", "--max-pixels=9000000"],
        ),
        ("1.12", VideoLimits(frames=10), ["--max-frames=10"]),
        ("1.1", VideoLimits(), []),
        ("1.0", VideoLimits(60.0, 7200, 9_000_000), []),
    ],
)
async def test_the_engine_is_told_the_limits_it_knows(
    tmp_path: Path, version: str, limits: VideoLimits, flags: list[str]
) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(video_bytes())
    engine = install_stub(tmp_path / "engine", schema_version=version)
    document = await measure(KinemotionCLIAdapter(str(engine), video_limits=limits), video)
    assert read_limits(document.content) == flags


def test_the_settings_reach_the_engine(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine", schema_version="1.1")
    settings = small_settings(tmp_path, kinemotion_cli=str(engine), max_duration_s=12.5, max_frames=99, max_pixels=640)
    with TestClient(create_app(settings)) as client:
        answer = client.post("/api/analyze", files={"video": video_bytes()})
    given = answer.json()["document"]["metadata"]["stub"]["arguments"]
    assert {"--max-duration=12.5", "--max-frames=99", "--max-pixels=640"} <= set(given)


def test_the_reported_clip_is_beyond_the_defaults() -> None:
    settings = Settings()
    assert settings.max_frames is not None
    assert settings.max_frames < FRAMES


def write_clip(path: Path) -> None:
    """A grey clip of many small frames."""
    av = pytest.importorskip("av")
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=RATE)
        stream.width = stream.height = 64
        stream.codec_context.time_base = Fraction(1, RATE)
        frame = av.VideoFrame(64, 64, "yuv420p")
        for plane in frame.planes:  # a new frame holds whatever was in memory
            plane.update(bytes([128]) * plane.buffer_size)
        for number in range(FRAMES):
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.mark.engine
def test_the_real_engine_refuses_it_at_once(tmp_path: Path, real_engine: str) -> None:
    """Within the processor time of a start: the clip is refused by its header and no frame is analysed."""
    write_clip(tmp_path / "long.mp4")
    with TestClient(create_app(small_settings(tmp_path, kinemotion_cli=real_engine))) as client:
        began_s = time.monotonic()
        answer = client.post("/api/analyze", files={"video": (tmp_path / "long.mp4").read_bytes()})
        print(f"\nrefused in {time.monotonic() - began_s:.2f} s")  # noqa: T201
    assert (answer.status_code, answer.json()["code"]) == (413, "video_too_large")
