"""The one engine of state machines: a literal table of steps, rules with articles, and `decide`.

A concept writes its table as data; this module says what a step would do, without doing it. `kit.transition` does it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from services.kit.auth import Actor, Seat
from services.kit.errors import Basis, Conflict, Finding, Forbidden, RuleBroken
from services.kit.words import term

C = TypeVar("C")


class Case(Protocol):
    """What every thing with states tells about itself."""

    @property
    def id(self) -> UUID:
        """Its key."""
        ...

    @property
    def state(self) -> StrEnum:
        """Where it stands."""
        ...

    @property
    def version(self) -> int:
        """How often it has moved."""
        ...

    @property
    def lineage(self) -> Collection[UUID]:
        """The organisations above its owner, and the owner."""
        ...


K = TypeVar("K", bound=Case)


@dataclass(frozen=True, slots=True)
class Broken:
    """How a case breaks a rule: the figures in both languages, and the field to mend.

    `basis` names the article of an entry of the policy where it is not the rule's own.
    """

    zh: str
    en: str
    field: str | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Rule(Generic[C]):
    """One sentence of the rules. `article` is a key of the policy's articles, where its cite lives.

    `concerns` tells whether a case is one that it is about; a step on any other does not rest on its article.
    """

    code: str
    article: str
    zh: str
    en: str
    check: Callable[[C], Broken | Sequence[Broken] | None]
    concerns: Callable[[C], bool] = lambda _: True

    def findings(self, case: C, articles: Mapping[str, Basis]) -> list[Finding]:
        """Everything that is wrong with `case` under this rule; empty when it holds."""
        found = self.check(case) or ()
        own = articles[self.article]
        every = [found] if isinstance(found, Broken) else found
        return [Finding(self.code, each.zh, each.en, each.field, (each.basis or own,)) for each in every]


Check = Callable[[C], Broken | Sequence[Broken] | None]
"""What a rule asks of a case: None or nothing where it holds, else everything that breaks it."""


def rule(code: str, *, article: str, zh: str, en: str) -> Callable[[Check[C]], Rule[C]]:
    """Make a function over facts a rule."""

    def make(check: Check[C]) -> Rule[C]:
        return Rule(code, article, zh, en, check)

    return make


def concerning(whom: Callable[[C], bool]) -> Callable[[Rule[C]], Rule[C]]:
    """Say of a rule whom it is about."""

    def make(whole: Rule[C]) -> Rule[C]:
        return replace(whole, concerns=whom)

    return make


@dataclass(frozen=True, slots=True)
class Taker(Generic[C]):
    """Who may take a step: a role, and how its seat is found for a case."""

    role: str
    zh: str
    find: Callable[[Actor, C], Seat | None]


def holder(role: str, zh: str) -> Taker[Case]:
    """Whoever holds `role` at any organisation of the case's lineage."""
    return Taker(role, zh, lambda actor, case: actor.seat(role, within=case.lineage))


def holder_at(role: str, zh: str, where: Callable[[C], UUID | None]) -> Taker[C]:
    """Whoever holds `role` at exactly the organisation that `where` names."""

    def find(actor: Actor, case: C) -> Seat | None:
        place = where(case)
        return None if place is None else actor.seat(role, within=(place,))

    return Taker(role, zh, find)


@dataclass(frozen=True, slots=True)
class Branch(Generic[C]):
    """A step whose next state depends on the case; `options` are all it can be."""

    options: tuple[StrEnum, ...]
    pick: Callable[[C], StrEnum]


@dataclass(frozen=True, slots=True)
class Step(Generic[C]):
    """One row of a table: where it leads, who takes it, under which rules, on which article."""

    to: StrEnum | Branch[C]
    by: Taker[C]
    article: str
    rules: tuple[Rule[C], ...] = ()

    def leads_to(self, case: C) -> StrEnum:
        """The state after this step."""
        return self.to.pick(case) if isinstance(self.to, Branch) else self.to


Steps = Mapping[tuple[StrEnum, StrEnum], Step[C]]


@dataclass(frozen=True, slots=True)
class Move:
    """A decided step, ready to be taken."""

    subject_id: UUID
    version: int
    action: StrEnum
    before: StrEnum
    after: StrEnum
    seat: Seat
    basis: tuple[Basis, ...]


