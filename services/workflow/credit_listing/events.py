"""What notifications tells of credit platforms, and what follows for declarations; the same however often it comes."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.kit.inbox import type_of_handler
from services.kit.outbox import Event
from services.notifications.contract import CreditCheckAnswered, CreditCheckAsked
from services.workflow.act import Act
from services.workflow.credit_listing import service
from services.workflow.policy import Policies
from services.workflow.system import SYSTEM


class PlatformListener:
    """Keeps beside declarations what platforms are asked and answer."""

    def __init__(self, policies: Policies, province: str) -> None:
        self._policies = policies
        self._province = province

    def handlers(self) -> Mapping[type[Event], type_of_handler]:
        """The events listened to."""
        return {CreditCheckAsked: self.asked, CreditCheckAnswered: self.answered}

    async def asked(self, tx: AsyncSession, event: CreditCheckAsked, moment: Moment, *_: object) -> None:
        """A platform is about to be asked."""
        await service.ask(self._act(tx, moment), event)

    async def answered(
        self, tx: AsyncSession, event: CreditCheckAnswered, moment: Moment, *_: object
    ) -> None:
        """A platform has answered."""
        await service.answer(self._act(tx, moment), event)

    def _act(self, tx: AsyncSession, moment: Moment) -> Act:
        return Act(SYSTEM, moment, tx, self._policies, self._province)
