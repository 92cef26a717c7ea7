"""Key frames of a run came from two steps 1.2 s apart, and were called take-off and landing, as those of a jump."""

from pathlib import Path

from kinemotion import Settings, analyze_video
from kinemotion.report.page.key_frames import find_moments


def test_key_frames_are_of_one_step_and_named_as_runners_do(sample: Path):
    poses = sample.parents[2] / "kinemotion-cli" / "tests" / "data" / "running.npz"
    report = analyze_video(sample.with_name("running.mp4"), "running", settings=Settings(estimator=f"recorded:{poses}"))
    best = report.headline
    assert best is not None
    assert best.motion is not None
    moments = find_moments(best, best.motion)
    assert [moment.name for moment in moments] == ["lowest", "toeoff", "apex", "touchdown"]
    assert moments[-1].time_s - moments[0].time_s < 0.4
