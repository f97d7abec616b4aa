"""Whether somebody has had to do with what a case is about: such a person does not handle it (三（六）3)."""

from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.workflow.supervision.involvement import acted_on


class About(Protocol):
    """A case, or whom one is about to be."""

    @property
    def person_id(self) -> UUID | None:
        """The person, if it is known."""
        ...

    @property
    def account_id(self) -> UUID | None:
        """The person's account."""
        ...

    @property
    def declaration_id(self) -> UUID | None:
        """The declaration behind it."""
        ...


def is_about(about: About, actor: Actor) -> bool:
    """Whether the caller is the person."""
    return actor.person_id is not None and actor.person_id == about.person_id


async def involved(tx: AsyncSession, about: About, actor: Actor) -> bool:
    """Whether the caller is the person, or acted on the declaration behind it, or acts for such a one."""
    own = is_about(about, actor) or actor.answers_for(about.account_id)
    return own or (about.declaration_id is not None and await acted_on(tx, [about.declaration_id], actor))
