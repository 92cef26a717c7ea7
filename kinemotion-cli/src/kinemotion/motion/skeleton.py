"""The points of a pose, as data: names, left/right pairs, the lines that join them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
"""Order of the two in every array with a side axis."""


@dataclass(frozen=True)
class Skeleton:
    """Names and structure of the points a pose estimator returns."""

    names: tuple[str, ...]
    """Point names in the order of the estimator's output."""
    edges: tuple[tuple[str, str], ...]
    """Pairs of points joined by a line when drawn."""

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each point by name."""
        return {name: position for position, name in enumerate(self.names)}

    @cached_property
    def mirror(self) -> tuple[int, ...]:
        """Permutation that swaps left and right points."""
        swap = {"left": "right", "right": "left"}

        def twin(name: str) -> str:
            return "_".join(swap.get(part, part) for part in name.split("_"))

        return tuple(self.index[twin(name)] for name in self.names)


_FACE = ("left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer")

BLAZEPOSE = Skeleton(
    names=(
        "nose",
        *_FACE,
        *("left_ear", "right_ear", "mouth_left", "mouth_right"),
        *("left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist"),
        *("left_pinky", "right_pinky", "left_index", "right_index", "left_thumb", "right_thumb"),
        *("left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle"),
        *("left_heel", "right_heel", "left_foot_index", "right_foot_index"),
    ),
    edges=(
        ("left_shoulder", "right_shoulder"),
        ("left_hip", "right_hip"),
        *(
            (f"{side}_{a}", f"{side}_{b}")
            for side in SIDES
            for a, b in (
                ("shoulder", "elbow"),
                ("elbow", "wrist"),
                ("shoulder", "hip"),
                ("hip", "knee"),
                ("knee", "ankle"),
                ("ankle", "heel"),
                ("heel", "foot_index"),
                ("ankle", "foot_index"),
            )
        ),
    ),
)
"""The 33 points of BlazePose (MediaPipe Pose), in its order."""
