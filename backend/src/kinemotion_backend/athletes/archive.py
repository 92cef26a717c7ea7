"""Everything an account keeps as one zip file, and back again: JSON for programs, CSV for spreadsheets."""

import json
import zipfile
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from anyio import to_thread

from kinemotion_backend.athletes.archive_format import (
    HEAD,
    MEMBERS,
    VERSION,
    BoundedFile,
    check_archive,
    name_document,
    write_records,
)
from kinemotion_backend.athletes.archive_import import ArchiveImport
from kinemotion_backend.athletes.spreadsheets import write_rows
from kinemotion_backend.athletes.trends import read_estimates
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.records.base import (
    MAX_PAGE,
    AnalysisQuery,
    AnalysisRecord,
    Athlete,
    Membership,
    Page,
    PageRequest,
    Records,
    Session,
    Team,
    Transaction,
)

TABLES = {Athlete: "athletes.csv", Team: "teams.csv", Session: "sessions.csv"}
RESULTS = "results.csv"
RESULT_COLUMNS = ("analysis_id", "athlete_id", "session_id", "sport", "recorded_on", "metric", "value", "low", "high")

Row = Sequence[object]
ListRows = Callable[[Any], Iterator[Row]]
"""Makes the rows that a record has in a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveService:
    """Writes and reads archives, some records at a time: an account may keep more than the memory holds."""

    records: Records
    blobs: BlobStore

    async def export(self, owner: str, target: Path) -> int:
        """Write everything the account keeps, without videos, into the zip file; return its length in bytes."""
        archive = await to_thread.run_sync(partial(zipfile.ZipFile, target, "x", zipfile.ZIP_DEFLATED))
        try:
            archive.writestr(HEAD, json.dumps({"version": VERSION}))
            for kind, name in MEMBERS.items():
                await self._write_records(archive, name, owner=owner, kind=kind)
            for kind, name in TABLES.items():
                columns = [field.name for field in fields(kind) if field.name != "owner"]
                table = partial(_list_cells, columns)
                await self._write_table(archive, name, pages=self._read_pages(owner, kind), head=columns, rows=table)
            analyses = self._read_pages(owner, AnalysisRecord)
            await self._write_table(archive, RESULTS, pages=analyses, head=RESULT_COLUMNS, rows=_list_results)
            await self._write_documents(archive, owner)
        finally:
            await to_thread.run_sync(archive.close)
        return (await to_thread.run_sync(target.stat)).st_size

    async def restore(self, owner: str, source: Path) -> Mapping[str, int]:
        """Write what the zip file holds under new ids, and return how many of each; known external ids are kept.

        Raises
        ------
        InvalidArchive
            If the file is not an export of this service.
        """
        with BoundedFile(source) as file:
            archive = await to_thread.run_sync(check_archive, file)
            return await ArchiveImport(records=self.records, blobs=self.blobs, owner=owner).write(archive)

    async def _write_records(self, archive: zipfile.ZipFile, name: str, *, owner: str, kind: type[Any]) -> None:
        with archive.open(name, "w") as member:
            async for page in self._read_pages(owner, kind):
                member.write(await to_thread.run_sync(write_records, kind, page))

    async def _write_table(
        self,
        archive: zipfile.ZipFile,
        name: str,
        *,
        pages: AsyncGenerator[tuple[Any, ...]],
        head: Row,
        rows: ListRows,
    ) -> None:
        with archive.open(name, "w") as member:
            member.write(write_rows([head]).encode())
            async for page in pages:
                text = await to_thread.run_sync(write_rows, [row for record in page for row in rows(record)])
                member.write(text.encode())

    async def _write_documents(self, archive: zipfile.ZipFile, owner: str) -> None:
        async for page in self._read_pages(owner, AnalysisRecord):
            for analysis in page:
                if analysis.document_key is not None:
                    document = b"".join([chunk async for chunk in self.blobs.get(analysis.document_key)])
                    await to_thread.run_sync(archive.writestr, name_document(analysis), document)

    async def _read_pages(self, owner: str, kind: type[Any]) -> AsyncGenerator[tuple[Any, ...]]:
        """Yield all records of the kind, a page at a time."""
        cursor: str | None = None
        while True:
            async with self.records.read() as transaction:
                page = await _find(transaction, owner, kind=kind, page=PageRequest(MAX_PAGE, cursor))
            yield page.items
            cursor = page.next_cursor
            if cursor is None:
                return


async def _find(transaction: Transaction, owner: str, *, kind: type[Any], page: PageRequest) -> Page[Any]:
    """Return a page of the records of the kind."""
    if kind is Athlete:
        return await transaction.athletes.find(owner, team_id=None, page=page)
    if kind is Team:
        return await transaction.teams.find(owner, page=page)
    if kind is Session:
        return await transaction.sessions.find(owner, team_id=None, page=page)
    if kind is Membership:
        return Page(await transaction.teams.find_memberships(owner), None)
    return await transaction.analyses.find(owner, AnalysisQuery(), page=page)


def _list_cells(columns: Sequence[str], record: object) -> Iterator[Row]:
    """Yield the one row of a record: its fields as they are written in a table."""
    yield [_write_cell(getattr(record, name)) for name in columns]


def _list_results(analysis: AnalysisRecord) -> Iterator[Row]:
    """Yield a row for each metric of the result, with its 95 % interval."""
    about = (
        analysis.id,
        analysis.athlete_id,
        analysis.session_id,
        analysis.sport,
        _write_cell(analysis.recorded_on),
    )
    for metric, estimate in read_estimates(analysis).items():
        yield (*about, metric, estimate.value, *estimate.interval)


def _write_cell(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value
