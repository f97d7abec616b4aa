"""Templates of notices (消息模板), for whoever operates the platform: what there is, and how each looks filled in."""

from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from gateway.context import Info
from gateway.notifications.contact import NoticeLanguage, NoticeTopic
from gateway.refusals import Basis
from gateway.told import Told
from gateway.words import described, listed

TEMPLATES = "/v1/templates"


@strawberry.type(description="A template of notices; its words change with its version alone.")
class NoticeTemplate(Told):
    """A template."""

    key: str = described("Its name.")
    version: int = described("Its version; a message keeps that which it was made with.")
    topic: NoticeTopic = described("What it is about.")
    event: str = described("Of which event it tells, as a stable name.")
    legal: bool = described("Whether it cannot be switched off (法定告知).")
    article: str = described("The key of the article that it rests on.")
    personal: list[str] = listed("Variables that tell of people: outside of the inbox they are not readable.")
    variables: list[str] = listed("Every variable.")


@strawberry.type(description="How a notice looks in one language by one channel.")
class NoticeLook(Told):
    """A look."""

    channel: str = described("The channel; INBOX is the inbox, where it is whole.")
    language: NoticeLanguage = described("In which language.")
    title: str = described("Title (标题).")
    body: str = described("Text (正文).")


@strawberry.type(description="A template filled in, in both languages and for every channel.")
class NoticePreview(Told):
    """A preview."""

    template: NoticeTemplate = described("The template.")
    data: JSON = described("What it was filled with.")
    basis: list[Basis] = listed("The article it rests on (依据).")
    looks: list[NoticeLook] = listed("How it looks.")


@strawberry.type
class NoticeTemplateQuery:
    """Templates."""

    @strawberry.field(description="Every template of notices (operators).")
    async def notice_templates(self, info: Info) -> list[NoticeTemplate] | None:
        """Every template."""
        return NoticeTemplate.each((await info.context.notifications.get(TEMPLATES))["items"])

    @strawberry.field(description="A template filled in with an example event (operators).")
    async def notice_preview(
        self,
        info: Info,
        key: Annotated[str, strawberry.argument(description="Which template.")],
        data: Annotated[
            JSON | None,
            strawberry.argument(description="Fields of the event, by their names there; others are made up."),
        ] = None,
    ) -> NoticePreview | None:
        """How it looks."""
        told = await info.context.notifications.ask(f"{TEMPLATES}/{key}/preview", {"data": data or {}})
        return NoticePreview.of(told)
