"""Cutting what one person does into windows of a fixed length, each complete as soon as its last frame has come."""

from collections.abc import Sequence

from kinemotion.motion.live import RoughState
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.skeleton import Skeleton


class WindowSegmenter:
    """Everything that one person does, until they leave, in consecutive windows; see ``per_person.PersonSegmenter``.

    A subclass says which windows are trials of its movement, which part of another window is one, and what the person
    does now.
    """

    def __init__(self, skeleton: Skeleton, *, window_s: float, provisional_s: float) -> None:
        self.skeleton = skeleton
        self._window_s = window_s
        self._provisional_s = provisional_s
        self._measured_s = 0.0
        self._frames: list[FramePoses] = []

    def accepts(self, sequence: PoseSequence) -> bool:
        """Return whether a window is a trial."""
        del sequence
        return True

    def find_part(self, frames: Sequence[FramePoses]) -> slice | None:
        """Find the first part of a window that is a trial, where the whole is none; None where no part is."""
        del frames
        return None

    def describe_frame(self, frame: FramePoses) -> RoughState:
        """Return what the person does in a frame that shows them alone."""
        return RoughState(person=frame.people[0].person, phase="standing")

    def push(self, frame: FramePoses) -> PoseSequence | None:
        """Take in the next frame; return the window that is over now."""
        over = None
        if self._frames and frame.time_s - self._frames[0].time_s >= self._window_s:
            over = self.close()
        self._frames.append(frame)
        return over

    def close(self) -> PoseSequence | None:
        """Return the window that has begun, or the first part of it that is a trial; the rest begins the next one."""
        frames, self._frames, self._measured_s = self._frames, [], 0.0
        whole = self._accepted(frames)
        part = self.find_part(frames) if whole is None and frames else None
        if part is None:
            return whole
        self._frames = frames[part.stop :]
        return PoseSequence.of(frames[part], self.skeleton)

    def describe_state(self) -> RoughState:
        """Return what this person does in the last frame."""
        return self.describe_frame(self._frames[-1])

    def find_provisional_trial(self) -> PoseSequence | None:
        """Return the unfinished window, each time it has grown enough."""
        grown_s = self._frames[-1].time_s - self._frames[0].time_s
        if grown_s - self._measured_s < self._provisional_s:
            return None
        self._measured_s = grown_s
        return self._accepted(self._frames)

    def _accepted(self, frames: list[FramePoses]) -> PoseSequence | None:
        if not frames:
            return None
        sequence = PoseSequence.of(frames, self.skeleton)
        return sequence if self.accepts(sequence) else None
