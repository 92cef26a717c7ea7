"""Places: a fixed number in all, and a share of them for each client."""

import asyncio
from contextlib import ExitStack

import pytest

from kinemotion_backend.errors import Saturated, TooManyAtOnce
from kinemotion_backend.uploads.admission import Admission


def test_a_place_is_given_back_whatever_happens() -> None:
    admission = Admission(1, share=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), admission.hold_place("a"):
            raise ZeroDivisionError
    with admission.hold_place("a"):
        pass


def test_when_all_places_are_taken_everybody_is_told_to_come_back() -> None:
    admission = Admission(2, share=2)
    with admission.hold_place("a"), admission.hold_place("b"):
        for client in ("a", "b", "c"):
            with pytest.raises(Saturated), admission.hold_place(client):
                pass


def test_no_client_takes_every_place() -> None:
    admission = Admission(3, share=2)
    with ExitStack() as held:
        for client in ("a", "a"):
            held.enter_context(admission.hold_place(client))
        with pytest.raises(TooManyAtOnce), admission.hold_place("a"):
            pass
        held.enter_context(admission.hold_place("b"))
    with admission.hold_place("a"):
        pass


@pytest.mark.asyncio
async def test_tells_when_the_last_place_is_given_back() -> None:
    admission = Admission(2, share=2)
    await admission.wait_until_empty()
    with admission.hold_place("a"):
        with admission.hold_place("b"):
            waiting = asyncio.create_task(admission.wait_until_empty())
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting
