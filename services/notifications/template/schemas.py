"""Shapes of templates and of how they look filled in."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from services.kit.errors import Language
from services.kit.http import BasisOut
from services.notifications.contact.states import ChannelKind
from services.notifications.template.policy import Template
from services.notifications.template.states import Topic

INBOX: Literal["INBOX"] = "INBOX"


class TemplateOut(BaseModel):
    """A template as operators see it."""

    key: str
    version: int
    topic: Topic
    event: str
    legal: bool
    article: str
    personal: list[str]
    variables: list[str]

    @classmethod
    def of(cls, template: Template) -> Self:
        """Of the catalogue's entry."""
        told = template.model_dump(include={"key", "version", "topic", "event", "legal", "article"})
        return cls(**told, personal=sorted(template.personal), variables=sorted(template.variables()))


class Templates(BaseModel):
    """Every template."""

    items: list[TemplateOut]


class PreviewIn(BaseModel):
    """What to fill a template with; what is left out of the event's fields is made up."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] = Field(default_factory=dict, max_length=100)


class LookOut(BaseModel):
    """How a notice looks in one language by one channel; in the inbox it is whole."""

    channel: ChannelKind | Literal["INBOX"]
    language: Language
    title: str
    body: str


class PreviewOut(BaseModel):
    """A template filled in, in every language and for every channel, and with what."""

    template: TemplateOut
    data: dict[str, Any]
    basis: list[BasisOut]
    looks: list[LookOut]
