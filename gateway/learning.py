"""Learning before declaring (在线学习测试, 二（三）): guides, and the online test that an applicant must pass."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import Entity, OneByOne
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms


@terms("Where an attempt at the online test stands.")
class AttemptState(Enum):
    """State of an attempt."""

    OPEN = "答题中"
    PASSED = "已通过"
    FAILED = "未通过"


@strawberry.type(description="A guide to declaring (办事指南、申报样例、填报短视频、问题解答).")
class Guide(Told):
    """A guide."""

    code: str = described("Its stable name.")
    title: str = described("Title (标题).")
    kind: str = described("What it is: guide, sample, video, questions and answers.")
    cite: str = described("The article it explains (依据).")
    body: str = described("Text (正文).")
    url: str | None = described("Where more is found.")


@strawberry.type(description="All there is to learn from for a year, and how the test is judged.")
class Guides(Told):
    """The guides of a year."""

    cycle: int = described("The year (年度).")
    questions: int = described("How many questions the test asks.")
    pass_mark: int = described("Points needed to pass.")
    items: list[Guide] = listed("The guides.")


@strawberry.type(description="One answer to choose.")
class TestOption(Told):
    """An option."""

    id: strawberry.ID = described("What `answerTest` names it by.")
    text: str = described("The answer.")


@strawberry.type(description="One question of the online test.")
class TestQuestion(Told):
    """A question."""

    id: strawberry.ID = described("What `answerTest` names it by.")
    text: str = described("The question.")
    options: list[TestOption] = listed("The answers to choose from.")


@strawberry.type(description="A question answered wrongly, with where to read on.")
class WrongAnswer(Told):
    """What to learn."""

    question_id: strawberry.ID = described("The question.")
    cite: str | None = described("The article to read (依据).")
    explanation: str | None = described("What is right, and why.")


@strawberry.type(description="One attempt at the online test (在线测试).")
class TestAttempt(Entity):
    """An attempt."""

    source = OneByOne("accounts", "/v1/learning/attempts")

    id: relay.NodeID[UUID]
    cycle: int = described("The year (年度).")
    state: AttemptState = described("Where it stands.")
    questions: list[TestQuestion] = listed("The questions drawn for it.")
    score: int | None = described("Points reached; null while open.")
    pass_mark: int = described("Points needed to pass.")
    wrong: list[WrongAnswer] = listed("What was answered wrongly.")


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
    option_id: strawberry.ID = described("The option chosen.")


@strawberry.input(description="Answers to all questions of an attempt.")
class AnswerTestInput(Act):
    """Answer."""

    attempt_id: strawberry.ID = id_of("TestAttempt", "The attempt.")
    answers: list[AnswerInput] = described("One for each question.")


@strawberry.type(description="What came of an act of the online test.")
class TestPayload(Payload):
    """The attempt."""

    attempt: TestAttempt | None = optional("The attempt as it is now.")


@strawberry.type
class LearningQuery:
    """What there is to learn."""

    @strawberry.field(description="Guides to declaring online, for anyone (二（三）).")
    async def guides(
        self,
        info: Info,
        cycle: Annotated[
            int | None, strawberry.argument(description="Of this year; else of the newest.")
        ] = None,
    ) -> Guides | None:
        """All guides of a year."""
        return Guides.of(await info.context.accounts.get("/v1/learning/guides", cycle=cycle))

    @strawberry.field(description="An attempt of the caller's own, by its id.")
    async def test_attempt(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> TestAttempt | None:
        """One attempt."""
        return await TestAttempt.at(info, id)


@strawberry.type
class LearningMutation:
    """Acts of the online test."""

    @mutation("Begin an attempt at the online test of a year (二（三）).")
    async def start_test(self, info: Info, input: StartTestInput) -> TestPayload | None:
        """Draw the questions."""
        done = await info.context.accounts.write("POST", "/v1/learning/attempts", body_of(input))
        return TestPayload(attempt=TestAttempt.of(done.record), basis=Basis.each(done.basis))

    @mutation("Answer all questions of an attempt; it tells what was wrong, and where to read on.")
    async def answer_test(self, info: Info, input: AnswerTestInput) -> TestPayload | None:
        """Answer and be marked."""
        attempt = uuid_of(input.attempt_id, "TestAttempt", field="attempt_id")
        answers = {answer.question_id: answer.option_id for answer in input.answers}
        done = await info.context.accounts.write(
            "POST", f"/v1/learning/attempts/{attempt}/answers", {"answers": answers}
        )
        return TestPayload(attempt=TestAttempt.of(done.record), basis=Basis.each(done.basis))
