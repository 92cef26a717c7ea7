"""A request for an analysis, and what makes two of them the same."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any

from kinemotion_backend.contract.documents import Engine
from kinemotion_backend.inputs.languages import DEFAULT_LANGUAGE
from kinemotion_backend.inputs.movement_options import Option
from kinemotion_backend.video_analyzer import TRANSLATED_ARTEFACTS

TURNS = 10**8
"""Turns within one priority: more than a queue ever holds."""


class Priority(IntEnum):
    """Order of the queue; within one priority the owners take turns."""

    LOW = -1
    NORMAL = 0
    HIGH = 1

    def compute_job_priority(self, turn: int) -> int:
        """Return the job's priority: of equal priorities, the lower turn comes first."""
        return self * TURNS - min(turn, TURNS - 1)


@dataclass(frozen=True, slots=True)
class StoredVideo:
    """A video in the blob store."""

    key: str
    sha256: str
    size_bytes: int
    is_shared: bool = False
    """Whether others may use it: if not, it is deleted when an earlier analysis answers the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A request for an analysis."""

    owner: str
    sport: str
    """Name of the movement, in any of the spellings that a client may use."""
    video: StoredVideo | None
    """None for a live stream."""
    quality: str = "balanced"
    options: Mapping[str, Option] = field(default_factory=dict[str, Option])
    outputs: tuple[str, ...] = ()
    """Files that are wanted beside the result."""
    language: str = DEFAULT_LANGUAGE
    """Language of the texts in these files."""
    key_id: str | None = None
    athlete_id: str | None = None
    session_id: str | None = None
    recorded_on: date | None = None
    webhook_url: str | None = None
    priority: Priority = Priority.NORMAL
    idempotency_key: str | None = None


def hash_request(submission: Submission) -> str:
    """Return a hash of what the client asked for: equal for a request that is sent again."""
    asked = asdict(submission)
    for chosen_by_us in ("video", "key_id", "idempotency_key", "priority"):
        del asked[chosen_by_us]
    return _hash({**asked, "video": submission.video and submission.video.sha256})


def make_fingerprint(submission: Submission, engine: Engine) -> str | None:
    """Return a hash of everything that decides the result: content, settings, engine and whose it is.

    None for a live stream: no two of them are the same.
    """
    if submission.video is None:
        return None
    return _hash(
        {
            "video": submission.video.sha256,
            "sport": submission.sport,
            "quality": submission.quality,
            "options": dict(submission.options),
            "outputs": sorted(submission.outputs),
            "language": submission.language if TRANSLATED_ARTEFACTS.intersection(submission.outputs) else None,
            "athlete": submission.athlete_id,
            "session": submission.session_id,
            "recorded_on": submission.recorded_on,
            "webhook_url": submission.webhook_url,
            "engine": engine.version,
            "models": engine.models,
        }
    )


def _hash(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
