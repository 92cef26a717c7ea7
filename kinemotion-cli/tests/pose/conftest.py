"""Two pictures of a rendered athlete whose joints are known, and frames made of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import Frame

PICTURES = Path(__file__).parent / "pictures"


@pytest.fixture(scope="session")
def standing() -> Image:
    """The athlete standing upright, seen from the right side (480, 270, 3); 257 px tall."""
    return np.asarray(Pillow.open(PICTURES / "standing.jpg"))


@pytest.fixture(scope="session")
def flying() -> Image:
    """The same athlete at the top of a jump (480, 270, 3)."""
    return np.asarray(Pillow.open(PICTURES / "flying.jpg"))


@pytest.fixture(scope="session")
def frames_of() -> Callable[..., list[Frame]]:
    """A function that makes frames, 30 a second, of pictures."""
    return lambda *pictures: [Frame(index, index / 30, picture) for index, picture in enumerate(pictures)]
