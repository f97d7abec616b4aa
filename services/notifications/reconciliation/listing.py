"""What a platform lists of what it has, page by page; it may be slow, broken, or lie, so nothing of it is believed unchecked."""

import hashlib
from itertools import pairwise
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from services.notifications.credit.channel import written

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Held(BaseModel):
    """A message that the platform has: our delivery's id, and SHA-256 of the very bytes, in hexadecimal."""

    id: UUID
    digest: Digest


class Listed(BaseModel):
    """One page: in the order of ids, and behind which id the next begins; the last has no next."""

    items: list[Held] = Field(max_length=1000)
    next: UUID | None = None


class ListBroken(Exception):
    """The platform's list cannot be read to its end; the message says why."""


def read(answered: str, after: UUID | None) -> Listed:
    """A page as it was answered.

    Raises:
        ListBroken: it is no page, is not in order, repeats what came before, or leads nowhere.
    """
    try:
        page = Listed.model_validate_json(answered)
    except ValidationError as error:
        raise ListBroken(f"no page of a list: {error.errors()[0]['msg']}") from error
    ids = [each.id for each in page.items]
    ascending = [after, *ids] if after is not None else ids
    if any(one >= other for one, other in pairwise(ascending)):
        raise ListBroken("the ids of the list do not ascend")
    if page.next is not None and (not ids or page.next != ids[-1]):
        raise ListBroken("the next page does not begin behind the last id")
    return page


def digest(message: dict[str, Any]) -> str:
    """Of the bytes in which a message is sent."""
    return hashlib.sha256(written(message)).hexdigest()
