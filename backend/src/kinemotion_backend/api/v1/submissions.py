"""Read a request for an analysis: JSON that names a stored video, or a form that brings one."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from kinemotion_backend.analyses.errors import AnalysisNotFound, UnknownReference
from kinemotion_backend.analyses.service import AnalysisService
from kinemotion_backend.analyses.submission import Priority, StoredVideo, Submission
from kinemotion_backend.analyses.submitter import SubmissionResult
from kinemotion_backend.api.bodies import SMALL_BODY_BYTES
from kinemotion_backend.api.v1.schemas import AnalysisForm, AnalysisRequestBody, AnalysisSettings, Input
from kinemotion_backend.api.video_form import VideoFormReceiver
from kinemotion_backend.blobs.base import BlobStore, BlobStoreUnavailable
from kinemotion_backend.errors import ServiceError
from kinemotion_backend.inputs.languages import Language, choose_language
from kinemotion_backend.keys.callers import Caller
from kinemotion_backend.uploads.errors import UploadNotFound
from kinemotion_backend.uploads.service import Uploads

Asked = TypeVar("Asked", bound=AnalysisSettings)

JSON_FIELDS = ("config", "outputs")
PRIORITIES = {"low": Priority.LOW, "normal": Priority.NORMAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionReceiver:
    """Takes requests for analyses."""

    analyses: AnalysisService
    uploads: Uploads
    blobs: BlobStore
    receiver: VideoFormReceiver

    async def submit_stored(self, request: Request, *, caller: Caller, idempotency_key: str | None) -> SubmissionResult:
        """Take a request in JSON for an analysis of a stored video, or of a live stream."""
        body = _validate(AnalysisRequestBody, await _read_json(request))
        video = None if body.input.streaming else await self._find_video(body.input, caller)
        language = _choose_language(body, request)
        submission = _make_submission(body, video, caller=caller, key=idempotency_key, language=language)
        return await self.analyses.submit(submission)

    async def submit_form(self, request: Request, *, caller: Caller, idempotency_key: str | None) -> SubmissionResult:
        """Take a form with a video; the video is stored first, and deleted where the request is refused."""
        async with self.receiver.receive(request, check=self._check_sport) as upload:
            form = _validate(AnalysisForm, _read_fields(upload.fields))
            key = f"videos/{uuid4().hex}"
            stored = await self.blobs.put_file(key, upload.video)
        video = StoredVideo(key, stored.sha256, stored.size)
        language = _choose_language(form, request)
        submission = _make_submission(form, video, caller=caller, key=idempotency_key, language=language)
        try:
            return await self.analyses.submit(submission)
        except ServiceError:
            with suppress(BlobStoreUnavailable):
                await self.blobs.delete(key)
            raise

    async def _check_sport(self, fields: Mapping[str, str]) -> None:
        """Refuse an unknown movement before the video is received, when the form names it first."""
        if sport := fields.get("sport_type"):
            await self.analyses.submitter.analyzer.check(sport, {})

    async def _find_video(self, source: Input, caller: Caller) -> StoredVideo:
        """Return the video that the request names. Raises UnknownReference."""
        try:
            if source.upload_id is not None:
                upload = await self.uploads.complete(caller.owner, source.upload_id)
                return StoredVideo(upload.blob_key, upload.sha256 or "", upload.received_bytes, is_shared=True)
            earlier = await self.analyses.get(caller.owner, source.analysis_id or "")
        except UploadNotFound:
            raise UnknownReference("There is no such upload.") from None
        except AnalysisNotFound:
            raise UnknownReference("There is no such analysis.") from None
        if earlier.video_key is None:
            raise UnknownReference("The analysis has no stored video.")
        return StoredVideo(earlier.video_key, earlier.video_sha256 or "", earlier.video_bytes or 0, is_shared=True)


def _choose_language(asked: AnalysisSettings, request: Request) -> Language:
    """Return the language that was asked for, else the one that the client's header prefers."""
    return asked.language or choose_language(request.headers.get("accept-language", ""))


def _make_submission(
    asked: AnalysisSettings, video: StoredVideo | None, *, caller: Caller, key: str | None, language: Language
) -> Submission:
    return Submission(
        owner=caller.owner,
        key_id=caller.key_id,
        sport=asked.sport_type,
        quality=asked.quality,
        options=asked.config,
        outputs=tuple(sorted(set(asked.outputs))),
        language=language,
        athlete_id=asked.athlete_id,
        session_id=asked.session_id,
        recorded_on=asked.recorded_on,
        webhook_url=asked.webhook_url,
        priority=PRIORITIES[asked.priority],
        video=video,
        idempotency_key=key,
    )


async def _read_json(request: Request) -> object:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > SMALL_BODY_BYTES:
            raise _make_invalid_error("body", "The JSON is too long.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise _make_invalid_error("body", "The body is no JSON.") from None


def _read_fields(fields: dict[str, str]) -> dict[str, Any]:
    """Return the form's fields; those that hold more than a text are JSON."""
    values: dict[str, Any] = dict(fields)
    for name in JSON_FIELDS:
        if name in fields:
            try:
                values[name] = json.loads(fields[name])
            except (ValueError, RecursionError):
                raise _make_invalid_error(name, "The field is no JSON.") from None
    return values


def _validate(model: type[Asked], values: object) -> Asked:
    try:
        return model.model_validate(values)
    except ValidationError as problem:
        raise RequestValidationError(problem.errors(include_input=False, include_context=False)) from None


def _make_invalid_error(field: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"loc": (field,), "msg": message, "type": "value_error"}])
