"""Words of the online test, and the facts its steps are judged by."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.kit.words import Word


class State(Word):
    """Where an attempt stands."""

    OPEN = "OPEN", "答题中"
    PASSED = "PASSED", "通过"
    FAILED = "FAILED", "未通过"


class Action(Word):
    """What can be done with an attempt."""

    ANSWER = "ANSWER", "交卷"


@dataclass(frozen=True, slots=True)
class Paper:
    """An attempt with what was answered; `right` holds the right option of each question asked."""

    id: UUID
    state: State
    version: int
    lineage: Collection[UUID]
    person_id: UUID
    pass_mark: int
    right: Mapping[str, str] = field(repr=False)
    options: Mapping[str, Collection[str]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def score(self) -> int:
        """The share of right answers in per cent, cut to a whole number."""
        return (
            100
            * sum(self.answers.get(key) == option for key, option in self.right.items())
            // len(self.right)
        )

    @property
    def wrong(self) -> list[str]:
        """The questions not answered rightly."""
        return [key for key, option in self.right.items() if self.answers.get(key) != option]
