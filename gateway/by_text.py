"""What was made of a text is kept, as long as there is room: a text may be anybody's, so its length counts and not its number only."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")
MOST_LETTERS = 200_000
"""Of all texts that one thing is kept of; what that means in memory: `docs/plans.md`."""


class ByText(Generic[V]):
    """Values by texts and what else they depend on, so many at once; what was not asked for longest makes room."""

    def __init__(self, most: int, most_letters: int = MOST_LETTERS) -> None:
        self._most, self._most_letters = most, most_letters
        self._values: OrderedDict[tuple[Hashable, ...], V] = OrderedDict()
        self.letters = 0
        """Of all texts by which something is kept."""

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: tuple[Hashable, ...], make: Callable[[], V]) -> tuple[V, bool]:
        """The value, and whether it had to be made.

        Raises:
            Exception: it cannot be made, and nothing is kept.
        """
        if (found := self._values.get(key)) is not None:
            self._values.move_to_end(key)
            return found, False
        made = self._values[key] = make()
        self.letters += _letters(key)
        while len(self._values) > self._most or self.letters > self._most_letters:
            longest_ago, _ = self._values.popitem(last=False)
            self.letters -= _letters(longest_ago)
        return made, True


def _letters(key: tuple[Hashable, ...]) -> int:
    return sum(len(each) for each in key if isinstance(each, str))
