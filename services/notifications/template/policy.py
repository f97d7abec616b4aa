"""The catalogue as data: which event tells whom what, in both languages, on which article; checked at start."""

import string
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.accounts.contract import Role
from services.kit.outbox import Event
from services.kit.policy import Entry, PolicyError, PolicyFile, load
from services.notifications.template.redaction import Redaction
from services.notifications.template.states import Topic

CATALOGUE = Path(__file__).parent / "catalogue"
LABELS, REDACTION = CATALOGUE / "labels.yaml", CATALOGUE / "redaction.yaml"
Kind = Literal["person", "account", "seats", "within"]


class To(Entry):
    """Who is told: exactly one of a person, accounts, the seats at or the people within an organisation, everyone.

    `person`, `account`, `seats` and `within` name a field of the event; `roles` narrows the last three.
    """

    person: str | None = None
    account: str | None = None
    seats: str | None = None
    within: str | None = None
    everyone: bool = False
    roles: tuple[Role, ...] = ()

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        named = [self.person, self.account, self.seats, self.within]
        if sum(each is not None for each in named) + self.everyone != 1:
            raise ValueError("name exactly one of person, account, seats, within, everyone")
        if self.seats is not None and not self.roles:
            raise ValueError("seats need roles")
        return self

    @property
    def kind(self) -> Kind:
        """Which of the four names a field."""
        kinds: tuple[Kind, ...] = ("person", "account", "seats", "within")
        return next(kind for kind in kinds if getattr(self, kind) is not None)

    @property
    def field(self) -> str:
        """The field of the event that names who is told."""
        named: str = getattr(self, self.kind)
        return named


class Words(Entry):
    """A notice in one language; `{field}` is filled from the event."""

    title: str
    body: str

    def variables(self) -> set[str]:
        """The names between braces.

        Raises:
            ValueError: a brace is left open, or holds more than a name.
        """
        named = set()
        for _, name, spec, conversion in string.Formatter().parse(f"{self.title}\n{self.body}"):
            if name is None:
                continue
            if not name.isidentifier() or spec or conversion:
                raise ValueError(f"{{{name}}} is not a plain name")
            named.add(name)
        return named


class Bilingual(Entry):
    """What is said, in both languages."""

    zh: Words
    en: Words

    def variables(self) -> set[str]:
        """The names between braces, in either language."""
        return self.zh.variables() | self.en.variables()


class Happening(Entry):
    """An event, and which of them: `when` tells the values of its fields."""

    event: str
    when: dict[str, list[str]] = Field(default_factory=dict)

    def fits(self, data: Mapping[str, Any]) -> bool:
        """Whether an event's data are those meant."""
        return all(str(data[field]) in values for field, values in self.when.items())


class Template(Happening, Bilingual):
    """One notice: of which event, who is told, the words, the article.

    `topic` is what it is about; its file's where it names none. `personal` names the variables that tell of people.
    Whoever changes the words gives it the next `version`.
    """

    key: str
    version: int = Field(1, ge=1)
    topic: Topic
    to: list[To]
    article: str
    legal: bool = False
    personal: frozenset[str] = frozenset()


class Silent(Entry):
    """An event nobody is told of, and why."""

    event: str
    reason: str


class Notices(PolicyFile):
    """One file of the catalogue; `topic` is that of its templates which name none."""

    topic: Topic
    templates: list[Template]
    silent: tuple[Silent, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _of_its_topic(cls, told: Any) -> Any:
        match told:
            case {"topic": topic, "templates": [*templates]}:
                named = [{"topic": topic} | each if isinstance(each, dict) else each for each in templates]
                return {**told, "templates": named}
        return told


class Label(Entry):
    """A code in both languages."""

    zh: str
    en: str


class Labels(PolicyFile):
    """What codes are called, by the name of their field."""

    labels: dict[str, dict[str, Label]]


class Catalogue:
    """Every notice of the platform."""

    def __init__(
        self,
        templates: Iterable[Template],
        silent: Iterable[Silent],
        labels: Mapping[str, Mapping[str, Label]],
        redaction: Redaction,
    ) -> None:
        self.redaction = redaction
        self.templates = tuple(templates)
        self.silent = {each.event: each.reason for each in silent}
        self.labels = labels

    def of(self, event_type: str, data: Mapping[str, Any]) -> list[Template]:
        """The notices of an event."""
        return [each for each in self.templates if each.event == event_type and each.fits(data)]

    @property
    def articles(self) -> set[str]:
        """The article keys that notices rest on."""
        return {each.article for each in self.templates}


def load_catalogue(events: Mapping[str, type[Event]], folder: Path = CATALOGUE) -> Catalogue:
    """Read and check the catalogue.

    Raises:
        PolicyError: a file is broken, names an event, field or role that no contract knows, repeats a key, or leaves an
            event of a contract unsaid.
    """
    labels = load(folder / LABELS.name, Labels).labels
    redaction = load(folder / REDACTION.name, Redaction)
    templates: list[Template] = []
    silent: list[Silent] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name in {LABELS.name, REDACTION.name}:
            continue
        file = load(path, Notices)
        for each in file.templates:
            _check(path, each, events)
            _check_personal(path, each, redaction)
        templates += file.templates
        silent += file.silent
    _check_whole(folder, templates, silent, events)
    return Catalogue(templates, silent, labels, redaction)


def _check(path: Path, template: Template, events: Mapping[str, type[Event]]) -> None:
    where = f"{path}: {template.key}"
    event = events.get(template.event)
    if event is None:
        raise PolicyError(f"{where}: no contract has an event {template.event}")
    fields = event.model_fields
    try:
        named = template.variables() | set(template.when)
    except ValueError as error:
        raise PolicyError(f"{where}: {error}") from error
    if missing := sorted(named - set(fields)):
        raise PolicyError(f"{where}: the event has no {', '.join(missing)}")
    for to in template.to:
        if not to.everyone and not names_ids(fields.get(to.field)):
            raise PolicyError(f"{where}: {to.field} is no id of the event")


def _check_personal(path: Path, template: Template, redaction: Redaction) -> None:
    where, named = f"{path}: {template.key}", template.variables()
    if never := sorted(named & redaction.never):
        raise PolicyError(f"{where}: {', '.join(never)} is never told")
    if undeclared := sorted((named & set(redaction.personal)) - template.personal):
        raise PolicyError(f"{where}: personal, and not declared so: {', '.join(undeclared)}")
    if needless := sorted(template.personal - (named & set(redaction.personal))):
        raise PolicyError(
            f"{where}: declared personal, yet not used or without a rule: {', '.join(needless)}"
        )


def names_ids(field: Any) -> bool:
    """Whether a field of an event holds one id or many."""
    return field is not None and field.annotation in {UUID, UUID | None, list[UUID]}


def _check_whole(
    folder: Path, templates: list[Template], silent: list[Silent], events: Mapping[str, type[Event]]
) -> None:
    keys = [each.key for each in templates]
    if repeated := sorted({key for key in keys if keys.count(key) > 1}):
        raise PolicyError(f"{folder}: repeated: {', '.join(repeated)}")
    told, untold = {each.event for each in templates}, {each.event for each in silent}
    if wrong := sorted((untold - set(events)) | (told & untold)):
        raise PolicyError(f"{folder}: silent, yet told or unknown: {', '.join(wrong)}")
    if unsaid := sorted(set(events) - told - untold):
        raise PolicyError(f"{folder}: neither told nor silent: {', '.join(unsaid)}")
