"""Every failure: code, message, hint.

KinemotionClientError
├── ServiceUnreachable       no answer came
├── WaitTimeout              the analysis has not ended, or the live stream has not answered, in time
├── AnalysisFailed           the analysis ended without a result
├── InvalidWebhook           a message that the service did not sign
├── StreamFailed             a live stream ended without a result
├── MissingLibrary           an optional library is not installed
└── APIError                 the service refused
    ├── InvalidRequest       400, 413, 415, 422: the request or its video is not valid
    ├── NotAuthenticated     401: the key is missing or not valid
    ├── NotAuthorized        403: the key may not do this
    ├── NotFound             404, 410: there is no such thing, or no longer
    ├── Conflict             409, 412: the present state does not allow it
    ├── LimitReached         429: a limit is reached; ``retry_after_s`` says for how long
    └── ServiceFailed        408 and 5xx: the service could not do it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from kinemotion_client.models import FieldProblem, Problem


class KinemotionClientError(Exception):
    """Anything that goes wrong: a code for programs, a message and a hint for people."""

    code = "client_error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class ServiceUnreachable(KinemotionClientError):
    """No answer came from the service."""

    code = "service_unreachable"

    def __init__(self, message: str, hint: str = "", *, was_sent: bool = True) -> None:
        super().__init__(message, hint)
        self.was_sent = was_sent
        """Whether the service may have the request."""


class WaitTimeout(KinemotionClientError):
    """The analysis has not ended in time, or the live stream has not answered. An analysis goes on; ask again later."""

    code = "wait_timeout"


class AnalysisFailed(KinemotionClientError):
    """The analysis ended without a result."""

    def __init__(self, analysis_id: str, *, code: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.analysis_id = analysis_id
        self.code = code


class InvalidWebhook(KinemotionClientError):
    """The message was changed, is too old, or is signed with another secret."""

    code = "invalid_webhook"


class StreamFailed(KinemotionClientError):
    """A live stream ended without a result."""

    def __init__(self, message: str, hint: str = "", *, code: str) -> None:
        super().__init__(message, hint)
        self.code = code


class MissingLibrary(KinemotionClientError):
    """An optional library is not installed."""

    code = "missing_library"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the service said when it refused."""

    status: int
    problem: Problem
    retry_after_s: float | None = None
    request_id: str | None = None


class APIError(KinemotionClientError):
    """The service refused."""

    def __init__(self, refusal: Refusal) -> None:
        problem = refusal.problem
        super().__init__(problem.detail, problem.hint or "")
        self.refusal = refusal
        self.code = problem.code

    def __str__(self) -> str:
        """Return status, message, the fields at fault and the hint."""
        fields = " ".join(f"{fault.field}: {fault.message}." for fault in self.fields)
        return " ".join(filter(None, (f"{self.status} {self.code}:", self.message, fields, self.hint)))

    @property
    def status(self) -> int:
        """HTTP status."""
        return self.refusal.status

    @property
    def fields(self) -> list[FieldProblem]:
        """Fields that are not valid."""
        return self.refusal.problem.errors or []

    @property
    def is_retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return bool(self.refusal.problem.retryable)

    @property
    def retry_after_s(self) -> float | None:
        """How long the service asks to wait; None where it does not say."""
        return self.refusal.retry_after_s

    @property
    def request_id(self) -> str | None:
        """Name of the request in the service's log."""
        return self.refusal.request_id


class InvalidRequest(APIError):
    """The request or its video is not valid."""


class NotAuthenticated(APIError):
    """The key is missing or not valid."""


class NotAuthorized(APIError):
    """The key may not do this."""


class NotFound(APIError):
    """There is no such thing, or no longer."""


class Conflict(APIError):
    """The present state does not allow it."""


class LimitReached(APIError):
    """A limit is reached."""


class ServiceFailed(APIError):
    """The service could not do it."""


KINDS: Mapping[int, type[APIError]] = MappingProxyType(
    {
        HTTPStatus.UNAUTHORIZED: NotAuthenticated,
        HTTPStatus.FORBIDDEN: NotAuthorized,
        HTTPStatus.NOT_FOUND: NotFound,
        HTTPStatus.GONE: NotFound,
        HTTPStatus.CONFLICT: Conflict,
        HTTPStatus.PRECONDITION_FAILED: Conflict,
        HTTPStatus.TOO_MANY_REQUESTS: LimitReached,
        HTTPStatus.REQUEST_TIMEOUT: ServiceFailed,
    }
)


def make_error(refusal: Refusal) -> APIError:
    """Return the error of the refusal's status."""
    fallback = ServiceFailed if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR else InvalidRequest
    return KINDS.get(refusal.status, fallback)(refusal)
