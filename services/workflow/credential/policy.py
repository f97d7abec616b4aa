"""What every credential says of itself, and how its status is published, as data."""

from typing import Self

from pydantic import Field, model_validator

from services.kit.policy import Entry
from services.workflow.credential.status_list import BITS_IN_BYTE


class StatusRule(Entry):
    """How large a status list is, how long one may be kept, and how long it is good at most."""

    size: int = Field(ge=BITS_IN_BYTE, le=10_000_000, multiple_of=BITS_IN_BYTE)
    ttl_seconds: int = Field(ge=1)
    lasts_seconds: int = Field(ge=1)

    @model_validator(mode="after")
    def _lasts_longer(self) -> Self:
        if self.lasts_seconds < self.ttl_seconds:
            raise ValueError("a status list is good at least as long as it may be kept")
        return self


class CredentialRule(Entry):
    """What every credential says of itself, and how long a link to a printed one is good."""

    type: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    title: str
    title_en: str
    status: StatusRule
    link_minutes: int = Field(ge=1)
    cite: str
