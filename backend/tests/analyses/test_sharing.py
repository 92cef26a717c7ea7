"""Links end by themselves, and what has ended is deleted; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from analyses.conftest import Bench

from kinemotion_backend.analyses.errors import LinkEnded
from kinemotion_backend.analyses.sharing import MAX_LIFETIME, MIN_LIFETIME, ShareLinks

pytestmark = pytest.mark.asyncio

SECOND = timedelta(seconds=1)


async def test_a_link_ends_by_itself(bench: Bench):
    analysis_id = (await bench.submit()).analysis.id
    async with bench.working():
        await bench.ended(analysis_id)
    now = datetime.now(UTC)
    links = ShareLinks(records=bench.records, clock=lambda: now)
    made = await links.create("club", analysis_id, lifetime=MIN_LIFETIME)
    for moment in (made.link.expires_at - SECOND, made.link.expires_at):
        now = moment
        is_over = now >= made.link.expires_at
        assert await links.find("club", analysis_id) == (() if is_over else (made.link,))
        if is_over:
            with pytest.raises(LinkEnded):
                await links.open(made.token)
        else:
            assert (await links.open(made.token)).analysis.id == analysis_id


async def test_no_link_lasts_longer_than_it_may(bench: Bench):
    analysis_id = (await bench.submit()).analysis.id
    async with bench.working():
        await bench.ended(analysis_id)
    link = (await ShareLinks(records=bench.records).create("club", analysis_id, lifetime=2 * MAX_LIFETIME)).link
    assert link.expires_at - link.created_at == MAX_LIFETIME
