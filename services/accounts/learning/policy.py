"""The online test as data: guides, questions, and how a paper is judged (二（三）)."""

from pydantic import Field, model_validator

from services.kit.policy import Entry, PolicyFile


class Paper(Entry):
    """How many questions a paper has, and the least score in per cent."""

    questions: int = Field(ge=1)
    pass_mark: int = Field(ge=1, le=100)


class Guide(Entry):
    """Something to read or watch before the test."""

    id: str
    kind: str
    title: str
    cite: str
    text: str
    url: str | None = None


class Question(Entry):
    """A question with its options and the right one."""

    id: str
    text: str
    options: dict[str, str]
    answer: str
    cite: str
    explanation: str

    @model_validator(mode="after")
    def _answerable(self) -> "Question":
        if self.answer not in self.options:
            raise ValueError(f"the answer {self.answer} is not among the options")
        return self


class LearningRules(PolicyFile):
    """learning.yaml."""

    paper: Paper
    guides: list[Guide]
    questions: list[Question]

    @model_validator(mode="after")
    def _enough(self) -> "LearningRules":
        if len({question.id for question in self.questions}) != len(self.questions):
            raise ValueError("two questions have the same id")
        if len(self.questions) < self.paper.questions:
            raise ValueError("a paper asks more questions than there are")
        return self

    def question(self, question_id: str) -> Question | None:
        """A question by its id."""
        return next((each for each in self.questions if each.id == question_id), None)
