"""Write a video as raw pictures that Chromium's pretended camera plays: the video, the new file, pictures a second."""

import sys
from pathlib import Path

import av


def main(video: str, target: str, fps: str) -> None:
    """Write the pictures one after the other, as YUV4MPEG2."""
    with av.open(video) as container, Path(target).open("wb") as written:
        for index, frame in enumerate(container.decode(video=0)):
            if index == 0:
                written.write(f"YUV4MPEG2 W{frame.width} H{frame.height} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
            written.write(b"FRAME\n" + frame.to_ndarray(format="yuv420p").tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
