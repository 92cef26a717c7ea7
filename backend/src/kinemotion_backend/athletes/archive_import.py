"""Write what an archive holds, under new ids."""

import asyncio
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from anyio import to_thread

from kinemotion_backend.analyses.outcomes import store_document, summarize
from kinemotion_backend.athletes.archive_format import read_completed, read_document, read_records
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.contract.documents import AnalysisHeader
from kinemotion_backend.records.base import (
    AnalysisRecord,
    Athlete,
    Membership,
    Outcome,
    Records,
    RunLease,
    Session,
    Team,
    Transaction,
)
from kinemotion_backend.webhooks.ids import make_id

PEOPLE = (Athlete, Team, Membership, Session)
"""Kinds of records that have no document, each after those that it refers to."""
AT_ONCE = 50
"""Engineering limit: records of a transaction. Every other writer of an SQLite database waits meanwhile."""

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveImport:
    """One import: where it writes, for whom, and the new id of each record in the archive by its kind and old id."""

    records: Records
    blobs: BlobStore
    owner: str
    ids: dict[tuple[type[Any], str | None], str] = field(default_factory=dict[tuple[type[Any], str | None], str])
    counts: Counter[str] = field(default_factory=Counter[str])

    async def write(self, archive: zipfile.ZipFile) -> Mapping[str, int]:
        """Write everything, and return how many of each kind there were."""
        for kind in PEOPLE:
            async for batch in _read_batches(read_records(archive, kind)):
                await self._write_people(batch)
        async for batch in _read_batches(read_completed(archive)):
            for analysis in batch:  # one document at a time: together they may be larger than the memory
                document = await to_thread.run_sync(read_document, archive, analysis)
                await self._write_analysis(analysis, document=document)
        return {name: self.counts[name] for name in ("athletes", "teams", "sessions", "analyses")}

    async def _write_people(self, batch: list[Athlete | Team | Membership | Session]) -> None:
        """Write the records in one transaction, then leave the database to others for as long as it took."""
        began_s = asyncio.get_running_loop().time()
        async with self.records.write() as transaction:
            for record in batch:
                match record:
                    case Athlete():
                        await self._write_athlete(transaction, record)
                    case Team():
                        team = replace(record, id=make_id("team"), owner=self.owner)
                        await transaction.teams.add(team)
                        self._note("teams", record, new_id=team.id)
                    case Membership():
                        team_id = self.ids[Team, record.team_id]
                        athlete_id = self.ids[Athlete, record.athlete_id]
                        await transaction.teams.add_member(Membership(team_id, athlete_id, record.created_at))
                    case Session():
                        team_id = self.ids.get((Team, record.team_id))
                        session = replace(record, id=make_id("ses"), owner=self.owner, team_id=team_id)
                        await transaction.sessions.add(session)
                        self._note("sessions", record, new_id=session.id)
        await asyncio.sleep(asyncio.get_running_loop().time() - began_s)

    async def _write_athlete(self, transaction: Transaction, athlete: Athlete) -> None:
        known = athlete.external_id and await transaction.athletes.find_by_external_id(self.owner, athlete.external_id)
        new_id = known.id if known else make_id("ath")
        if not known:
            await transaction.athletes.add(replace(athlete, id=new_id, owner=self.owner))
        self._note("athletes", athlete, new_id=new_id)

    def _note(self, kind: str, record: Athlete | Team | Session, *, new_id: str) -> None:
        self.ids[type(record), record.id] = new_id
        self.counts[kind] += 1

    async def _write_analysis(self, analysis: AnalysisRecord, *, document: tuple[bytes, AnalysisHeader]) -> None:
        """Write a completed analysis with its document, as if it had been run here once."""
        content, header = document
        new_id, now = make_id("ana"), datetime.now(UTC)
        record = AnalysisRecord(
            id=new_id,
            owner=self.owner,
            sport=header.movement,
            quality=header.metadata.processing.quality_preset,
            options=analysis.options,
            athlete_id=self.ids.get((Athlete, analysis.athlete_id)),
            session_id=self.ids.get((Session, analysis.session_id)),
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
        self.counts["analyses"] += 1


async def _read_batches(records: Iterator[Record]) -> AsyncIterator[list[Record]]:
    """Yield some records at a time, read beside the event loop."""
    while batch := await to_thread.run_sync(lambda: list(islice(records, AT_ONCE))):
        yield batch
