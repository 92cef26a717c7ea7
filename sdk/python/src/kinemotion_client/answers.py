"""What comes back: refusals become errors, whoever wrote them; files lie at their path whole or not at all."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import httpx2
from pydantic import ValidationError

from kinemotion_client.errors import AnalysisFailed, APIError, Refusal, ServiceUnreachable, make_error
from kinemotion_client.models import AnalysisInfo, Problem
from kinemotion_client.videos import Progress


def read_refusal(response: httpx2.Response) -> APIError:
    """Return the error of an answer that is none; one that is no problem document comes from a proxy in between."""
    status, headers = response.status_code, response.headers
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        problem = Problem(title="", status=status, code=f"http_{status}", detail=f"The answer has status {status}.")
    refusal = Refusal(status, problem, _read_retry_after_s(headers), headers.get("x-request-id"))
    return make_error(refusal)


def _read_retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return how long the service asks to wait; None where it does not say so in seconds."""
    with suppress(ValueError):
        return max(0.0, float(headers.get("retry-after", "")))
    return None


def explain_failure(error: httpx2.TransportError) -> ServiceUnreachable:
    """Return the error of a request without an answer."""
    was_sent = not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
    if isinstance(error, httpx2.TimeoutException):
        return ServiceUnreachable(
            "The service did not answer in time.", "Try again, or give a larger timeout_s.", was_sent=was_sent
        )
    return ServiceUnreachable(
        f"The service{_name_address(error)} cannot be reached: {error}.",
        "Does it run there? Check base_url or KINEMOTION_URL, and the network.",
        was_sent=was_sent,
    )


def _name_address(error: httpx2.TransportError) -> str:
    """Where the request went, as the sentence goes on; nothing where the error does not say it."""
    with suppress(RuntimeError):
        url = error.request.url
        return f" at {url.scheme}://{url.netloc.decode()}"
    return ""


def check_ended(analysis: AnalysisInfo) -> bool:
    """Whether the analysis has a result; False while it may still get one.

    Raises
    ------
    AnalysisFailed
        Where it ended without one.
    """
    if analysis.status not in {"failed", "cancelled"}:
        return analysis.status == "completed"
    error = analysis.error or {}
    raise AnalysisFailed(
        analysis.analysis_id,
        code=error.get("code", analysis.status),
        message=error.get("message", "The analysis was cancelled."),
        hint=error.get("hint", ""),
    )


@dataclass(frozen=True, slots=True)
class Download:
    """Where a file goes."""

    path: Path
    on_progress: Progress

    @contextmanager
    def receive(self, total: int) -> Generator[Callable[[bytes], None]]:
        """Yield what takes the next bytes; afterwards the file lies at the path."""
        with NamedTemporaryFile(dir=self.path.parent, prefix=f".{self.path.name}.", delete=False) as beside:

            def take(chunk: bytes) -> None:
                beside.write(chunk)
                self.on_progress(beside.tell(), total)

            try:
                yield take
            except BaseException:
                Path(beside.name).unlink()
                raise
        Path(beside.name).replace(self.path)
