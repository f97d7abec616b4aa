"""Shapes of announcements, and how far one has come."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.accounts.contract import Role
from services.notifications.announcement.states import AnnouncementAction, AnnouncementState
from services.notifications.template.states import Topic

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
EnglishTitle = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=240)]
Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]
DocumentNumber = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class AnnouncementIn(BaseModel):
    """What is announced to everybody below an organisation; `roles` narrow it to who holds one of them there."""

    organisation_id: UUID
    title: Title
    body: Body
    title_en: EnglishTitle | None = None
    body_en: Body | None = None
    topic: Topic
    roles: Annotated[list[Role], Field(max_length=20)] = []
    legal: bool = False
    document_no: DocumentNumber | None = None


class AnnouncementActIn(BaseModel):
    """Why an announcement is withdrawn, which its readers are told, and the version that was read."""

    note: Reason
    version: int | None = None


class CopiesOut(BaseModel):
    """Copies on outer channels by where they stand; one that was handed on is counted where it went."""

    model_config = ConfigDict(from_attributes=True)

    waiting: int
    sent: int
    dead: int
    withdrawn: int


class AnnouncementOut(BaseModel):
    """An announcement and how far it has come.

    `readers` were reached so far, who belong to several organisations once at each; None: there is no channel but the
    inbox. Lists leave `copies` out.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organisation_id: UUID
    title: str
    body: str
    title_en: str | None
    body_en: str | None
    topic: Topic
    roles: list[Role]
    legal: bool
    document_no: str | None
    state: AnnouncementState
    announced_at: datetime
    cancelled_for: str | None
    version: int
    readers: int | None
    copies: CopiesOut | None = None
    available_actions: list[AnnouncementAction] = []
