"""Queries on publicities and objections."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.publicity.errors import PublicityNotFound
from services.workflow.publicity.model import Publicity


async def get(tx: AsyncSession, publicity_id: UUID) -> Publicity:
    """The publicity; what is publicised is public.

    Raises:
        PublicityNotFound: there is none by that id.
    """
    found = await tx.get(Publicity, publicity_id)
    if found is None:
        raise PublicityNotFound
    return found
