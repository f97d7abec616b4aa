"""What credit platforms answer of whoever declares (受理前信用核查): beside the declaration, and as it was asked (一（八）)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, Known, page
from gateway.told import body_of
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.declaration import LISTED, Declaration

LISTINGS, CHECKS = "/v1/credit-listings", "/v1/credit-checks"


@terms("Where a credit platform's answer stands.")
class CreditListingState(Enum):
    """State of an answer."""

    ASKED = "待信用平台答复"
    CLEAR = "未列为限制对象"
    LISTED = "列为限制对象"
    SET_ASIDE = "经核实不予采信"


@terms("What happens to a credit platform's answer.")
class CreditListingAction(Enum):
    """Action on an answer."""

    ASK = "重新查询信用平台"
    ANSWER = "信用平台答复"
    SET_ASIDE = "决定不予采信"


@terms("Where a question to a credit platform stands.")
class CreditCheckState(Enum):
    """State of a question."""

    WAITING = "待平台答复"
    ANSWERED = "平台已答复"
    DROPPED = "不再查询"


@strawberry.type(description="What one credit platform answers of whoever declares (信用核查结果, 一（八）).")
class CreditListing(Known):
    """An answer."""

    platform: str = described("Which platform, by its name in the settings.")
    platform_title: str = described("What the platform is called.")
    state: CreditListingState = described("Where it stands; a declaration of who is listed is not accepted.")
    asked_at: datetime = described("When it was asked last.")
    awaited_until: date | None = described("The last day on which acceptance waits for its answer.")
    answered_at: datetime | None = described("When it answered last.")
    document: str | None = described("By which document it lists the person.")
    begins: date | None = described("From which day.")
    until: date | None = described("Until which day; without one for good.")
    document_number: str | None = described("By which document (文号) the province set it aside.")
    reason: str | None = described("Why.")
    version: int = described("Its version.")
    available_actions: list[CreditListingAction] = listed("What the caller may try now.")
    declaration_id: strawberry.Private[UUID]

    @strawberry.field(description="The declaration that it is about.")
    def declaration(self, info: Info) -> Declaration | None:
        """What is declared."""
        return Declaration.edge(info, self.declaration_id, LISTED)


@strawberry.type(
    description="A question to one credit platform about whoever submitted a declaration (信用核查, 一（八）)."
)
class CreditCheck(Known):
    """A question."""

    platform: str = described("Which platform, by its name in the settings.")
    number: str = described("The declaration's number (申报编号).")
    standing: CreditCheckState = described("Where it stands.")
    attempts: int = described("How often it was tried.")
    created_at: datetime = described("Since when it is to be asked.")
    due_at: datetime = described("When it is tried next, while it waits.")
    delivered_at: datetime | None = described("When the platform answered.")
    dead_at: datetime | None = described("When it was dropped.")
    last_error: str | None = described("What went wrong last, or why it was dropped; nothing of the person.")
    listed: bool | None = described("Whether the platform lists the person as barred.")
    document: str | None = described("By which document.")
    begins: date | None = described("From which day.")
    until: date | None = described("Until which day.")


@strawberry.input(description="A platform's answer that is to stop nothing.")
class SetCreditListingAsideInput(Act):
    """Set aside."""

    id: strawberry.ID = id_of("CreditListing", "The answer.")
    document_number: str = described("By which document (文号).")
    reason: str = described("Why: the applicant is told of the document.")
    version: int | None = optional("The version that was read.")


@strawberry.type(description="What came of it.")
class CreditListingPayload(Payload):
    """The answer."""

    listing: CreditListing | None = optional("The answer as it is now.")


@strawberry.type
class CreditListingQuery:
    """Answers and questions."""

    @strawberry.field(
        description="What credit platforms answer about declarations that the caller may read, newest first."
    )
    async def credit_listings(
        self,
        info: Info,
        first: First,
        after: After = None,
        declaration: Annotated[
            strawberry.ID | None, strawberry.argument(description="About this `Declaration`.")
        ] = None,
        state: Annotated[CreditListingState | None, strawberry.argument(description="In this state.")] = None,
    ) -> Connection[CreditListing] | None:
        """Answers."""
        return await page(
            info.context.workflow,
            LISTINGS,
            CreditListing.of,
            first,
            after,
            declaration_id=declaration and uuid_of(declaration, "Declaration"),
            state=state and state.name,
        )

    @strawberry.field(
        description="How credit platforms were asked of who declares below the caller, newest first (title officers, supervisors)."
    )
    async def credit_checks(
        self,
        info: Info,
        first: First,
        after: After = None,
        declaration: Annotated[
            strawberry.ID | None, strawberry.argument(description="About this `Declaration`.")
        ] = None,
        platform: Annotated[str | None, strawberry.argument(description="One platform's.")] = None,
        standing: Annotated[
            CreditCheckState | None, strawberry.argument(description="Those that stand there.")
        ] = None,
    ) -> Connection[CreditCheck] | None:
        """Questions."""
        return await page(
            info.context.notifications,
            CHECKS,
            CreditCheck.of,
            first,
            after,
            declaration_id=declaration and uuid_of(declaration, "Declaration"),
            platform=platform,
            standing=standing and standing.name,
        )


@strawberry.type
class CreditListingMutation:
    """Acts on answers."""

    @mutation("Let what a credit platform says stop nothing, by a document (provincial HRSS, 一（八）).")
    async def set_credit_listing_aside(
        self, info: Info, input: SetCreditListingAsideInput
    ) -> CreditListingPayload | None:
        """Set it aside."""
        path = f"{LISTINGS}/{uuid_of(input.id, 'CreditListing')}/set-aside"
        done = await info.context.workflow.write("POST", path, body_of(input, "id"))
        return CreditListingPayload(listing=CreditListing.of(done.record), basis=Basis.each(done.basis))
