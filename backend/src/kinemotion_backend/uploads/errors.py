"""Why an upload does not go on."""

from kinemotion_backend.errors import ServiceError


class UploadNotFound(ServiceError):
    """The caller has no such upload."""

    code = "upload_not_found"
    hint = "Begin a new upload: it was deleted, or it never existed."


class UploadExpired(ServiceError):
    """The upload's time is over."""

    code = "upload_expired"
    hint = "Begin a new upload."


class OffsetConflict(ServiceError):
    """The piece does not begin where the upload ends."""

    code = "upload_offset_conflict"
    hint = "Ask for Upload-Offset with HEAD and go on from there."


class UploadIncomplete(ServiceError):
    """The file has not arrived to its end."""

    code = "upload_incomplete"
    hint = "Send the rest of the file first."


class DirectUploadUnavailable(ServiceError):
    """The blob store takes no uploads from outside."""

    code = "direct_upload_unavailable"
    hint = "Use a resumable upload: POST /api/v1/uploads."


class ProtocolMismatch(ServiceError):
    """The client speaks another version of the upload protocol."""

    code = "upload_protocol_mismatch"
    hint = "Send `Tus-Resumable: 1.0.0`."


class UnexpectedContent(ServiceError):
    """The body is not a piece of a file."""

    code = "unexpected_content"
    hint = "Send the piece as `Content-Type: application/offset+octet-stream`."
