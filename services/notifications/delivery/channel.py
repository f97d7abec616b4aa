"""A way in which notices reach their readers."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.delivery.notice import Notice


class Channel(Protocol):
    """Carries notices within the transaction that took the event; what leaves the platform leaves by the outbox."""

    async def deliver(self, tx: AsyncSession, notices: Sequence[Notice]) -> None:
        """Take the notices on; a notice taken before is not taken twice."""
        ...
