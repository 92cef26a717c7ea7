"""A clip measured with ONNX Runtime has the numbers of LiteRT, as near as two machines come to each other.

On one picture the two agree to a thousandth of a pixel. Over a clip each region comes from the points before and
pictures have whole grey levels, so the last digit of a point decides which of two equally good answers follows.
"""

import pytest

from kinemotion.api import Settings, analyze_video
from kinemotion.cli.inspection.selftest import CLIP, MOVEMENT, QUALITY, compare

pytest.importorskip("onnxruntime", reason="ONNX Runtime has no package for this system")


def test_a_clip_has_the_same_numbers():
    one, other = (
        analyze_video(CLIP, MOVEMENT, quality=QUALITY, settings=Settings(estimator=name)).to_dict()
        for name in ("litert", "onnx")
    )
    estimators = [found["metadata"]["algorithm"]["estimator"] for found in (one, other)]
    assert [estimator["name"] for estimator in estimators] == ["litert", "onnx"]
    expected, found = (
        {"model_sha256": estimator["model_sha256"], "data": document["data"], "intervals": document["intervals"]}
        for estimator, document in zip(estimators, (one, other), strict=True)
    )
    assert [comparison for comparison in compare(expected, found) if not comparison.agrees] == []
