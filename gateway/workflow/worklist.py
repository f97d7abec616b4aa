"""What waits for a reviewer (待办), nearest due day first, and how much of it (三（一）)."""

from enum import Enum
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.projection import asked_of_items
from gateway.relay import After, Connection, First, page
from gateway.told import Told
from gateway.words import described, terms
from gateway.workflow.declaration import LARGE, Declaration


@terms("How near the due day is (办理期限).")
class DueWithin(Enum):
    """Nearness of the due day."""

    SOON = "即将到期"
    OVERDUE = "已逾期"


@terms("Who has a declaration in hand (领取).")
class ClaimedBy(Enum):
    """Who claimed."""

    ME = "本人已领取"
    NOBODY = "无人领取"


@strawberry.type(description="How much waits for the caller as reviewer or committee's office (待办数量).")
class WorklistCounts(Told):
    """Counts."""

    waiting: int = described("In all.")
    soon: int = described("Due within the next working days.")
    overdue: int = described("With a due day that is over.")
    claimed_by_me: int = described("In the caller's own hand.")
    unclaimed: int = described("In nobody's hand.")


@strawberry.type
class WorklistQuery:
    """The worklist."""

    @strawberry.field(
        description="What waits for the caller as reviewer or committee's office, nearest due day first (待办)."
    )
    async def worklist(
        self,
        info: Info,
        first: First,
        after: After = None,
        due: Annotated[
            DueWithin | None, strawberry.argument(description="Those only that are so near.")
        ] = None,
        claimed: Annotated[
            ClaimedBy | None, strawberry.argument(description="Those only in these hands.")
        ] = None,
        batch_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Those only in this batch.")
        ] = None,
    ) -> Connection[Declaration] | None:
        """Many declarations."""
        return await page(
            info.context.workflow,
            "/v1/worklist",
            Declaration.of,
            first,
            after,
            fields=asked_of_items(info, LARGE),
            due=due and due.name,
            claimed=claimed and claimed.name.lower(),
            batch_id=uuid_of(batch_id, "Batch", field="batch_id") if batch_id else None,
        )

    @strawberry.field(description="How much waits for the caller (待办数量).")
    async def worklist_counts(self, info: Info) -> WorklistCounts | None:
        """The counts."""
        return WorklistCounts.of(await info.context.workflow.get("/v1/worklist/counts"))
