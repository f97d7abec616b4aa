"""Words that hold a one-time code: sealed while they wait, opened just before they are sent, and only while the code is good."""

import base64
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.sealing import Sealer
from services.notifications.contact.model import ContactCode

Words = Mapping[str, str]
"""A notice's titles and bodies, by the names of their columns."""


def sealed(sealer: Sealer, code_id: UUID, words: str) -> str:
    """Words as they are kept."""
    return base64.b64encode(sealer.seal_text(words, context=_context(code_id))).decode()


async def opened(tx: AsyncSession, sealer: Sealer, code_id: UUID, words: Words) -> Words | None:
    """The words as they are sent; None: the code is void by now, so that nobody is told of it."""
    good = ContactCode.expires_at > func.clock_timestamp()
    if await tx.scalar(select(ContactCode.id).where(ContactCode.id == code_id, good)) is None:
        return None
    context = _context(code_id)
    return {name: sealer.open_text(base64.b64decode(each), context=context) for name, each in words.items()}


def _context(code_id: UUID) -> str:
    return f"contact-code/{code_id}"
