"""What is reminded of, as data: which events set a day, move it, or end it; who is told, and in which words.

How long before and after the day is the year's policy: `policies/<province>/<year>/reminders.yaml`.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, Field, model_validator

from services.kit.outbox import Event
from services.kit.policy import Entry, PolicyError, PolicyFile, load
from services.notifications.template.policy import Bilingual, Happening, To, names_ids
from services.notifications.template.states import Topic

CATALOGUE = Path(__file__).parent / "catalogue.yaml"
Stage = Literal["before", "on", "after"]
COUNTED = frozenset({"due_on", "days", "count"})
"""What words may name beside the event's own fields: the day, how many days it is away, how many wait for it."""


class Start(Happening):
    """An event that sets the day; of a list in it (`each`) every element does, its fields beside the event's own.

    `due` names the field with the day, without which nothing is to be done any more; `window` the field with the window of the
    year's run that the day closes, if it is one: the day goes along when that window is extended.
    """

    due: str
    each: str | None = None
    window: str | None = None
    about: tuple[str, ...] = ()

    def told(self, data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The data of each day that an event sets."""
        elements = [{}] if self.each is None else data[self.each]
        for each in elements:
            whole = {**data, **each}
            if self.fits(whole):
                yield whole


class End(Happening):
    """An event after which nothing is to be done any more, or no day runs for now."""

    about: tuple[str, ...] = ()


class Rule(Entry):
    """One thing that is reminded of.

    A day is told from others of the rule by the event's subject, or by the fields that `about` names, which starts and ends
    have in common. `schedule` names how long before and after. `together`: whoever is told of many on one day hears how many.
    What `rests` has no day until it moves to another.
    """

    key: str
    topic: Topic
    article: str
    schedule: str
    to: tuple[To, ...]
    together: bool = False
    starts: tuple[Start, ...]
    moves: tuple[Start, ...] = ()
    rests: tuple[End, ...] = ()
    ends: tuple[End, ...] = ()
    before: Bilingual | None = None
    on: Bilingual | None = None
    after: Bilingual | None = None

    def words(self, stage: Stage) -> Bilingual:
        """What is said at a stage."""
        said: Bilingual | None = getattr(self, stage)
        assert said is not None, "the start of the service checks that what a schedule asks for is worded"
        return said


class Rules(PolicyFile):
    """The catalogue of reminders."""

    reminders: tuple[Rule, ...]


class Schedule(Entry):
    """How many days before the day, and after it, somebody is reminded; `on`: on the day itself."""

    before: tuple[int, ...] = ()
    on: bool = True
    after: tuple[int, ...] = ()
    title: str
    cite: str

    @model_validator(mode="after")
    def _counted_from_one(self) -> Self:
        if any(days < 1 for days in (*self.before, *self.after)):
            raise ValueError("days before and after are counted from one")
        return self

    @property
    def offsets(self) -> tuple[int, ...]:
        """Days from the day on, in order; negative before it."""
        return tuple(sorted([*(-days for days in self.before), *([0] if self.on else []), *self.after]))


class RemindersPolicy(PolicyFile):
    """reminders.yaml: at which hour of Shanghai's day, and how many days before and after."""

    used: ClassVar[frozenset[str]] = frozenset()

    hour: int = Field(ge=0, le=23)
    schedules: dict[str, Schedule]


def stage_of(offset: int) -> Stage:
    """Which stage a number of days from the day is."""
    if offset == 0:
        return "on"
    return "before" if offset < 0 else "after"


class Reminders:
    """Every rule with its schedule, and which of them an event concerns."""

    def __init__(self, rules: Iterable[Rule], policy: RemindersPolicy) -> None:
        self.rules = {each.key: each for each in rules}
        self.hour = policy.hour
        self._schedules = policy.schedules

    def offsets(self, rule: Rule) -> tuple[int, ...]:
        """When a rule reminds, in days from the day on."""
        return self._schedules[rule.schedule].offsets

    @property
    def articles(self) -> set[str]:
        """The articles that reminders rest on."""
        return {each.article for each in self.rules.values()}

    @property
    def events(self) -> set[str]:
        """The types of event that concern some rule."""
        return {
            each.event
            for rule in self.rules.values()
            for each in (*rule.starts, *rule.moves, *rule.rests, *rule.ends)
        }


def load_reminders(
    events: Mapping[str, type[Event]], policy_file: Path, catalogue: Path = CATALOGUE
) -> Reminders:
    """Read and check the catalogue against the events and the year's schedules.

    Raises:
        PolicyError: a file is broken, names an event, field or schedule that there is not, or leaves a stage unworded.
    """
    policy = load(policy_file, RemindersPolicy)
    rules = load(catalogue, Rules).reminders
    keys = [each.key for each in rules]
    if repeated := sorted({key for key in keys if keys.count(key) > 1}):
        raise PolicyError(f"{catalogue}: repeated: {', '.join(repeated)}")
    for rule in rules:
        _check(f"{catalogue}: {rule.key}", rule, events, policy)
    return Reminders(rules, policy)


def _check(where: str, rule: Rule, events: Mapping[str, type[Event]], policy: RemindersPolicy) -> None:
    schedule = policy.schedules.get(rule.schedule)
    if schedule is None:
        raise PolicyError(f"{where}: no schedule is called {rule.schedule}")
    stages = {stage_of(offset) for offset in schedule.offsets}
    worded = {stage for stage in get_args(Stage) if getattr(rule, stage) is not None}
    if stages != worded:
        raise PolicyError(f"{where}: worded are {sorted(worded)}, scheduled {sorted(stages)}")
    for start in rule.starts:
        fields = _fields(where, start, events)
        _has(where, fields, {start.due, *start.about, *start.when, *([start.window] if start.window else [])})
        _has(where, fields.keys() | COUNTED, _named(where, rule))
        for to in rule.to:
            if not to.everyone and not names_ids(fields.get(to.field)):
                raise PolicyError(f"{where}: {to.field} is no id of {start.event}")
    for move in rule.moves:
        _has(where, _fields(where, move, events), {move.due, *move.about, *move.when})
    for end in (*rule.rests, *rule.ends):
        _has(where, _event(where, end.event, events).model_fields, {*end.about, *end.when})


def _named(where: str, rule: Rule) -> set[str]:
    try:
        return {
            name for stage in get_args(Stage) if (said := getattr(rule, stage)) for name in said.variables()
        }
    except ValueError as error:
        raise PolicyError(f"{where}: {error}") from error


def _fields(where: str, start: Start, events: Mapping[str, type[Event]]) -> Mapping[str, Any]:
    """The fields of an event, and of the elements of the list that the start takes apart."""
    fields = dict(_event(where, start.event, events).model_fields)
    if start.each is None:
        return fields
    _has(where, fields, {start.each})
    (element,) = get_args(fields[start.each].annotation)
    assert issubclass(element, BaseModel)
    return fields | dict(element.model_fields)


def _event(where: str, named: str, events: Mapping[str, type[Event]]) -> type[Event]:
    if named not in events:
        raise PolicyError(f"{where}: no contract has an event {named}")
    return events[named]


def _has(where: str, fields: Iterable[str], named: set[str]) -> None:
    if missing := sorted(named - set(fields)):
        raise PolicyError(f"{where}: there is no field {', '.join(missing)}")
