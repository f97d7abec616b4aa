"""What credit platforms say that they have, beside what they answered that they received (信用平台对账, 一（八）)."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, Known, page
from gateway.words import described, optional, terms

RECONCILIATIONS = "/v1/credit-reconciliations"


@terms("Where a reconciliation with a credit platform stands.")
class CreditReconciliationState(Enum):
    """Standing of a reconciliation."""

    ASKED = "待对账"
    RUNNING = "对账中"
    AGREED = "一致"
    DIFFERED = "有差异"
    FAILED = "未能完成"


@terms("In what a credit platform differs from what it answered.")
class CreditDifferenceKind(Enum):
    """Kind of a difference."""

    MISSING = "平台称已收到但未留存，已重新报送"
    ALTERED = "平台留存的内容与报送的不一致"
    UNKNOWN = "平台留存了我方未报送的信息"


@strawberry.type(description="One comparison with one credit platform (信用平台对账).")
class CreditReconciliation(Known):
    """A reconciliation."""

    platform: str = described("Which platform, by its name in the settings.")
    standing: CreditReconciliationState = described("Where it stands.")
    created_at: datetime = described("When it was asked for, or was due.")
    began_at: datetime | None = described("When it began.")
    ended_at: datetime | None = described("When it ended.")
    held: int = described("How many messages the platform listed.")
    sent: int = described("How many it answered to have received.")
    differences: int = described("Of how many the two sides tell otherwise.")
    why: str | None = described("What kept it from its end.")


@strawberry.type(description="A message of which a platform tells otherwise than we do (对账差异).")
class CreditDifference(Known):
    """A difference."""

    message_id: str = described("The id under which the platform lists it: our delivery's.")
    kind: CreditDifferenceKind = described("In what they differ.")
    document_number: str | None = described("By which document (文号), where it is one of ours.")


@strawberry.input(description="With which platform what it has is to be compared now.")
class ReconcileCreditInput(Act):
    """Reconcile."""

    platform: str = described("The platform, by its name in the settings.")


@strawberry.type(description="What came of it.")
class CreditReconciliationPayload(Payload):
    """The reconciliation."""

    reconciliation: CreditReconciliation | None = optional("The reconciliation, which waits for its turn.")


@strawberry.type
class ReconciliationQuery:
    """Reconciliations."""

    @strawberry.field(description="Comparisons with credit platforms, newest first (provincial HRSS).")
    async def credit_reconciliations(
        self,
        info: Info,
        first: First,
        after: After = None,
        platform: Annotated[str | None, strawberry.argument(description="One platform's.")] = None,
    ) -> Connection[CreditReconciliation] | None:
        """Many."""
        notifications = info.context.notifications
        return await page(
            notifications, RECONCILIATIONS, CreditReconciliation.of, first, after, platform=platform
        )

    @strawberry.field(description="What one comparison found (provincial HRSS).")
    async def credit_differences(
        self,
        info: Info,
        reconciliation: Annotated[
            strawberry.ID, strawberry.argument(description="The `CreditReconciliation`.")
        ],
        first: First,
        after: After = None,
    ) -> Connection[CreditDifference] | None:
        """Its differences."""
        path = f"{RECONCILIATIONS}/{uuid_of(reconciliation, 'CreditReconciliation', field='reconciliation')}/differences"
        return await page(info.context.notifications, path, CreditDifference.of, first, after)


@strawberry.type
class ReconciliationMutation:
    """Acts on reconciliations."""

    @mutation("Compare with a credit platform now, and not only when it is due (provincial HRSS, 一（八）).")
    async def reconcile_credit(
        self, info: Info, input: ReconcileCreditInput
    ) -> CreditReconciliationPayload | None:
        """Ask for it."""
        body = {"platform": input.platform}
        done = await info.context.notifications.write("POST", RECONCILIATIONS, body)
        return CreditReconciliationPayload(
            reconciliation=CreditReconciliation.of(done.record), basis=Basis.each(done.basis)
        )
