"""Warnings about a whole clip: which people it shows, whether it plays at real speed, and how good it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kinemotion.errors import (
    KinemotionError,
    MovementNotFound,
    NobodyVisible,
    PhasesNotFound,
    PicturesRepeated,
    UsageProblem,
)
from kinemotion.filming.capture_rate import TagCheck, check_tag, describe_unchecked_tag, describe_untrue_tag
from kinemotion.filming.darkness import DarknessWatcher
from kinemotion.filming.people import PeopleWatcher
from kinemotion.messages import Message
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Problem, Quality, Trial
from kinemotion.pipeline import find_sequences
from kinemotion.reconstruct.quality import rate_unusable
from kinemotion.session import MeasurementSetup
from kinemotion.video.timing import CAPTURE_TAGS

if TYPE_CHECKING:
    from kinemotion.request import Settings

_DARK_SCORE = 40
"""Engineering limit: a score of low confidence, for what a dark film shows."""
_UNEXPLAINED = frozenset(
    {
        NobodyVisible.code,
        MovementNotFound.code,
        PhasesNotFound.code,
        PicturesRepeated.code,
        "not_measured",
        "touchdown_unclear",
    }
)
"""Failures that pictures without light, or without a clear foot, explain: nothing, or something else, is seen in them.
The encoder of a dark film repeats what hardly changes."""
_SHORTEST_S = 0.5
"""Engineering limit: the flight of a jump with its take-off and landing takes longer, and so do two steps of a run."""


class ClipWatcher:
    """Reads the pictures and the poses of a clip on their way to the analysis, for warnings about the clip.

    Parameters
    ----------
    video
        What is known of the clip before its frames.
    setup
        The movement and what is known of the athlete.
    """

    def __init__(self, video: VideoInfo, setup: MeasurementSetup) -> None:
        self._setup = setup
        self._real_per_file = video.real_per_file if video.capture_fps_source in CAPTURE_TAGS else 1.0
        self._people = PeopleWatcher()
        self._darkness = DarknessWatcher(setup.skeleton)
        self._first_s, self._last_s = float("inf"), float("-inf")
        self._tag = TagCheck.CONFIRMED

    def watch_pictures(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Yield the frames as they are."""
        for frame in frames:
            self._darkness.push(frame)
            yield frame

    def explain(self, error: KinemotionError, *, video: VideoInfo) -> KinemotionError:
        """Return the failure of a clip by its cause, as far as the file, its pictures and the poses show one."""
        cut_off = next((warning for warning in video.warnings if warning.code == "file_cut_off"), None)
        if cut_off and error.message.code == MovementNotFound.code:
            return MovementNotFound(cut_off)
        lasted_s = self._last_s - self._first_s
        if error.message.code == MovementNotFound.code and 0.0 <= lasted_s < _SHORTEST_S:
            return MovementNotFound(
                Message("too_short", "The video is too short for a movement: it lasts {time_s:.2s}.", time_s=lasted_s),
                hint=Message("film_whole_movement", "Film the whole movement, or ask for a longer part of the video."),
            )
        return (self._darkness.find_cause() or error) if error.code in _UNEXPLAINED else error

    def explain_trial(self, trial: Trial) -> Trial:
        """Return the trial with the cause of its problem, as far as the pictures show one."""
        cause = self._darkness.find_cause()
        if trial.problem is None or trial.problem.code not in _UNEXPLAINED or cause is None:
            return trial
        problem = Problem(cause.code, cause.message, cause.hint)
        return replace(trial, problem=problem, quality=rate_unusable(cause.message))

    def watch(self, poses: Iterable[FramePoses]) -> Iterator[FramePoses]:
        """Yield the poses at real times; a tag of the file is used only if it is true."""
        for frame in self._choose_clock(poses):
            self._first_s, self._last_s = min(self._first_s, frame.time_s), frame.time_s
            self._people.push(frame)
            self._darkness.look_at_feet(frame)
            yield frame

    def _choose_clock(self, poses: Iterable[FramePoses]) -> Iterable[FramePoses]:
        if self._real_per_file == 1.0:
            return poses
        by_tag = list(poses)
        by_file = [replace(frame, time_s=frame.time_s / self._real_per_file) for frame in by_tag]
        self._tag = check_tag(
            find_sequences(by_file, self._setup),
            slowed=1.0 / self._real_per_file,
            athlete=self._setup.athlete,
            calibration=self._setup.calibration,
        )
        return by_file if self._tag is TagCheck.CONTRADICTED else by_tag

    def correct(self, video: VideoInfo) -> VideoInfo:
        """Return what is known of the clip after its frames, without a capture rate that is not true."""
        if self._tag is TagCheck.CONFIRMED or video.capture_fps is None:
            return video
        if self._tag is TagCheck.UNCHECKED:
            return replace(video, warnings=(*video.warnings, describe_unchecked_tag(video.capture_fps)))
        warning = describe_untrue_tag(video.capture_fps, file_fps=video.fps)
        return replace(
            video, capture_fps=None, capture_fps_source=None, real_per_file=1.0, warnings=(*video.warnings, warning)
        )

    def rate(self, best: Trial | None, trials: Iterable[Trial], *, video: VideoInfo) -> Quality:
        """Return the quality of the clip: of its best trial, with what the file and its people gave cause to say."""
        found = list(trials)
        several, dark = (
            self._people.describe((trial.person for trial in found), width_px=video.width),
            self._darkness.describe(),
        )
        warnings = (*video.warnings, *(message for message in (several, dark) if message))
        if best:
            rated = replace(best.quality, warnings=(*best.quality.warnings, *warnings))
            return replace(rated, score=min(rated.score, _DARK_SCORE), confidence="low") if dark else rated
        reasons = dict.fromkeys(trial.problem.message for trial in found if trial.problem)
        return Quality(score=0, confidence="low", warnings=tuple(dict.fromkeys((*reasons, *warnings))))


def check_found(settings: Settings, *, trials: int, others: Sequence[int]) -> None:
    """Check that the clip has the person and the trials that the settings name.

    ``trials`` is the number of trials that count; ``others`` are the people of those that do not.

    Raises
    ------
    UsageProblem
        If the person has no trial, or a correction is for a trial that was not found.
    """
    if others and not trials:
        people = ", ".join(map(str, sorted(set(others))))
        raise UsageProblem(
            Message("no_such_person", "Person {person} has no trial in this video.", person=settings.person or 0),
            hint=Message("choose_person", "Choose one with --person: {people}.", people=people),
        )
    count = trials + len(others)
    for given in settings.events:
        if given.trial >= count:
            raise UsageProblem(
                Message(
                    "correction_without_trial",
                    "A correction is for trial {trial}. In this video the last trial is {last}.",
                    trial=given.trial,
                    last=count - 1,
                ),
                hint=Message("name_trial", "Take the index of the trial from the result: 0 is the first one."),
            )
