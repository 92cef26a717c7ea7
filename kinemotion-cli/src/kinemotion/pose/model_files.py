"""The model files: their names, their preset and their hashes, each declared once."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kinemotion.errors import ModelProblem
from kinemotion.messages import Message
from kinemotion.pose.base import Preset

DETECTOR = "pose_detector"
LANDMARKS: Mapping[Preset, str] = {
    "fast": "pose_landmarks_lite",
    "balanced": "pose_landmarks_full",
    "accurate": "pose_landmarks_heavy",
}

_FOLDER = Path(__file__).parent / "models"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model that is what it claims to be."""

    name: str
    content: bytes
    sha256: str


def load_model(name: str) -> ModelFile:
    """Read the model of that name, checked against its recorded hash.

    Raises
    ------
    ModelProblem
        Where the file is missing or is not the one that was recorded.
    """
    try:
        content = (_FOLDER / f"{name}.tflite").read_bytes()
    except OSError as error:
        raise ModelProblem(Message("model_not_readable", "The pose model {name} cannot be read.", name=name)) from error
    digest = sha256(content).hexdigest()
    if digest != _read_hashes().get(f"{name}.tflite"):
        raise ModelProblem(
            Message("model_damaged", "The pose model {name} is damaged: its hash is not the recorded one.", name=name)
        )
    return ModelFile(name, content, digest)


def _read_hashes() -> Mapping[str, str]:
    """Return the SHA-256 by file name."""
    try:
        lines = (_FOLDER / "SHA256SUMS").read_text().splitlines()
    except OSError as error:
        raise ModelProblem(
            Message("model_hashes_not_readable", "The list of the pose models' hashes cannot be read.")
        ) from error
    return {name: digest for digest, name in (line.split() for line in lines)}
