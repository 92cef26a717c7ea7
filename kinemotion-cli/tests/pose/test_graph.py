"""A network cut in two gives the numbers of the whole one."""

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from kinemotion.pose.base import Preset
from kinemotion.pose.model_files import LANDMARKS, load_model
from kinemotion.pose.networks.graph import cut, scale
from kinemotion.pose.runtime import Network


@pytest.mark.parametrize("later", [0, 2, 3])
def test_the_parts_give_what_the_whole_gives(later: int) -> None:
    model = load_model(LANDMARKS["fast"])
    picture = np.random.default_rng(1).random((1, 256, 256, 3), dtype=np.float32)
    whole = Network(model, threads=1)(picture)
    first, second = (Network(replace(model, content=part), threads=1) for part in cut(model.content, later=later))
    at_once = first(picture)
    [last] = second(*at_once[len(whole) - 1 :])
    joined = [*at_once[:later], last, *at_once[later : len(whole) - 1]]
    for one, other in zip(whole, joined, strict=True):
        assert one.tobytes() == other.tobytes()


PARTS: dict[Preset, tuple[str, str, str]] = {
    "fast": ("adcbefae178aaf1b", "4d1dc455de9ddfe6", "e6b3b26e42a49054"),
    "balanced": ("8b6a0a9a69229736", "62640285efacb266", "d1b0b5a67aa19f61"),
    "accurate": ("6ee61e0752808a85", "5398eb564dd144e7", "54ae61d2c47e5013"),
}
"""First digits of the SHA-256 of the landmark part, the mask part, and the mask part for a window."""


@pytest.mark.parametrize("preset", list(PARTS))
def test_the_parts_are_the_same_bytes_everywhere(preset: Preset) -> None:
    first, second = cut(load_model(LANDMARKS[preset]).content, later=2)
    window = scale(second, numerator=24, denominator=64)
    found = tuple(sha256(part).hexdigest()[:16] for part in (first, second, window))
    assert found == PARTS[preset]


def test_an_output_that_is_kept_is_not_written_over() -> None:
    network = Network(load_model(LANDMARKS["fast"]), threads=1)
    picture = np.zeros((1, 256, 256, 3), dtype=np.float32)
    kept = network(picture)
    with pytest.raises(RuntimeError, match="reference"):
        network(picture)
    del kept
    assert len(network(picture)) > 1
