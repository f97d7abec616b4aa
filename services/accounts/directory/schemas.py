"""Shapes of accounts as others see them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.accounts.contract import AccountPlace
from services.accounts.sign_in.schemas import Asked, HeldRole


class SeenAccountOut(BaseModel):
    """An account as far as the caller may see it; what the caller may not see is empty.

    In an organisation's list `roles` and `offers` are those at this organisation, else those at every organisation whose
    accounts the caller sees.
    """

    id: UUID
    name: str | None = Field(description="empty while somebody of elsewhere has not answered an offer")
    login: str | None
    person_id: UUID | None
    organisation_id: UUID | None = Field(description="where the account belongs")
    roles: list[HeldRole]
    offers: list[HeldRole]
    activated: bool | None = Field(description="whether a password was ever set")
    has_second_factor: bool | None
    locked_until: datetime | None = Field(
        description="until when further tries to sign in are not looked at, after wrong ones"
    )


class SeenAccounts(BaseModel):
    """Accounts found; ids that are unknown, or not the caller's to see, are left out."""

    items: list[SeenAccountOut]


class AccountPlaces(BaseModel):
    """Accounts found; unknown ids are left out."""

    items: list[AccountPlace]


class AccountsIn(Asked):
    """Ids to look up."""

    ids: list[UUID] = Field(max_length=200)


class ColleagueOut(BaseModel):
    """Somebody to whom a role may be handed over."""

    id: UUID
    name: str
