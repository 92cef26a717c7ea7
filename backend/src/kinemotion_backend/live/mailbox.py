"""Waiting messages, not frames, for one reader: a new one may replace the one of its kind; their number is limited."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

MAX_WAITING = 512
"""Engineering limit: messages that wait for a reader. A reader that is further behind does not read at all."""

Item = TypeVar("Item")


class MailboxFull(Exception):
    """The reader is too far behind."""


class Mailbox(Generic[Item]):
    """Messages that wait for one reader.

    A message that replaces others takes the place of the one before it of its kind: a slow reader sees fewer of them,
    each the newest. The others wait in order.
    """

    def __init__(self, *, most: int = MAX_WAITING) -> None:
        self._most = most
        self._waiting: deque[tuple[Item, bool]] = deque()
        self._newest: tuple[Item, bool] | None = None
        self._changed = asyncio.Event()
        self._is_closed = False

    def put(self, item: Item, *, replaces: bool = False) -> None:
        """Add a message.

        Raises
        ------
        MailboxFull
            If too many messages wait.
        """
        if self._is_closed:
            return
        entry = (item, replaces)
        if replaces:
            if self._newest is not None:
                self._waiting.remove(self._newest)
            self._newest = entry
        if len(self._waiting) >= self._most:
            raise MailboxFull
        self._waiting.append(entry)
        self._changed.set()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def clear(self) -> None:
        """Forget every message that waits."""
        self._waiting.clear()
        self._newest = None

    def close(self) -> None:
        """Take no more messages; those that wait can still be read."""
        self._is_closed = True
        self._changed.set()

    async def get(self) -> Item | None:
        """Return the next message, waiting for it; None when the mailbox is closed and empty."""
        while not self._waiting:
            if self._is_closed:
                return None
            self._changed.clear()
            await self._changed.wait()
        entry = self._waiting.popleft()
        if entry is self._newest:
            self._newest = None
        return entry[0]
