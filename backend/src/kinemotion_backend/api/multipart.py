"""Read multipart/form-data as it comes: short text fields are kept, the video passes through.

Starlette's form parser returns when everything has come, so it cannot refuse the first bytes of a file or a field
before the video; and it accepts a form that stops before its last boundary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from python_multipart.multipart import MultipartParser, parse_options_header

from kinemotion_backend.errors import MalformedUpload

VIDEO_FIELD = "video"
KEPT_HEAD_BYTES = 512
MAX_FIELD_BYTES = 4096
MAX_PARTS = 64
ENVELOPE_BYTES = MAX_PARTS * 2 * MAX_FIELD_BYTES
"""Room for everything in the body that is not the video."""


@dataclass(slots=True)
class _Part:
    """The part that is read at present."""

    name: str = ""
    value: bytearray = field(default_factory=bytearray)
    header_name: bytearray = field(default_factory=bytearray)
    header_value: bytearray = field(default_factory=bytearray)


class FormReader:
    """A form that is fed chunks of its body; the bytes of its video wait in ``unwritten`` to be taken.

    Fields that were ``given`` elsewhere count as fields of the form: one that comes again is refused.
    """

    def __init__(self, boundary: bytes, *, given: Mapping[str, str]) -> None:
        self.fields = dict(given)
        self.videos = 0
        self.video_bytes = 0
        self.head = b""
        self.unwritten = bytearray()
        self._parts = 0
        self._part = _Part()
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._read_header_name,
                "on_header_value": self._read_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_data,
                "on_part_data": self._read_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def feed(self, chunk: bytes) -> None:
        """Read the next chunk of the body."""
        self._parser.write(chunk)

    def finish(self) -> None:
        """Refuse a body that stopped before its last boundary."""
        if not self._ended:
            raise MalformedUpload("The form is not complete.")

    def take(self) -> bytes:
        """Return the video's bytes that came since the last time."""
        taken = bytes(self.unwritten)
        self.unwritten.clear()
        return taken

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise MalformedUpload(f"The form has more than {MAX_PARTS} parts.")
        self._part = _Part()

    def _read_header_name(self, data: bytes, start: int, end: int) -> None:  # noqa: PLR0917  (the parser's call)
        self._part.header_name += data[start:end]

    def _read_header_value(self, data: bytes, start: int, end: int) -> None:  # noqa: PLR0917  (the parser's call)
        self._part.header_value += data[start:end]

    def _end_header(self) -> None:
        if bytes(self._part.header_name).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._part.header_value))
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
        self._part.header_name.clear()
        self._part.header_value.clear()

    def _begin_data(self) -> None:
        if not self._part.name:
            raise MalformedUpload("A part of the form has no name.")
        if self._part.name == VIDEO_FIELD:
            self.videos += 1

    def _read_data(self, data: bytes, start: int, end: int) -> None:  # noqa: PLR0917  (the parser's call)
        if self._part.name == VIDEO_FIELD:
            self.video_bytes += end - start
            self.head += data[start : min(end, start + KEPT_HEAD_BYTES - len(self.head))]
            self.unwritten += data[start:end]
            return
        self._part.value += data[start:end]
        if len(self._part.value) > MAX_FIELD_BYTES:
            raise MalformedUpload(f"A field of the form is longer than {MAX_FIELD_BYTES} bytes.")

    def _end_part(self) -> None:
        if self._part.name in self.fields:
            raise MalformedUpload("A field of the form is there more than once.")
        if self._part.name != VIDEO_FIELD:
            self.fields[self._part.name] = self._part.value.decode("utf-8", "replace")

    def _end(self) -> None:
        self._ended = True
