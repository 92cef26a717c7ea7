"""Of a file that is cut off before the jump it was said that it shows no jump, and to check the command."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import write_cut

from kinemotion.motion.poses import FramePoses


@pytest.mark.parametrize("container", [{"format": "mp4", "options": {"movflags": "faststart"}}, {"format": "matroska"}])
def test_a_file_cut_off_before_the_movement_says_so(
    kinemotion: Any,
    seeing: Callable[[Callable[[FramePoses], FramePoses]], None],
    sample: Path,
    tmp_path: Path,
    container: dict[str, Any],
):
    seeing(lambda frame: frame)
    cut = write_cut(tmp_path / "cut", whole=sample, kept=0.3, **container)
    ended = kinemotion("cmj-analyze", cut, "--json", "-")
    assert ended.status == 5
    error = ended.document["error"]
    assert (error["code"], error["reason"]["code"]) == ("movement_not_found", "file_cut_off")
    assert error["reason"]["values"]["time_s"] > 1
