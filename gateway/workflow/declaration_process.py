"""How a declaration goes on (评审流程, 三（三）): its states, and the steps that lead on from each."""

import strawberry

from gateway.context import Info
from gateway.refusals import Basis
from gateway.told import Told
from gateway.words import described, listed
from gateway.workflow.declaration_words import DeclarationAction, DeclarationState


@strawberry.type(description="A step that leads on from a state of a declaration (办理动作).")
class ProcessStep(Told):
    """A step."""

    action: DeclarationAction = described("What is done.", told_as="code")
    name: str = described("What it is called.")
    role: str = described("Code of who takes it (角色).")
    by: str = described("Who takes it, in words.")
    leads_to: list[DeclarationState] = listed("The states to which it can lead.")
    basis: list[Basis] = listed("The articles by which it is taken.")


@strawberry.type(description="A state of a declaration (环节), and the steps out of it.")
class ProcessState(Told):
    """A state."""

    state: DeclarationState = described("The state.", told_as="code")
    name: str = described("What it is called.")
    steps: list[ProcessStep] = listed(
        "The steps that lead on; none where the declaration has come to its end."
    )


@strawberry.type
class DeclarationProcessQuery:
    """The process."""

    @strawberry.field(
        description="The states of a declaration, and the steps that lead on from each, with who takes them on which article; for anyone."
    )
    async def declaration_process(self, info: Info) -> list[ProcessState] | None:
        """All states."""
        return ProcessState.each((await info.context.workflow.get("/v1/declaration-process"))["items"])
