"""Of a video of one picture it was said that it shows no jump, and to check the command."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(("end_s", "code"), [(0.01, "too_short"), (0.4, "too_short"), (0.6, "movement_not_found")])
def test_a_video_too_short_for_a_movement_is_called_so(
    kinemotion: Callable[..., Any], sample: Path, end_s: float, code: str
):
    poses = sample.parents[2] / "kinemotion-cli" / "tests" / "data" / "cmj.npz"
    ended = kinemotion("cmj-analyze", sample, "--estimator", f"recorded:{poses}", "--end", end_s, "--json", "-")
    assert ended.status == 5
    assert ended.document["error"]["reason"]["code"] == code
