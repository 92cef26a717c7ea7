"""OpenCV, loaded when it is first needed: importing it takes a quarter second, and much of the engine needs none."""

from functools import cache
from types import ModuleType

from kinemotion.errors import ModelProblem
from kinemotion.messages import Message

_HINT = Message(
    "install_opencv_libraries",
    "Install the package again. On a Linux without a desktop, install the system's libGL and GLib first: "
    "`apt-get install libgl1 libglib2.0-0` on Debian and Ubuntu.",
)


@cache
def load_opencv() -> ModuleType:
    """Import OpenCV and keep its work in the calling thread.

    Raises
    ------
    ModelProblem
        Where it is not installed or its system libraries are missing.
    """
    try:
        import cv2  # noqa: PLC0415
    except ImportError as error:
        raise ModelProblem(
            Message("opencv_not_loaded", 'OpenCV cannot be loaded: "{reason}".', reason=str(error)), hint=_HINT
        ) from error
    cv2.setNumThreads(1)  # the engine has its own threads; sums in one thread are the same on every machine
    cv2.ocl.setUseOpenCL(False)  # a graphics card would round differently
    return cv2


def find_opencv_distributions() -> list[str]:
    """Return the names of the installed packages that provide ``cv2``: one, or they overwrite each other's files."""
    from importlib.metadata import packages_distributions  # noqa: PLC0415  (an analysis does without)

    return sorted(set(packages_distributions().get("cv2", ())))
