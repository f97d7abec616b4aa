"""Shapes of sessions and of the sign-in history over HTTP; addresses are networks, masked when they were kept."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.accounts.second_factor.states import How
from services.accounts.session.states import Outcome


class LiveSessionOut(BaseModel):
    """A session that goes on; `current` is the one that asks."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    device: str
    address: str
    how: How
    started_at: datetime
    last_used_at: datetime
    longest_until: datetime
    current: bool = False


class LiveSessions(BaseModel):
    """The caller's sessions, newest first."""

    items: list[LiveSessionOut]


class EndedOut(BaseModel):
    """How many sessions were ended."""

    ended: int


class SignInOut(BaseModel):
    """One try to sign in at an account."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    outcome: Outcome
    how: How | None
    device: str
    address: str
