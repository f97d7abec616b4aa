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
    """What can be done with an attempt; saving changes no state."""

    ANSWER = "ANSWER", "交卷"
    TIME_UP = "TIME_UP", "到时收卷"
    SAVE = "SAVE", "保存作答"


class GuideKind(Word):
    """What a guide is (二（三）)."""

    GUIDE = "GUIDE", "办事指南"
    SAMPLE = "SAMPLE", "申报样例"
    VIDEO = "VIDEO", "填报短视频"
    FAQ = "FAQ", "常见问题和热点问题解答"


Chosen = Mapping[str, Collection[str]]
"""The options chosen, by question."""


@dataclass(frozen=True, slots=True)
class Paper:
    """An attempt with what was answered; `right` holds the right options of each question asked."""

    id: UUID
    state: State
    version: int
    lineage: Collection[UUID]
    person_id: UUID
    pass_mark: int
    right: Mapping[str, Collection[str]] = field(repr=False)
    options: Mapping[str, Collection[str]] = field(default_factory=dict)
    single: Collection[str] = ()
    answers: Chosen = field(default_factory=dict)

    @property
    def score(self) -> int:
        """The share of right answers in per cent, cut to a whole number; of several options all and no other."""
        return 100 * (len(self.right) - len(self.wrong)) // len(self.right)

    @property
    def wrong(self) -> list[str]:
        """The questions not answered rightly."""
        return [key for key, options in self.right.items() if set(self.answers.get(key, ())) != set(options)]
