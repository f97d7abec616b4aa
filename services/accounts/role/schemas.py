"""Shapes of roles and staff accounts over HTTP."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.accounts.contract import Role
from services.accounts.sign_in.schemas import Asked, Login, Name


class StaffIn(Asked):
    """An account for someone who works for an organisation."""

    organisation_id: UUID
    name: Name
    login: Login
    roles: list[Role] = Field(min_length=1, max_length=10)


class GrantIn(Asked):
    """A role of an account."""

    account_id: UUID
    role: Role


class OfferIn(Asked):
    """A role for somebody of another organisation, by the sign-in name he or she told."""

    login: Login
    role: Role


class OfferOut(BaseModel):
    """A role that waits for its owner's yes or no."""

    id: UUID
    role: Role
    organisation_id: UUID
    organisation_name: str
    offered_at: datetime


class Offers(BaseModel):
    """What is offered to the caller."""

    items: list[OfferOut]
