"""What credit platforms (信用信息共享平台) were told of findings of misconduct, and what they answered (一（八）)."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, Known, page
from gateway.words import described, id_of, optional, terms

DELIVERIES = "/v1/credit-deliveries"


@terms("Where a delivery to a credit platform stands.")
class CreditDeliveryState(Enum):
    """State of a delivery."""

    WAITING = "待报送"
    DELIVERED = "已报送"
    DEAD = "多次报送失败，待人工处理"


@strawberry.type(description="What one credit platform is told of one finding or reversal (信用信息报送).")
class CreditDelivery(Known):
    """A delivery."""

    platform: str = described("Which platform, by its name in the settings.")
    type: str = described("What it is told of: a finding, or a reversal, as a stable name.")
    document_number: str = described("By which document (文号).")
    standing: CreditDeliveryState = described("Where it stands.")
    attempts: int = described("How often it was tried.")
    created_at: datetime = described("Since when it is to be told.")
    due_at: datetime = described("When it is tried next, while it waits.")
    delivered_at: datetime | None = described("When the platform received it.")
    dead_at: datetime | None = described("When it was given up.")
    last_error: str | None = described("What went wrong last.")
    receipt: str | None = described("What the platform answered.")


@strawberry.input(description="A delivery that was given up, to be sent again under the id that it has.")
class RedeliverInput(Act):
    """Redeliver."""

    id: strawberry.ID = id_of("CreditDelivery", "The delivery.")


@strawberry.type(description="What came of it.")
class CreditDeliveryPayload(Payload):
    """The delivery."""

    delivery: CreditDelivery | None = optional("The delivery as it is now.")


@strawberry.type
class CreditQuery:
    """Deliveries."""

    @strawberry.field(description="What credit platforms were told of people below the caller, newest first.")
    async def credit_deliveries(
        self,
        info: Info,
        first: First,
        after: After = None,
        platform: Annotated[str | None, strawberry.argument(description="One platform's.")] = None,
        standing: Annotated[
            CreditDeliveryState | None, strawberry.argument(description="Those that stand there.")
        ] = None,
    ) -> Connection[CreditDelivery] | None:
        """Many deliveries."""
        notifications = info.context.notifications
        return await page(
            notifications,
            DELIVERIES,
            CreditDelivery.of,
            first,
            after,
            platform=platform,
            standing=standing and standing.name,
        )


@strawberry.type
class CreditMutation:
    """Acts on deliveries."""

    @mutation("Send a delivery again that was given up (title officers, 一（八）).")
    async def redeliver(self, info: Info, input: RedeliverInput) -> CreditDeliveryPayload | None:
        """Send it."""
        path = f"{DELIVERIES}/{uuid_of(input.id, 'CreditDelivery')}/redeliver"
        done = await info.context.notifications.write("POST", path)
        return CreditDeliveryPayload(delivery=CreditDelivery.of(done.record), basis=Basis.each(done.basis))
