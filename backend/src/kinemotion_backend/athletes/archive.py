"""Everything an account keeps as one zip file, and back again: JSON for programs, CSV for spreadsheets."""

import io
import zipfile
import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from anyio import to_thread
from pydantic import TypeAdapter

from kinemotion_backend.analyses.outcomes import store_document, summarize
from kinemotion_backend.athletes.errors import InvalidArchive
from kinemotion_backend.athletes.spreadsheets import write_csv
from kinemotion_backend.athletes.trends import read_estimates
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.contract.documents import MAX_DOCUMENT_BYTES, AnalysisHeader, is_readable, read_header
from kinemotion_backend.records.base import (
    MAX_PAGE,
    AnalysisQuery,
    AnalysisRecord,
    Athlete,
    Membership,
    Outcome,
    Page,
    PageRequest,
    Records,
    RunLease,
    Session,
    Team,
    Transaction,
)
from kinemotion_backend.webhooks.ids import make_id

VERSION = 1
DATA = "data.json"
MAX_DATA_BYTES = 64 * 1024 * 1024
"""Engineering limit: a zip file may unfold to anything."""
MAX_DIRECTORY_BYTES = 8 * 1024 * 1024
"""Engineering limit: the zip file's list of what it holds, some 90,000 results. Python keeps 500 bytes of each."""
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)
"""What zipfile raises: for a damaged file, and for an encrypted one or an unknown compression (RuntimeError)."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an archive holds beside the results' documents."""

    version: int
    athletes: tuple[Athlete, ...]
    teams: tuple[Team, ...]
    memberships: tuple[Membership, ...]
    sessions: tuple[Session, ...]
    analyses: tuple[AnalysisRecord, ...]


_CONTENTS = TypeAdapter(Contents)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveService:
    """Writes and reads archives."""

    records: Records
    blobs: BlobStore

    async def export(self, owner: str, target: Path) -> int:
        """Write everything the account keeps, without videos, into the zip file; return its length in bytes."""
        async with self.records.read() as transaction:
            contents = await _read_contents(transaction, owner)
        await to_thread.run_sync(_write_tables, target, contents)
        with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
            for analysis in contents.analyses:
                if analysis.document_key is not None:
                    document = b"".join([chunk async for chunk in self.blobs.get(analysis.document_key)])
                    await to_thread.run_sync(archive.writestr, _name_document(analysis), document)
        return (await to_thread.run_sync(target.stat)).st_size

    async def restore(self, owner: str, source: Path) -> Mapping[str, int]:
        """Write what the zip file holds under new ids, and return how many of each; known external ids are kept.

        Raises
        ------
        InvalidArchive
            If the file is not an export of this service.
        """
        with _BoundedFile(source) as file:
            archive, contents = await to_thread.run_sync(_check_archive, file)
            return await self._write(owner, contents, archive=archive)

    async def _write(self, owner: str, contents: Contents, *, archive: zipfile.ZipFile) -> Mapping[str, int]:
        ids: dict[str | None, str | None] = {None: None}
        async with self.records.write() as transaction:
            await _write_people(transaction, owner, contents=contents, ids=ids)
        completed = _list_completed(contents)
        for analysis in completed:  # one document at a time: together they may be larger than the memory
            document = await to_thread.run_sync(_read_document, archive, analysis)
            await self._write_analysis(owner, analysis, ids=ids, document=document)
        return {
            "athletes": len(contents.athletes),
            "teams": len(contents.teams),
            "sessions": len(contents.sessions),
            "analyses": len(completed),
        }

    async def _write_analysis(
        self,
        owner: str,
        analysis: AnalysisRecord,
        *,
        ids: Mapping[str | None, str | None],
        document: tuple[bytes, AnalysisHeader],
    ) -> None:
        """Write a completed analysis with its document, as if it had been run here once."""
        content, header = document
        new_id, now = make_id("ana"), datetime.now(UTC)
        record = AnalysisRecord(
            id=new_id,
            owner=owner,
            sport=header.movement,
            quality=header.metadata.processing.quality_preset,
            options=analysis.options,
            athlete_id=ids.get(analysis.athlete_id),
            session_id=ids.get(analysis.session_id),
            engine_version=header.metadata.processing.version,
            created_at=analysis.created_at,
        )
        result = await store_document(self.blobs, replace(record, attempt=1), content=content)
        outcome = Outcome(
            status="completed",
            finished_at=analysis.finished_at or now,
            recorded_on=analysis.recorded_on,
            document_key=result.blob_key,
            summary=summarize(header),
            artefacts=[result],
        )
        async with self.records.write() as transaction:
            await transaction.analyses.add(record)
            await transaction.analyses.start(new_id, RunLease("import", now, now + timedelta(minutes=1)))
            await transaction.analyses.finish(new_id, 1, outcome=outcome)


async def _read_contents(transaction: Transaction, owner: str) -> Contents:
    return Contents(
        version=VERSION,
        athletes=await _read_all(lambda page: transaction.athletes.find(owner, team_id=None, page=page)),
        teams=await _read_all(lambda page: transaction.teams.find(owner, page=page)),
        memberships=await transaction.teams.find_memberships(owner),
        sessions=await _read_all(lambda page: transaction.sessions.find(owner, team_id=None, page=page)),
        analyses=await _read_all(lambda page: transaction.analyses.find(owner, AnalysisQuery(), page=page)),
    )


