"""Shapes of copies, for whoever operates the platform: no address, no words of the notice."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.notifications.contact.states import ChannelKind
from services.notifications.delivery.model import Copy, Dispatch
from services.notifications.delivery.states import CopyState


class CopyOut(BaseModel):
    """A copy: which notice of what, by which channel, where it stands, what the provider said."""

    id: UUID
    channel: ChannelKind
    type: str
    template: str
    subject: str
    legal: bool
    standing: CopyState
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    handed_on_at: datetime | None
    dead_at: datetime | None
    last_error: str | None
    receipt: str | None

    @classmethod
    def of(cls, copy: Copy, dispatch: Dispatch) -> Self:
        """The copy of a row."""
        own = {name: getattr(copy, name) for name in cls.model_fields if hasattr(copy, name)}
        notice = {name: getattr(dispatch, name) for name in ("type", "template", "subject", "legal")}
        return cls.model_validate(own | notice)


class ChannelOut(BaseModel):
    """A channel: whether it has a provider, whether that is left alone now, how much waits for it or was given up."""

    channel: ChannelKind
    provided: bool
    away_since: datetime | None
    probed_at: datetime | None
    waiting: int
    dead: int
