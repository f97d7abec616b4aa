"""The online test that an applicant must pass before declaring (在线学习测试, 二（三）)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Known, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms


@terms("Where an attempt at the online test stands.")
class AttemptState(Enum):
    """State of an attempt."""

    OPEN = "答题中"
    PASSED = "已通过"
    FAILED = "未通过"


@terms("How a question is answered.")
class QuestionKind(Enum):
    """Kind of a question."""

    SINGLE = "单选题"
    MULTIPLE = "多选题"
    TRUE_FALSE = "判断题"


@strawberry.type(description="One answer to choose.")
class TestOption(Told):
    """An option."""

    id: strawberry.ID = described("What `answerTest` names it by.")
    text: str = described("The answer.")


@strawberry.type(description="One question of the online test.")
class TestQuestion(Told):
    """A question."""

    id: strawberry.ID = described("What `answerTest` names it by.")
    kind: QuestionKind = described("Whether one option is chosen or several.")
    text: str = described("The question.")
    options: list[TestOption] = listed("The answers to choose from.")


@strawberry.type(description="A question answered wrongly, with where to read on.")
class WrongAnswer(Told):
    """What to learn."""

    question_id: strawberry.ID = described("The question.")
    cite: str | None = described("The article to read (依据).")
    explanation: str | None = described("What is right, and why.")


@strawberry.type(description="What was answered to a question so far.")
class SavedAnswer(Told):
    """What is kept."""

    question_id: strawberry.ID = described("The question.")
    option_ids: list[strawberry.ID] = listed("The options chosen.")


@strawberry.type(description="One attempt at the online test (在线测试).")
class TestAttempt(Entity):
    """An attempt."""

    source = OneByOne("accounts", "/v1/learning/attempts")

    id: relay.NodeID[UUID]
    cycle: int = described("The year (年度).")
    state: AttemptState = described("Where it stands.")
    score: int | None = described("Points reached; null while open.")
    pass_mark: int = described("Points needed to pass.")
    begun_at: datetime = described("When it was begun.")
    expires_at: datetime | None = described("When its time is up; then what was saved is judged.")
    judged_at: datetime | None = described("When it was judged.")
    timed_out: bool = described("Whether it was judged because its time was up.")
    questions: list[TestQuestion] = listed("The questions drawn for it.")
    answers: list[SavedAnswer] = listed("What was answered so far.")
    wrong: list[WrongAnswer] = listed("What was answered wrongly.")


@strawberry.type(description="An attempt in the list of the caller's own.")
class TestTry(Known):
    """An attempt in short."""

    named = "TestAttempt"

    cycle: int = described("The year (年度).")
    state: AttemptState = described("Where it stands.")
    score: int | None = described("Points reached; null while open.")
    begun_at: datetime = described("When it was begun.")
    judged_at: datetime | None = described("When it was judged.")

    @strawberry.field(description="The attempt with its questions.")
    def attempt(self, info: Info) -> TestAttempt | None:
        """The whole."""
        return TestAttempt.edge(info, self.uuid)


@strawberry.type(description="How a person stands in the online test of a cycle.")
class TestStanding(Told):
    """Passed or not."""

    passed: bool = described("Whether it is passed; only then a declaration can be made (二（三）).")
    passed_at: datetime | None = described("When.")
    attempts: int | None = described("How many attempts there were.")


@strawberry.input(description="The online test of a year.")
class StartTestInput(Act):
    """Start."""

    cycle: int = described("The year (年度).")


@strawberry.input(description="The answer to one question.")
class AnswerInput:
    """A choice."""

    question_id: strawberry.ID = described("The question.")
    option_id: strawberry.ID | None = optional("The option chosen.")
    option_ids: list[strawberry.ID] | None = optional("The options chosen, where several are asked for.")

    @property
    def chosen(self) -> list[str]:
        """Every option chosen."""
        return [*([self.option_id] if self.option_id else []), *(self.option_ids or [])]


@strawberry.input
class TestAnswers(Act):
    """Answers to questions of an attempt."""

    attempt_id: strawberry.ID = id_of("TestAttempt", "The attempt.")
    answers: list[AnswerInput] = described("One for each question.")

    @property
    def path(self) -> str:
        """Where answers go."""
        return f"/v1/learning/attempts/{uuid_of(self.attempt_id, 'TestAttempt', field='attempt_id')}/answers"

    @property
    def body(self) -> dict[str, dict[str, list[str]]]:
        """The options chosen, by question."""
        return {"answers": {each.question_id: each.chosen for each in self.answers}}


@strawberry.input(description="Answers to be kept; an empty choice takes one back.")
class SaveTestAnswersInput(TestAnswers):
    """Save."""


@strawberry.input(description="Answers to be handed in; with those saved before, to all questions.")
class AnswerTestInput(TestAnswers):
    """Hand in."""


@strawberry.type(description="What came of an act of the online test.")
class TestPayload(Payload):
    """The attempt."""

    attempt: TestAttempt | None = optional("The attempt as it is now.")


@strawberry.type
class LearningQuery:
    """Attempts of the caller's own."""

    @strawberry.field(description="An attempt of the caller's own, by its id.")
    async def test_attempt(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> TestAttempt | None:
        """One attempt."""
        return await TestAttempt.at(info, id)

    @strawberry.field(description="The caller's own attempts, newest first.")
    async def test_attempts(
        self,
        info: Info,
        first: First,
        after: After = None,
        cycle: Annotated[int | None, strawberry.argument(description="Of this year.")] = None,
    ) -> Connection[TestTry] | None:
        """All attempts."""
        return await page(
            info.context.accounts, "/v1/learning/attempts", TestTry.of, first, after, cycle=cycle
        )


@strawberry.type
class LearningMutation:
    """Acts of the online test."""

    @mutation("Begin an attempt at the online test of a year (二（三）).")
    async def start_test(self, info: Info, input: StartTestInput) -> TestPayload | None:
        """Draw the questions."""
        done = await info.context.accounts.write("POST", "/v1/learning/attempts", body_of(input))
        return TestPayload(attempt=TestAttempt.of(done.record), basis=Basis.each(done.basis))

    @mutation("Keep answers given so far; when the time is up, what was kept is judged.")
    async def save_test_answers(self, info: Info, input: SaveTestAnswersInput) -> TestPayload | None:
        """Keep them."""
        done = await info.context.accounts.write("PUT", input.path, input.body)
        return TestPayload(attempt=TestAttempt.of(done.record), basis=Basis.each(done.basis))

    @mutation("Hand in an attempt; it tells what was wrong, and where to read on.")
    async def answer_test(self, info: Info, input: AnswerTestInput) -> TestPayload | None:
        """Answer and be marked."""
        done = await info.context.accounts.write("POST", input.path, input.body)
        return TestPayload(attempt=TestAttempt.of(done.record), basis=Basis.each(done.basis))
