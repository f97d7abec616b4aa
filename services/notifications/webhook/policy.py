"""`webhook.yaml`: how receivers are told; `events.yaml`: what of which events, and whose they are."""

import random
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from services.kit.outbox import Event
from services.kit.policy import Entry, PolicyError, PolicyFile, load

EVENTS_FILE = Path(__file__).parent / "events.yaml"
PING = "titles.notifications.webhook.ping.v1"
IDS = (UUID, UUID | None, list[UUID])


class WebhookPolicy(PolicyFile):
    """webhook.yaml."""

    used: ClassVar[frozenset[str]] = frozenset({"pushes"})

    endpoints_per_organisation: int = Field(ge=1)
    ports: tuple[int, ...]
    seconds: float = Field(gt=0)
    answer_bytes: int = Field(ge=0)
    at_once: int = Field(ge=1)
    waits_seconds: tuple[int, ...] = Field(min_length=1)
    jitter_share: float = Field(ge=0, lt=1)
    longest_hold_seconds: int = Field(ge=1)
    disable_after_days: int = Field(ge=1)
    overlap_hours: int = Field(ge=0)
    kept_days: int = Field(ge=1)

    def wait(self, attempts: int) -> timedelta | None:
        """How long after the so-manieth try the next one comes; None: there is none."""
        if attempts > len(self.waits_seconds):
            return None
        share = 1 - self.jitter_share * random.random()  # noqa: S311 - it spreads, it hides nothing
        return timedelta(seconds=self.waits_seconds[attempts - 1] * share)

    def hold(self, seconds: float) -> timedelta:
        """How long a receiver is left alone that asked for it."""
        return timedelta(seconds=min(seconds, self.longest_hold_seconds))


class Told(Entry):
    """An event that third parties are told of: whose it is, and which of them are told to nobody."""

    event: str
    public: bool = False
    concerns: tuple[str, ...] = ()
    unless: dict[str, str] = Field(default_factory=dict)

    def concerned(self, data: Mapping[str, Any]) -> list[UUID] | None:
        """The organisations whose receivers hear of it; None: nobody hears."""
        if self.unless and all(str(data[name]) == value for name, value in self.unless.items()):
            return None
        found = set(self._ids(data))
        return sorted(found) if found or self.public else None

    def _ids(self, data: Mapping[str, Any]) -> Iterator[UUID]:
        for name in self.concerns:
            value = data[name]
            for each in value if isinstance(value, list) else [value]:
                if each is not None:
                    yield UUID(str(each))


class Untold(Entry):
    """Events that third parties are not told of, and why."""

    events: tuple[str, ...]
    reason: str


class ToldFile(PolicyFile):
    """events.yaml."""

    fields: frozenset[str]
    events: tuple[Told, ...]
    silent: tuple[Untold, ...]


class Telling:
    """What third parties may be told."""

    def __init__(self, file: ToldFile) -> None:
        self._fields = file.fields
        self.events = {each.event: each for each in file.events}

    def data_of(self, event: Event) -> dict[str, Any]:
        """The fields of an event that leave the platform."""
        return event.model_dump(mode="json", include=set(self._fields))

    def fields_of(self, event: type[Event]) -> list[str]:
        """Their names."""
        return sorted(self._fields & set(event.model_fields))

    def fitting(self, patterns: Collection[str]) -> list[str]:
        """The event types that patterns mean."""
        return [each for each in self.events if fits(patterns, each)]


def fits(patterns: Collection[str], event_type: str) -> bool:
    """Whether one of the patterns means the type: a type, or the beginning of one and `*`."""
    return any(fnmatchcase(event_type, each) for each in patterns)


def load_telling(events: Mapping[str, type[Event]], path: Path = EVENTS_FILE) -> Telling:
    """Read and check what third parties are told.

    Raises:
        PolicyError: the file is broken, names an event or field that no contract knows, tells one and says that it is not
            told, or says nothing of one.
    """
    file = load(path, ToldFile)
    told, untold = {each.event for each in file.events}, {each for one in file.silent for each in one.events}
    if wrong := sorted((told & untold) | ((told | untold) ^ set(events))):
        raise PolicyError(f"{path}: told and not told, unknown, or left out: {', '.join(wrong)}")
    for each in file.events:
        _check(path, each, events[each.event].model_fields)
    return Telling(file)


def _check(path: Path, told: Told, fields: Mapping[str, Any]) -> None:
    where = f"{path}: {told.event}"
    if told.public == bool(told.concerns):
        raise PolicyError(f"{where}: it is public, or names whom it concerns")
    if missing := sorted(set(told.unless) - set(fields)):
        raise PolicyError(f"{where}: the event has no {', '.join(missing)}")
    for name in told.concerns:
        if name not in fields or fields[name].annotation not in IDS:
            raise PolicyError(f"{where}: {name} is no id of the event")
