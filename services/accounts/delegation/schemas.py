"""Shapes of delegations over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.accounts.contract import Role
from services.accounts.delegation.states import State
from services.accounts.sign_in.schemas import Asked

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class DelegationIn(Asked):
    """A role of the caller's, for a colleague, from one day to another, both included."""

    organisation_id: UUID
    role: Role
    delegate_id: UUID
    begins_on: date
    ends_on: date
    reason: Reason


class DelegationOut(BaseModel):
    """A role handed to a colleague; `running` when it counts today."""

    id: UUID
    organisation_id: UUID
    role: Role
    delegator_id: UUID
    delegator_name: str
    delegate_id: UUID
    delegate_name: str
    begins_on: date
    ends_on: date
    reason: str
    state: State
    running: bool
    version: int


class EndIn(Asked):
    """Why a delegation ends early, and the version that was read."""

    note: Reason | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)
