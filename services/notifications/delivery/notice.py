"""What is to be told, before any channel carries it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kit.errors import Basis, Language
from services.notifications.template.audience import Audience
from services.notifications.template.rendering import Text
from services.notifications.template.states import Topic


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to one audience, in every language, and as it leaves the platform (`outside`).

    A `legal` one reaches its reader whatever he or she prefers; `version` is that of the template.
    """

    audience: Audience
    event_id: UUID
    type: str
    template: str
    topic: Topic
    subject: str
    at: datetime
    legal: bool
    texts: Mapping[Language, Text]
    outside: Mapping[Language, Text]
    basis: tuple[Basis, ...]
    version: int = 1
