"""From an event to its notices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.kit.outbox import CloudEvent, Event
from services.notifications.delivery.notice import Notice
from services.notifications.policy import Policies
from services.notifications.template.audience import audiences, together
from services.notifications.template.policy import Catalogue
from services.notifications.template.rendering import render


def notices(catalogue: Catalogue, policies: Policies, event: Event, envelope: CloudEvent) -> list[Notice]:
    """What is told of an event, and to whom; the same audience hears the same notice once."""
    data = event.model_dump(mode="json")
    articles = policies.of(year_of(data))
    made: list[Notice] = []
    for template in catalogue.of(event.type, data):
        texts = render(template, data, catalogue.labels)
        outside = render(template, data, catalogue.labels, outside=catalogue.redaction)
        made += [
            Notice(
                audience=audience,
                event_id=envelope.id,
                type=event.type,
                template=template.key,
                topic=template.topic,
                subject=envelope.subject,
                at=datetime.fromisoformat(envelope.time),
                legal=template.legal,
                texts=texts,
                outside=outside,
                version=template.version,
                basis=(articles[template.article],),
            )
            for audience in together(each for to in template.to for each in audiences(to, data))
        ]
    return made


def year_of(data: Mapping[str, Any]) -> int | None:
    """The year of the notice that the event happened under, where it tells."""
    year = data.get("year", data.get("cycle"))
    return year if isinstance(year, int) else None
