"""Shapes of contacts and of how people wish to be reached."""

from datetime import datetime, time
from typing import Annotated, Self
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.kit.clock import SHANGHAI
from services.kit.errors import Language
from services.notifications.contact.addresses import LONGEST
from services.notifications.contact.rules import Wishes
from services.notifications.contact.states import ChannelKind, Digest, Origin
from services.notifications.template.states import Topic


class Asked(BaseModel):
    """Base of request bodies: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class ContactIn(Asked):
    """A further contact; for a browser's push `address` is its subscription as JSON."""

    channel: ChannelKind
    address: str = Field(min_length=1, max_length=LONGEST)


class CodeIn(Asked):
    """The code that was sent."""

    code: str = Field(min_length=1, max_length=20)


class OrderIn(Asked):
    """Every contact of the caller, the one that is tried first first."""

    ids: list[UUID] = Field(max_length=100)


class ContactOut(BaseModel):
    """A contact of the caller: its address masked, as it is everywhere."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    channel: ChannelKind
    masked: str
    origin: Origin
    place: int
    verified_at: datetime | None
    failing_at: datetime | None


class Contacts(BaseModel):
    """The caller's contacts in their order, and the channels that there are here."""

    items: list[ContactOut]
    channels: list[ChannelKind]


class Off(Asked):
    """A topic that is not to come by a channel; it stays in the inbox."""

    topic: Topic
    channel: ChannelKind


def _known_zone(told: str) -> str:
    if told not in available_timezones():
        raise ValueError("no such time zone")
    return told


class PreferencesIn(Asked):
    """How the caller wishes to be reached; times are of the clock of the time zone."""

    language: Language
    time_zone: Annotated[str, AfterValidator(_known_zone)] = SHANGHAI.key
    quiet_from: time | None = None
    quiet_until: time | None = None
    digest: Digest = Digest.NONE
    digest_hour: int = Field(8, ge=0, le=23)
    digest_weekday: int = Field(1, ge=1, le=7, description="1 is Monday")
    off: list[Off] = Field(default_factory=list, max_length=len(Topic) * len(ChannelKind))
    legal: bool = Field(True, description="whether what the law wants told comes too; it always does")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("quiet hours have a beginning and an end")
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise ValueError("quiet hours end at another time than they begin")
        if any(each is not None and each.tzinfo is not None for each in (self.quiet_from, self.quiet_until)):
            raise ValueError("quiet hours are times of the wall clock")
        return self


class PreferencesOut(BaseModel):
    """How the caller is reached; without ever having said so: at once, everywhere, in Chinese."""

    language: Language
    time_zone: str
    quiet_from: time | None
    quiet_until: time | None
    digest: Digest
    digest_hour: int
    digest_weekday: int
    off: list[Off]
    legal: bool = True

    @classmethod
    def of(cls, wishes: Wishes) -> Self:
        """As it is kept."""
        return cls(
            language=wishes.language,
            time_zone=wishes.zone.key,
            quiet_from=wishes.quiet_from,
            quiet_until=wishes.quiet_until,
            digest=wishes.digest,
            digest_hour=wishes.digest_hour,
            digest_weekday=wishes.digest_weekday,
            off=[Off(topic=topic, channel=channel) for topic, channel in sorted(wishes.off)],
        )
