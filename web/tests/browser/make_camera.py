"""Write pictures of a video for Chromium's pretended camera, and as a video.

The number of each of the camera's pictures is written in its upper left corner as bits, blocks of white and black:
Chromium plays a file with its own, uneven time stamps, and a real camera's clock is even.
"""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

import av
from numpy import uint8
from numpy.typing import NDArray

Picture = NDArray[uint8]
BITS, BLOCK = 10, 8
WHITE, BLACK = 235, 16


def main() -> None:
    """Read the arguments, the video, and write."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("camera", type=Path, help="the YUV4MPEG2 file")
    parser.add_argument("clip", type=Path, help="the same pictures without numbers, as a video")
    parser.add_argument("--slower", type=int, default=1, help="how many times slower the camera plays them")
    parser.add_argument("--part", nargs=2, type=int, default=(0, None), help="first picture, and the one after")
    parser.add_argument(
        "--rebounds",
        nargs=4,
        type=int,
        help="first picture of the contact, the one after the apex, first after it, how often",
    )
    asked = parser.parse_args()
    with av.open(asked.video) as container:
        fps = round(container.streams.video[0].average_rate or 0)
        pictures = [frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)]
    begin, end = asked.part
    pictures = repeat_rebounds(pictures[:end], asked.rebounds) if asked.rebounds else pictures[begin:end]
    numbered = [write_number(picture, number) for number, picture in enumerate(pictures)]
    write_camera(asked.camera, numbered, fps=f"{fps}:{asked.slower}")
    write_clip(asked.clip, pictures, fps=fps)


def repeat_rebounds(pictures: Sequence[Picture], rebounds: Sequence[int]) -> list[Picture]:
    """Return a series of jumps made of a drop jump, which begins and ends with the athlete standing.

    The landing played backwards is a jump from the ground, because a flight is alike in both directions of time.
    After it the contact and the flight of the drop jump are shown again and again.
    """
    contact, apex, landing, times = rebounds
    first_jump = [*reversed(pictures[apex:]), *pictures[apex - 1 : landing]]
    return first_jump + pictures[contact:landing] * times + list(pictures[landing:])


def write_number(picture: Picture, number: int) -> Picture:
    """Return the picture with its number in the corner, the lowest bit first."""
    numbered = picture.copy()
    for bit in range(BITS):
        numbered[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = WHITE if number >> bit & 1 else BLACK
    return numbered


def write_camera(target: Path, pictures: Sequence[Picture], *, fps: str) -> None:
    """Write the pictures one after the other, as YUV4MPEG2."""
    height, width = pictures[0].shape[0] * 2 // 3, pictures[0].shape[1]
    with target.open("wb") as written:
        written.write(f"YUV4MPEG2 W{width} H{height} F{fps} Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            written.write(b"FRAME\n" + picture.tobytes())


def write_clip(target: Path, pictures: Sequence[Picture], *, fps: int) -> None:
    """Write the pictures as a video that the command line reads."""
    with av.open(target, "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "18"})
        stream.height, stream.width, stream.pix_fmt = pictures[0].shape[0] * 2 // 3, pictures[0].shape[1], "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode())


if __name__ == "__main__":
    main()
