"""What an archive holds: a line of JSON for each record, tables for spreadsheets, and the results' documents."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from kinemotion_backend.athletes.errors import InvalidArchive
from kinemotion_backend.contract.documents import MAX_DOCUMENT_BYTES, AnalysisHeader, is_readable, read_header
from kinemotion_backend.records.base import AnalysisRecord, Athlete, Membership, Session, Team

VERSION = 1
HEAD = "archive.json"
MEMBERS: Mapping[type[Any], str] = MappingProxyType(
    {
        Athlete: "athletes.jsonl",
        Team: "teams.jsonl",
        Membership: "memberships.jsonl",
        Session: "sessions.jsonl",
        AnalysisRecord: "analyses.jsonl",
    }
)
"""File of each kind of record; a record refers to those of the files before."""
MAX_RECORD_BYTES = 256 * 1024
MAX_DATA_BYTES = 256 * 1024 * 1024
MAX_RECORDS = 200_000
"""Engineering limits: a zip file may unfold to anything. An analysis has one to three kB."""
MAX_DIRECTORY_BYTES = 8 * 1024 * 1024
"""Engineering limit: the zip file's list of what it holds, some 90,000 results. Python keeps 500 bytes of each."""
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)
"""What zipfile raises: for a damaged file, and for an encrypted one or an unknown compression (RuntimeError)."""

Record = TypeVar("Record")


class BoundedFile(io.FileIO):
    """A file of which no more is read at once than is allowed: a zip file says itself how long its list is."""

    most_bytes = MAX_DIRECTORY_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as always; raises InvalidArchive where that is too much."""
        if size is not None and size > self.most_bytes:
            raise InvalidArchive("The file holds more than an export does.")
        return super().read(size)


def check_archive(file: BoundedFile) -> zipfile.ZipFile:
    """Open the zip file, once every record in it and the document of each completed analysis were checked.

    Raises
    ------
    InvalidArchive
        If the file is not an export of this service.
    """
    try:
        archive = zipfile.ZipFile(file)
        file.most_bytes = MAX_DOCUMENT_BYTES
        version = json.loads(_read_member(archive, HEAD, most=MAX_RECORD_BYTES))["version"]
        if version != VERSION:
            raise InvalidArchive(f"The file is of version {version}, not {VERSION}.")
        _check_records(archive)
        for analysis in read_completed(archive):
            read_document(archive, analysis)
    except (*UNREADABLE, KeyError, TypeError, ValueError) as problem:  # pydantic's ValidationError is a ValueError
        raise InvalidArchive("The file is no export of this service.") from problem
    return archive


def _check_records(archive: zipfile.ZipFile) -> None:
    """Read each record once, within the limits of all together."""
    if sum(archive.getinfo(name).file_size for name in MEMBERS.values()) > MAX_DATA_BYTES:
        raise InvalidArchive("The file holds more than an export does.")
    ids, count = set[tuple[type[Any], str]](), 0
    for kind in MEMBERS:
        for record in read_records(archive, kind):
            count += 1
            if count > MAX_RECORDS:
                raise InvalidArchive("The file holds more than an export does.")
            if not isinstance(record, Membership):
                ids.add((kind, record.id))
            elif not ids.issuperset({(Team, record.team_id), (Athlete, record.athlete_id)}):
                raise InvalidArchive("A member of a team is missing in the file.")


def read_records(archive: zipfile.ZipFile, kind: type[Record]) -> Iterator[Record]:
    """Yield the records of the kind, one line at a time; raises ValueError where one is none."""
    with io.BufferedReader(cast("io.RawIOBase", archive.open(MEMBERS[kind]))) as lines:
        while line := lines.readline(MAX_RECORD_BYTES + 1):
            if len(line) > MAX_RECORD_BYTES:
                raise InvalidArchive("A record of the file is too long.")
            yield _find_adapter(kind).validate_json(line)


def write_records(kind: type[Record], records: tuple[Record, ...]) -> bytes:
    """Return a line for each record."""
    return b"".join(_find_adapter(kind).dump_json(record) + b"\n" for record in records)


@cache
def _find_adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def read_completed(archive: zipfile.ZipFile) -> Iterator[AnalysisRecord]:
    """Yield the completed analyses: those that have a document."""
    return (analysis for analysis in read_records(archive, AnalysisRecord) if analysis.status == "completed")


def read_document(archive: zipfile.ZipFile, analysis: AnalysisRecord) -> tuple[bytes, AnalysisHeader]:
    """Return the document of the analysis and its header; raises ValueError where it does not keep the contract."""
    content = _read_member(archive, name_document(analysis), most=MAX_DOCUMENT_BYTES)
    header = read_header(content)
    if not is_readable(header.schema_version):
        raise InvalidArchive(f"A result has contract {header.schema_version[:20]}, which this service does not read.")
    return content, header


def name_document(analysis: AnalysisRecord) -> str:
    """Return the name of the analysis's document in the zip file."""
    return f"results/{analysis.id}.json"


def _read_member(archive: zipfile.ZipFile, name: str, *, most: int) -> bytes:
    if archive.getinfo(name).file_size > most:
        raise InvalidArchive("The file holds more than an export does.")
    return archive.read(name)
