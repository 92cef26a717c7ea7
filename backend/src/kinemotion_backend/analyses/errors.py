"""What can be wrong with a request about an analysis."""

from kinemotion_backend.errors import ServiceError


class AnalysisNotFound(ServiceError):
    """There is no such analysis, or it is another account's."""

    code = "analysis_not_found"
    hint = "GET /api/v1/analyses lists the analyses that are kept."


class ResultNotReady(ServiceError):
    """The analysis has no such file, as it has no result: it has not ended, failed or was cancelled."""

    code = "result_not_ready"
    hint = "GET the analysis to see how far it is."


class ArtefactNotFound(ServiceError):
    """The analysis made no such file."""

    code = "artefact_not_found"
    hint = "Name the files you want in `outputs` when you start an analysis."


class IdempotencyKeyReused(ServiceError):
    """The idempotency key was sent with another request before."""

    code = "idempotency_key_reused"
    hint = "Use a new key for each request, and the same key only to repeat one."


class UnknownReference(ServiceError):
    """The request names an athlete, a session or an upload that does not exist."""

    code = "unknown_reference"
    hint = "Check the ids in the request."


class AnalysisAbandoned(ServiceError):
    """The analysis was started several times, and each time its worker died."""

    code = "analysis_abandoned"
    hint = "The video may be too much for the engine. Cut the clip to the movement."


class ConsentWithdrawn(ServiceError):
    """The consent to measure the athlete was withdrawn."""

    code = "consent_withdrawn"
    hint = "Ask the athlete, or a parent, and note the consent before the next analysis."


class StreamInterrupted(ServiceError):
    """The service ended before the stream did."""

    code = "stream_interrupted"
    hint = "Begin a new stream."


class StreamNotBegun(ServiceError):
    """No client has connected to the live stream of an analysis."""

    code = "stream_not_begun"
    hint = "Ask for a new live analysis, and connect to it within an hour."


class ShareLinkNotFound(ServiceError):
    """The analysis has no such link, or the link has ended."""

    code = "share_link_not_found"
    hint = "GET /api/v1/analyses/{id}/shares lists the links that work."


class TooManyShareLinks(ServiceError):
    """The analysis has as many links as it may have."""

    code = "too_many_share_links"
    hint = "End a link that nobody needs any more."


class LinkEnded(ServiceError):
    """A link to a result does not work: it never existed, has expired or was revoked."""

    code = "link_ended"
    hint = "Ask the person who sent it for a new link."
