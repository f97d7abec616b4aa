"""The online test as data: guides, questions, and how a paper is drawn, timed and judged (二（三）)."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.accounts.learning.states import GuideKind
from services.accounts.question_bank.question import Question
from services.accounts.question_bank.rules import CHECKS
from services.accounts.question_bank.states import Bank, State
from services.kit.policy import Entry, PolicyFile
from services.kit.steps import Broken

Share = Annotated[int, Field(ge=1, le=100)]


class PaperRules(Entry):
    """How a paper is put together, how long it may take, what passes, and how soon and how often one may try again.

    `weights`: how many parts of a paper each topic has; without them questions are drawn from all alike.
    """

    questions: int = Field(ge=1, le=200)
    pass_mark: int = Field(ge=1, le=100)
    minutes: int = Field(ge=1, le=1440)
    pause_minutes: int = Field(0, ge=0, le=1440)
    attempts_per_day: int = Field(0, ge=0, le=100)
    weights: dict[str, Share] = Field(default_factory=dict)

    @property
    def by_topic(self) -> dict[str, int]:
        """How many questions of each topic a paper has: its share, the greatest remainders rounded up."""
        whole = sum(self.weights.values())
        exact = {topic: divmod(self.questions * weight, whole) for topic, weight in self.weights.items()}
        left = self.questions - sum(count for count, _ in exact.values())
        greatest = sorted(exact, key=lambda topic: (-exact[topic][1], topic))[:left] if exact else []
        return {topic: count + (topic in greatest) for topic, (count, _) in exact.items()}


class Guide(Entry):
    """Something to read or watch before the test: a text, and a link or a file of the folder `guides`."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    kind: GuideKind
    title: str
    cite: str
    text: str
    url: Annotated[str, StringConstraints(pattern=r"^https://")] | None = None
    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}\.(md|pdf|png|mp4)$")] | None = (
        None
    )
    seconds: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _watchable(self) -> "Guide":
        if self.kind is GuideKind.VIDEO and (self.seconds is None or not (self.url or self.file)):
            raise ValueError("a video has its length in seconds, and a link or a file")
        return self


class LearningRules(PolicyFile):
    """learning.yaml."""

    paper: PaperRules
    topics: dict[str, str] = Field(default_factory=dict)
    guides: list[Guide]
    questions: list[Question]

    @model_validator(mode="after")
    def _fits(self) -> "LearningRules":
        if len({guide.id for guide in self.guides}) != len(self.guides):
            raise ValueError("two guides have the same id")
        strange = {each.topic for each in self.questions if each.topic} | set(self.paper.weights)
        if unknown := sorted(strange - set(self.topics)):
            raise ValueError(f"topics that are not named: {', '.join(unknown)}")
        asked = (self.questions, self.paper.questions, self.paper.by_topic)
        judged = Bank(UUID(int=0), State.DRAFT, 0, (), *asked)
        if broken := next((found for check in CHECKS if (found := check.check(judged))), None):
            raise ValueError(broken.en if isinstance(broken, Broken) else broken[0].en)
        return self
