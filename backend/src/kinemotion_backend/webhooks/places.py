"""Who may have the next of the places in which deliveries are made."""

from collections import Counter
from collections.abc import Iterable


class Places:
    """Places that owners share: one takes a further place only while it holds fewer than are free.

    So an owner whose receivers are slow holds half of the places at most, two hold a third each, and one place is
    left as long as there are more places than owners. An owner that is alone need not know how many there could be.
    """

    def __init__(self, count: int, owners: Iterable[str]) -> None:
        self._held = Counter(owners)
        self.free = count - self._held.total()
        self.owners_with_enough = {owner for owner in self._held if not self._may_take(owner)}

    def take(self, owner: str) -> bool:
        """Take a place for the owner; False where it has enough, also for all that it asks for later."""
        if not self._may_take(owner):
            self.owners_with_enough.add(owner)
            return False
        self._held[owner] += 1
        self.free -= 1
        return True

    def _may_take(self, owner: str) -> bool:
        return self._held[owner] < self.free
