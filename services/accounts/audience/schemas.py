"""Shapes of what is told of readers."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.accounts.contract import ReaderContact
from services.accounts.sign_in.schemas import Asked


class PeopleIn(Asked):
    """People by id."""

    person_ids: list[UUID] = Field(max_length=200)


class ContactsOut(BaseModel):
    """Those found; unknown ids are left out."""

    items: list[ReaderContact]
