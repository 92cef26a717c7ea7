"""Making things beforehand changes neither them nor their order, and is not done with a single thread."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from kinemotion.prefetch import count_useful_threads, prefetch


class Counting(Iterator[int]):
    """1 to 100; remembers how many it has made, and in which threads."""

    def __init__(self) -> None:
        self.made = 0
        self.makers: set[threading.Thread] = set()

    def __next__(self) -> int:
        if self.made == 100:
            raise StopIteration
        self.made += 1
        self.makers.add(threading.current_thread())
        return self.made


@pytest.mark.parametrize(("threads", "beforehand"), [(1, 0), (2, 3), (7, 3)])
def test_the_order_stays_and_few_are_made_beforehand(threads: int, beforehand: int):
    numbers = Counting()
    taken: list[int] = []
    for number in prefetch(numbers, depth=3, threads=threads):
        taken.append(number)
        assert numbers.made <= number + beforehand
    assert taken == list(range(1, 101))
    assert (numbers.makers == {threading.current_thread()}) is (threads == 1)


def test_a_failure_comes_in_its_turn():
    def damaged() -> Iterator[int]:
        yield 1
        raise ValueError("damaged")

    items = prefetch(damaged(), depth=2, threads=2)
    assert next(items) == 1
    with pytest.raises(ValueError, match="damaged"):
        next(items)


@pytest.mark.parametrize("threads", [1, 2])
def test_no_thread_stays(threads: int):
    before = set(threading.enumerate())
    with closing(prefetch(Counting(), depth=3, threads=threads)) as items:
        assert next(items) == 1
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize(("cores", "threads"), [(None, 1), (1, 1), (2, 2), (64, 5)])
def test_a_small_network_needs_few_threads(monkeypatch: pytest.MonkeyPatch, cores: int | None, threads: int):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert count_useful_threads() == threads
