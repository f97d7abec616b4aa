"""Versions of the online test's questions (试题), for the provincial title office alone."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.learning import QuestionKind
from gateway.acting import StepInput
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Known, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, listed, optional, terms
from gateway.workflow.material import link, moment


@terms("Where a version of the questions stands; of a year's versions one is in use.")
class QuestionBankState(Enum):
    """State of a version."""

    DRAFT = "待发布"
    PUBLISHED = "使用中"
    RETIRED = "已停用"


@terms("Where a version came from.")
class QuestionSource(Enum):
    """Source of a version."""

    POLICY = "政策文件"
    IMPORT = "导入"


@terms("What can be done with a version.")
class QuestionBankAction(Enum):
    """Action on a version."""

    PUBLISH = "发布试题"
    RETIRE = "停用试题"


@strawberry.type(description="An option of a question.")
class BankOption(Told):
    """An option."""

    id: strawberry.ID = described("What answers name it by.")
    text: str = described("Its words.")


@strawberry.type(description="A question with its answers.")
class BankQuestion(Told):
    """A question."""

    id: strawberry.ID = described("Its id in the version.")
    kind: QuestionKind = described("How it is answered.")
    topic: str | None = described("What it is about; papers take their share of each topic.")
    text: str = described("The question.")
    options: list[BankOption] = listed("The options.")
    answer: list[str] = listed("The right options.")
    cite: str = described("The article (依据).")
    explanation: str = described("Why (解析).")


@strawberry.type(description="What was done with a version.")
class QuestionBankStep(Told):
    """A line of its history."""

    action: str = described("What was done.")
    actor_name: str = described("By whom.")
    at: datetime = described("When.")
    note: str | None = described("Why.")


@strawberry.type(description="A version of a year's questions, with answers.")
class QuestionBank(Entity):
    """A version."""

    source = OneByOne("accounts", "/v1/question-banks")

    id: relay.NodeID[UUID]
    cycle: int = described("The year (年度).")
    number: int = described("Its number in the year.")
    title: str = described("What it is called.")
    came_from: QuestionSource = described("Where it came from.", told_as="source")
    state: QuestionBankState = described("Where it stands.")
    published_at: datetime | None = described("When it was last published.")
    version: int = described("Its version.")
    available_actions: list[QuestionBankAction] = listed("What can be tried now.")
    questions: list[BankQuestion] = listed("Its questions.")
    history: list[QuestionBankStep] = listed("What was done with it.")


@strawberry.type(description="A version in a list, without its questions.")
class QuestionBankLine(Known):
    """A version in short."""

    named = "QuestionBank"

    number: int = described("Its number in the year.")
    title: str = described("What it is called.")
    came_from: QuestionSource = described("Where it came from.", told_as="source")
    state: QuestionBankState = described("Where it stands.")
    published_at: datetime | None = described("When it was last published.")

    @strawberry.field(description="The version with its questions.")
    def bank(self, info: Info) -> QuestionBank | None:
        """The whole."""
        return QuestionBank.edge(info, self.uuid)


@strawberry.input(description="An option of a question.")
class BankOptionInput:
    """An option."""

    id: str = described("What the answer names it by.")
    text: str = described("Its words.")


@strawberry.input(description="A question to be imported.")
class BankQuestionInput:
    """A question."""

    id: str = described("Its id, once in the version.")
    kind: QuestionKind = described("How it is answered.", default=QuestionKind.SINGLE)
    topic: str | None = optional("What it is about.")
    text: str = described("The question.")
    options: list[BankOptionInput] = described("The options.")
    answer: list[str] = described("The right options.")
    cite: str = described("The article (依据).")
    explanation: str = described("Why (解析).")

    @property
    def body(self) -> dict[str, Any]:
        """The question as the service takes it."""
        return body_of(self, "options") | {"options": {each.id: each.text for each in self.options}}


@strawberry.input(description="Questions of a year, as a draft.")
class ImportQuestionsInput(Act):
    """Import."""

    cycle: int = described("The year (年度).")
    title: str = described("What the version is called.")
    questions: list[BankQuestionInput] = described("All of them; they replace, and are not added.")


@strawberry.input(description="A sheet (XLSX) of a year's questions that is to come.")
class RequestQuestionSheetLinkInput(Act):
    """Ask for a link."""

    cycle: int = described("The year (年度).")
    title: str = described("What the version is called.")


@strawberry.input(description="A step of a version.")
class ActOnQuestionBankInput(StepInput):
    """Publish or retire."""

    action: QuestionBankAction = described("What to do.")


@strawberry.type(description="What came of an act on a version of the questions.")
class QuestionBankPayload(Payload):
    """The version."""

    bank: QuestionBank | None = optional("The version as it is now.")


@strawberry.type(description="What came of asking to send a sheet of questions.")
class QuestionSheetLinkPayload(Payload):
    """Where to send it."""

    upload_url: str | None = optional("PUT the raw bytes (XLSX) here; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")
    limit_bytes: int | None = optional("How large the sheet may be.")


@strawberry.type
class QuestionBankQuery:
    """Versions of the questions."""

    @strawberry.field(description="A version by its id, with its answers; for the provincial title office.")
    async def question_bank(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> QuestionBank | None:
        """One version."""
        return await QuestionBank.at(info, id)

    @strawberry.field(description="The versions of a year's questions, newest first.")
    async def question_banks(
        self,
        info: Info,
        cycle: Annotated[int, strawberry.argument(description="The year.")],
        first: First,
        after: After = None,
    ) -> Connection[QuestionBankLine] | None:
        """All versions."""
        return await page(
            info.context.accounts, "/v1/question-banks", QuestionBankLine.of, first, after, cycle=cycle
        )


@strawberry.type
class QuestionBankMutation:
    """Acts on versions."""

    @mutation("Import questions as a draft; with any fault, none (二（三）).")
    async def import_questions(self, info: Info, input: ImportQuestionsInput) -> QuestionBankPayload | None:
        """Take them in."""
        body = {"cycle": input.cycle, "title": input.title, "questions": [q.body for q in input.questions]}
        done = await info.context.accounts.write("POST", "/v1/question-banks", body)
        return QuestionBankPayload(bank=QuestionBank.of(done.record), basis=Basis.each(done.basis))

    @mutation("Get a link to send a sheet of questions to; it is taken in as a draft; with any fault, none.")
    async def request_question_sheet_link(
        self, info: Info, input: RequestQuestionSheetLinkInput
    ) -> QuestionSheetLinkPayload | None:
        """Get it."""
        done = await info.context.accounts.write("POST", "/v1/question-banks/links", body_of(input))
        return QuestionSheetLinkPayload(
            upload_url=link(info, done.record["upload_url"]),
            expires_at=moment(done.record["expires_at"]),
            limit_bytes=done.record["limit_bytes"],
            basis=Basis.each(done.basis),
        )

    @mutation(
        "Publish a version in place of the one in use, or drop a draft. Papers begun keep their questions."
    )
    async def act_on_question_bank(
        self, info: Info, input: ActOnQuestionBankInput
    ) -> QuestionBankPayload | None:
        """Take the step."""
        path = f"/v1/question-banks/{uuid_of(input.id, 'QuestionBank')}/actions/{input.action.name}"
        done = await info.context.accounts.write("POST", path, body_of(input, "id", "action"))
        return QuestionBankPayload(bank=QuestionBank.of(done.record), basis=Basis.each(done.basis))