class ActionNotAvailable(Conflict):
    """No such step leaves the present state."""

    code = "ACTION_NOT_AVAILABLE"
    zh = "当前状态（{state_zh}）不能进行“{action_zh}”，可进行的操作：{possible_zh}"
    en = "{action} is not possible in state {state}. Possible: {possible}."


class NotYourStep(Forbidden):
    """The step belongs to somebody else."""

    code = "NOT_YOUR_STEP"
    zh = "“{action_zh}”应由{taker}进行"
    en = "{action} belongs to {role}."


class RulesBroken(RuleBroken):
    """The case breaks rules of the step; `findings` name them all."""

    code = "RULES_BROKEN"
    zh = "不能进行“{action_zh}”：{reasons_zh}"
    en = "{action} is refused: {reasons_en}"


class StaleVersion(Conflict):
    """Somebody else was faster."""

    code = "STALE_VERSION"
    zh = "内容已被他人更改，请刷新后重试"
    en = "This has changed meanwhile. Load it again and repeat."


def decide(
    steps: Steps[K],
    case: K,
    action: StrEnum,
    actor: Actor,
    articles: Mapping[str, Basis],
    *,
    version: int | None = None,
) -> Move:
    """Say what `action` would do to `case`, without doing it.

    Raises:
        StaleVersion: the caller has read another version than the present one.
        ActionNotAvailable: no such step leaves the present state; it lists those that do.
        NotYourStep: the step belongs to another role or organisation.
        RulesBroken: the case breaks rules of the step; the error names them all, each with its cite.
    """
    step = steps.get((case.state, action))
    if step is None:
        raise _not_available(steps, case.state, action)
    seat = step.by.find(actor, case)
    if seat is None:
        raise NotYourStep(
            action=action,
            action_zh=term(action),
            taker=step.by.zh,
            role=step.by.role,
            basis=(articles[step.article],),
        )
    if version is not None and version != case.version:
        raise StaleVersion(field="version")
    refuse_broken(action, step.rules, case, articles)
    after = step.leads_to(case)
    return Move(case.id, case.version, action, case.state, after, seat, _basis(step, case, articles))


def refuse_broken(action: str, rules: Iterable[Rule[C]], case: C, articles: Mapping[str, Basis]) -> None:
    """Refuse with every rule that `case` breaks; nothing when all hold."""
    findings = [found for each in rules for found in each.findings(case, articles)]
    if findings:
        raise RulesBroken(
            action=action,
            action_zh=term(action),
            reasons_zh="；".join(f.zh for f in findings),
            reasons_en=" ".join(f.en for f in findings),
            findings=findings,
            field=findings[0].field,
            basis=list(dict.fromkeys(basis for f in findings for basis in f.basis)),
        )


def available_actions(steps: Steps[K], case: K, actor: Actor) -> list[str]:
    """The actions `actor` may try on `case` now (rules not yet asked)."""
    return [
        action for (state, action), step in steps.items() if state == case.state and step.by.find(actor, case)
    ]


def _not_available(steps: Steps[Any], state: StrEnum, action: StrEnum) -> ActionNotAvailable:
    possible = actions_from(steps, state)
    named = next((before for before, _ in steps if before == state), state)
    return ActionNotAvailable(
        state=state,
        state_zh=term(named),
        action=action,
        action_zh=term(action),
        possible=", ".join(possible) or "-",
        possible_zh="、".join(map(term, possible)) or "无",
        field="action",
    )


def actions_from(steps: Steps[C], state: StrEnum) -> list[StrEnum]:
    """The actions that leave `state`, whoever takes them."""
    return [action for (before, action) in steps if before == state]


def articles_used(steps: Steps[C]) -> set[str]:
    """The article keys a table names; a policy must know them all."""
    named = {step.article for step in steps.values()}
    return named | {each.article for step in steps.values() for each in step.rules}


def _basis(step: Step[C], case: C, articles: Mapping[str, Basis]) -> tuple[Basis, ...]:
    concerned = (each.article for each in step.rules if each.concerns(case))
    keys = dict.fromkeys([step.article, *concerned])
    return tuple(articles[key] for key in keys)
