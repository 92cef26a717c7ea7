"""A network cut in two gives the numbers of the whole one."""

from dataclasses import replace

import numpy as np
import pytest

from kinemotion.pose.models import LANDMARKS, load_model
from kinemotion.pose.networks.graph import cut
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
