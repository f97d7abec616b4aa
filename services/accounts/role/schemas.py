"""Shapes of roles and staff accounts over HTTP."""

from uuid import UUID

from pydantic import Field

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
