import numpy as np
import pytest
from PIL import Image

from kinemotion.i18n.texts import load_texts
from kinemotion.motion.body import Motion
from kinemotion.motion.report import Report
from kinemotion.report.overlay.frame_steps import FrameSteps, measure_strip
from kinemotion.report.series import place_on_picture


@pytest.mark.parametrize(("name", "feet_alone"), [("takeoff", True), ("landing", True), ("lowest", False)])
def test_feet_are_shown_where_they_leave_or_land(jump_report: Report, name: str, feet_alone: bool):
    assert jump_report.headline is not None
    motion = jump_report.headline.motion
    assert motion is not None
    [event] = [event for event in jump_report.headline.events if event.name == name]
    steps = FrameSteps(motion, (event,), texts=load_texts("en"), unit=1.0)
    for row in range(len(motion.time_s)):
        steps.take(_white_above_the_hips(motion, row=row), row=row)
    drawn = Image.new("RGB", (400, 600))
    steps.draw(drawn, box=(133, 12, 388, 12 + measure_strip(1.0)[1]))
    corner = np.asarray(drawn)[40:110, 180:]
    assert (corner.min(axis=2) > 250).any() != feet_alone


def _white_above_the_hips(motion: Motion, *, row: int) -> Image.Image:
    [(_, y)] = place_on_picture(motion, motion.joint("left_hip")[row][None], row=row)
    picture = Image.new("RGB", (400, 600), (0, 120, 0))
    picture.paste((255, 255, 255), (0, 0, 400, round(y)))
    return picture
