"""What the load generator sends: one real jump as landmarks, as pictures, and as a file, from the samples."""

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
from PIL import Image

from kinemotion.pose import load_poses
from kinemotion.stream.landmark_records import LandmarkFrame, encode_landmarks

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "docs" / "samples" / "cmj.mp4"
POSES = ROOT / "kinemotion-cli" / "tests" / "data" / "cmj.npz"
WIDTH, HEIGHT = 540, 960
PICTURE = (270, 480)
QUALITY = 80


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame of the jump: when it is, and what is sent for it."""

    time_us: int
    payload: bytes


@cache
def read_landmarks() -> tuple[Moment, ...]:
    """Return the jump as payloads of landmarks, as a page would send them."""
    moments = list[Moment]()
    for frame in load_poses(POSES).recorded:
        seen = LandmarkFrame(WIDTH, HEIGHT, people=frame.people, camera=frame.camera)
        moments.append(Moment(round(frame.time_s * 1e6), encode_landmarks(seen)))
    return tuple(moments)


@cache
def read_pictures() -> tuple[Moment, ...]:
    """Return the jump as small JPEG pictures, as a page without its own model would send them."""
    moments = list[Moment]()
    with av.open(str(CLIP)) as container:
        for frame in container.decode(video=0):
            kept = io.BytesIO()
            picture = Image.fromarray(frame.to_ndarray(format="rgb24"))
            picture.resize(PICTURE, Image.Resampling.BILINEAR).save(kept, "JPEG", quality=QUALITY)
            moments.append(Moment(round((frame.time or 0.0) * 1e6), kept.getvalue()))
    return tuple(moments)