async def _read_all(find: Callable[[PageRequest], Awaitable[Page[Item]]]) -> tuple[Item, ...]:
    """Return every item, page after page."""
    items: list[Item] = []
    cursor: str | None = None
    while True:
        page = await find(PageRequest(MAX_PAGE, cursor))
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            return tuple(items)


async def _write_people(
    transaction: Transaction, owner: str, *, contents: Contents, ids: dict[str | None, str | None]
) -> None:
    """Write athletes, teams, members and sessions, and note the new id of each."""
    for athlete in contents.athletes:
        known = athlete.external_id and await transaction.athletes.find_by_external_id(owner, athlete.external_id)
        ids[athlete.id] = known.id if known else make_id("ath")
        if not known:
            await transaction.athletes.add(replace(athlete, id=ids[athlete.id] or "", owner=owner))
    for team in contents.teams:
        ids[team.id] = make_id("team")
        await transaction.teams.add(replace(team, id=ids[team.id] or "", owner=owner))
    for membership in contents.memberships:
        team_id, athlete_id = ids.get(membership.team_id), ids.get(membership.athlete_id)
        if team_id is None or athlete_id is None:
            raise InvalidArchive("A member of a team is missing in the file.")
        await transaction.teams.add_member(Membership(team_id, athlete_id, membership.created_at))
    for session in contents.sessions:
        renewed = replace(session, id=make_id("ses"), owner=owner, team_id=ids.get(session.team_id))
        ids[session.id] = renewed.id
        await transaction.sessions.add(renewed)


def _write_tables(target: Path, contents: Contents) -> None:
    """Begin the zip file with everything but the documents."""
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(DATA, _CONTENTS.dump_json(contents, indent=1))
        archive.writestr("athletes.csv", _write_csv(Athlete, contents.athletes))
        archive.writestr("teams.csv", _write_csv(Team, contents.teams))
        archive.writestr("sessions.csv", _write_csv(Session, contents.sessions))
        archive.writestr("results.csv", _write_results(contents.analyses))


class _BoundedFile(io.FileIO):
    """A file of which no more is read at once than is allowed: a zip file says itself how long its list is."""

    most_bytes = MAX_DIRECTORY_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as always; raises InvalidArchive where that is too much."""
        if size is not None and size > self.most_bytes:
            raise InvalidArchive("The file holds more than an export does.")
        return super().read(size)


def _check_archive(file: _BoundedFile) -> tuple[zipfile.ZipFile, Contents]:
    """Open the zip file; return it and what it holds, once the document of each completed analysis was checked."""
    try:
        archive = zipfile.ZipFile(file)
        file.most_bytes = MAX_DATA_BYTES
        contents = _CONTENTS.validate_json(_read_member(archive, DATA, most=MAX_DATA_BYTES))
        if contents.version != VERSION:
            raise InvalidArchive(f"The file is of version {contents.version}, not {VERSION}.")
        for analysis in _list_completed(contents):
            _read_document(archive, analysis)
    except (*UNREADABLE, KeyError, ValueError) as problem:  # pydantic's ValidationError is a ValueError
        raise InvalidArchive("The file is no export of this service.") from problem
    return archive, contents


def _read_document(archive: zipfile.ZipFile, analysis: AnalysisRecord) -> tuple[bytes, AnalysisHeader]:
    """Return the document of the analysis and its header; raises ValueError where it does not keep the contract."""
    content = _read_member(archive, _name_document(analysis), most=MAX_DOCUMENT_BYTES)
    header = read_header(content)
    if not is_readable(header.schema_version):
        raise InvalidArchive(f"A result has contract {header.schema_version[:20]}, which this service does not read.")
    return content, header


def _list_completed(contents: Contents) -> list[AnalysisRecord]:
    return [analysis for analysis in contents.analyses if analysis.status == "completed"]


def _name_document(analysis: AnalysisRecord) -> str:
    return f"results/{analysis.id}.json"


def _read_member(archive: zipfile.ZipFile, name: str, *, most: int) -> bytes:
    if archive.getinfo(name).file_size > most:
        raise InvalidArchive("The file holds more than an export does.")
    return archive.read(name)


def _write_csv(kind: type[Any], items: Iterable[object]) -> str:
    names = [field.name for field in fields(kind) if field.name != "owner"]
    return write_csv(names, [[_write_cell(getattr(item, name)) for name in names] for item in items])


def _write_results(analyses: Iterable[AnalysisRecord]) -> str:
    """Return a row for each metric of each result, with its 95 % interval."""
    head = ["analysis_id", "athlete_id", "session_id", "sport", "recorded_on", "metric", "value", "low", "high"]
    rows: list[list[object]] = []
    for analysis in analyses:
        about = [
            analysis.id,
            analysis.athlete_id,
            analysis.session_id,
            analysis.sport,
            _write_cell(analysis.recorded_on),
        ]
        for metric, estimate in read_estimates(analysis).items():
            rows.append([*about, metric, estimate.value, *estimate.interval])
    return write_csv(head, rows)


def _write_cell(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value
