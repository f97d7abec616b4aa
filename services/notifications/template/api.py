"""Templates over HTTP, for whoever operates the platform: what there is, and how it looks filled in."""

from typing import Any

from fastapi import Request
from pydantic import ValidationError

from services.accounts.contract import Role
from services.kit.auth import CurrentActor, RoleMissing
from services.kit.http import READS, BasisOut, refusals, router
from services.notifications.contact.states import ChannelKind
from services.notifications.policy import Policies
from services.notifications.template.errors import ExampleWrong, TemplateNotFound
from services.notifications.template.events import EVENTS
from services.notifications.template.example import example_of
from services.notifications.template.policy import Catalogue, Template
from services.notifications.template.rendering import render
from services.notifications.template.schemas import (
    INBOX,
    LookOut,
    PreviewIn,
    PreviewOut,
    TemplateOut,
    Templates,
)

templates = router(prefix="/v1/templates", tags=["templates"])


@templates.get("", responses=refusals(RoleMissing))
async def list_templates(actor: CurrentActor, request: Request) -> Templates:
    """Every template of the catalogue, by key (operators)."""
    actor.require(Role.OPERATOR)
    catalogue: Catalogue = request.app.state.catalogue
    every = sorted(catalogue.templates, key=lambda each: each.key)
    return Templates(items=[TemplateOut.of(each) for each in every])


@templates.post(
    "/{key}/preview", responses=refusals(RoleMissing, TemplateNotFound, ExampleWrong), openapi_extra=READS
)
async def preview(key: str, body: PreviewIn, actor: CurrentActor, request: Request) -> PreviewOut:
    """A template filled in with an example, in both languages, as each channel carries it (operators)."""
    actor.require(Role.OPERATOR)
    catalogue: Catalogue = request.app.state.catalogue
    policies: Policies = request.app.state.policies
    template = next((each for each in catalogue.templates if each.key == key), None)
    if template is None:
        raise TemplateNotFound(field="key")
    data = _data(template, body.data)
    basis = policies.of(None)[template.article]
    return PreviewOut(
        template=TemplateOut.of(template),
        data=data,
        basis=[BasisOut(cite=basis.cite, summary=basis.summary)],
        looks=looks_of(catalogue, template, data),
    )


def looks_of(catalogue: Catalogue, template: Template, data: dict[str, Any]) -> list[LookOut]:
    """How the notice looks in each language by each channel."""
    inside = render(template, data, catalogue.labels)
    outside = render(template, data, catalogue.labels, outside=catalogue.redaction)
    return [
        LookOut(channel=channel, language=language, title=text.title, body=text.body)
        for channel, texts in [(INBOX, inside), *((each, outside) for each in ChannelKind)]
        for language, text in texts.items()
    ]


def _data(template: Template, told: dict[str, Any]) -> dict[str, Any]:
    """The example with what was told in place of what is made up.

    Raises:
        ExampleWrong: no such event could happen, or the template is not for it.
    """
    event = EVENTS[template.event]
    try:
        data = event.model_validate(example_of(event, template) | told).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ExampleWrong(field="data", why=f"{where}: {first['msg']}") from error
    if unknown := sorted(set(told) - set(event.model_fields)):
        raise ExampleWrong(field="data", why=", ".join(unknown))
    if not template.fits(data):
        raise ExampleWrong(field="data", why=", ".join(template.when))
    return data
