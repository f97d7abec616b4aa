"""What can be asked of, and done with, declarations (职称申报)."""

from typing import Annotated

import strawberry

from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.projection import asked_of_it, asked_of_items
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, OneByOne, page
from gateway.told import body_of
from gateway.words import alternative, described, id_of, optional, optional_id_of
from gateway.workflow.declaration import LARGE, WRITTEN, Declaration
from gateway.workflow.declaration_content import DeclarationContentInput
from gateway.workflow.declaration_words import DeclarationAction, DeclarationState


@strawberry.input(description="What is declared without a unit, by who has no employer (二（二）2).")
class DirectDeclarationInput:
    """Declare directly."""

    cycle_id: strawberry.ID = id_of("Cycle", "Of which year.")
    series: str = described("Code of the series (系列).")
    specialty_id: strawberry.ID | None = optional_id_of("Specialty", "For which specialty (专业).")
    level: TitleLevel = described("The level (层级).")


@strawberry.input(
    one_of=True,
    description="What a declaration rests on: the recommendation of a unit, or nobody's but the county's (二（二）).",
)
class DeclarationGroundInput:
    """One of both."""

    recommendation_id: strawberry.ID | None = alternative(
        "The confirmed recommendation of the present unit.", node="Recommendation"
    )
    direct: DirectDeclarationInput | None = alternative(
        "Directly to the county: self-employed, freelancers, farmers and herders."
    )


@strawberry.input(
    description="A declaration to be begun, or resumed on another ground after a change of employer."
)
class CreateDeclarationInput(Act):
    """Begin a declaration."""

    ground: DeclarationGroundInput = described("What it rests on.")
    committee_id: strawberry.ID | None = optional_id_of(
        "Committee", "The committee, where one wants to name it."
    )


@strawberry.input(description="The whole content anew.")
class SaveDeclarationInput(Act):
    """Save the content."""

    id: strawberry.ID = id_of("Declaration", "The declaration.")
    content: DeclarationContentInput = described("Everything the applicant writes.")
    version: int = described("The version that was read.")


@strawberry.input(description="A section or kind of material to be mended.")
class ReturnedItemInput:
    """An item to mend."""

    item: str = described("The section or kind of material.")
    reason: str = described("What is wrong.")


@strawberry.input(description="An answer to one thing that came back from the level above (答复).")
class ReturnAnswerInput:
    """An answer."""

    item: str = described("The section or kind of material that came back.")
    answer: str = described("What is answered.")


@strawberry.input(description="What the committee's office judges itself, because no machine can (人工判断).")
class CriteriaJudgementInput:
    """A judgement."""

    item: str = described("The code of the gate or entry; `evaluation` tells which need a person.")
    met: bool = described("Whether it is met.")
    note: str = described("Why; kept with the acceptance.")


@strawberry.input(description="A step of a declaration.")
class ActOnDeclarationInput(StepInput):
    """Take a step."""

    action: DeclarationAction = described("Which step; one of `availableActions`.")
    items: list[ReturnedItemInput] | None = optional(
        "For a return: what to mend; for a refusal: what it rests on; item by item (三（一）、三（二）)."
    )
    document_number: str | None = optional("TERMINATE: the document by which it is ended (文号).")
    answers: list[ReturnAnswerInput] | None = optional(
        "For passing on what came back from above: the answer to each section returned (三（一）)."
    )
    judgements: list[CriteriaJudgementInput] | None = optional(
        "For an acceptance: the office's judgement of what no machine can tell (一（一）、三（一）)."
    )


@strawberry.type(description="What came of an act on a declaration.")
class DeclarationPayload(Payload):
    """The declaration."""

    declaration: Declaration | None = optional("The declaration as it is now.")


@strawberry.type
class DeclarationQuery:
    """Declarations."""

    @strawberry.field(description="A declaration by its id.")
    async def declaration(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Declaration | None:
        """One declaration, of its larger fields those that are asked for."""
        fields = asked_of_it(info, (*LARGE, *WRITTEN))
        return await Declaration.at(info, id, OneByOne("workflow", "/v1/declarations", fields=fields))

    @strawberry.field(description="The declarations that the caller may see.")
    async def declarations(  # noqa: PLR0913 - what a list is narrowed to, each by its own name
        self,
        info: Info,
        first: First,
        after: After = None,
        awaiting_me: Annotated[
            bool, strawberry.argument(description="Those only that wait for the caller.")
        ] = False,
        state: Annotated[DeclarationState | None, strawberry.argument(description="In this state.")] = None,
        cycle_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this year.")] = None,
        unit_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this unit.")] = None,
        committee_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Before this committee.")
        ] = None,
        batch_id: Annotated[strawberry.ID | None, strawberry.argument(description="In this batch.")] = None,
    ) -> Connection[Declaration] | None:
        """Many declarations."""
        return await page(
            info.context.workflow,
            "/v1/declarations",
            Declaration.of,
            first,
            after,
            fields=asked_of_items(info, LARGE),
            awaiting="me" if awaiting_me else None,
            state=state and state.name,
            cycle_id=uuid_of(cycle_id, "Cycle", field="cycle_id") if cycle_id else None,
            unit_id=uuid_of(unit_id, "Organisation", field="unit_id") if unit_id else None,
            committee_id=uuid_of(committee_id, "Committee", field="committee_id") if committee_id else None,
            batch_id=uuid_of(batch_id, "Batch", field="batch_id") if batch_id else None,
        )


@strawberry.type
class DeclarationMutation:
    """Acts on declarations."""

    @mutation(
        "Begin a declaration on a confirmed recommendation, or directly (二（二）2); the online test must be passed (二（三）)."
    )
    async def create_declaration(
        self, info: Info, input: CreateDeclarationInput
    ) -> DeclarationPayload | None:
        """Begin it."""
        done = await info.context.workflow.write(
            "POST", "/v1/declarations", body_of(input, "ground") | body_of(input.ground)
        )
        return DeclarationPayload(declaration=Declaration.of(done.record), basis=Basis.each(done.basis))

    @mutation("Save the content, while the declaration is with the applicant (二（五）3).")
    async def save_declaration(self, info: Info, input: SaveDeclarationInput) -> DeclarationPayload | None:
        """Save it."""
        path = f"/v1/declarations/{uuid_of(input.id, 'Declaration')}"
        done = await info.context.workflow.write("PUT", path, body_of(input, "id"))
        return DeclarationPayload(declaration=Declaration.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Take a step: submit, endorse, pass on, send back or refuse item by item, accept, withdraw (三（一）、三（二）)."
    )
    async def act_on_declaration(self, info: Info, input: ActOnDeclarationInput) -> DeclarationPayload | None:
        """Take the step."""
        done = await act_on(info.context.workflow, "declarations", Declaration, input, input.action.name)
        return DeclarationPayload(declaration=Declaration.of(done.record), basis=Basis.each(done.basis))
