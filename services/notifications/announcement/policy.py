"""`announcement.yaml`: how often an organisation may announce."""

from typing import ClassVar

from pydantic import Field

from services.kit.policy import PolicyFile
from services.notifications.announcement.steps import ARTICLE


class AnnouncementPolicy(PolicyFile):
    """announcement.yaml."""

    used: ClassVar[frozenset[str]] = frozenset({ARTICLE})

    a_day: int = Field(ge=1)
