"""What lies below declarations, told of one or of many by the same questions: who may read it may read what is below it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.http import Page
from services.workflow.declaration import store
from services.workflow.declaration.call import Call

T = TypeVar("T", bound=BaseModel)
Found: TypeAlias = Mapping[UUID, Sequence[Any]]
Finding: TypeAlias = Callable[[AsyncSession, Collection[UUID]], Awaitable[Found]]
"""Finds by one statement what lies below each of several declarations."""


class Below(BaseModel, Generic[T]):
    """What there is below the declaration with this id."""

    id: UUID
    items: list[T]


async def of_one(call: Call, declaration_id: UUID, find: Finding, shape: Callable[[Any], T]) -> Page[T]:
    """What lies below a declaration.

    Raises:
        DeclarationNotFound: there is none by that id, or it is none of the caller's business.
    """
    declaration = await store.get(call.tx, declaration_id, call.actor)
    items = [shape(each) for each in (await find(call.tx, [declaration.id]))[declaration.id]]
    return Page(items=items, total=len(items))


async def of_each(
    call: Call, ids: Collection[UUID], find: Finding, shape: Callable[[Any], T]
) -> Page[Below[T]]:
    """The same of many; a declaration that there is not, or is none of the caller's business, is left out."""
    found = await find(call.tx, await store.readable(call.tx, ids, call.actor))
    return Page(items=[Below(id=key, items=[shape(each) for each in those]) for key, those in found.items()])
