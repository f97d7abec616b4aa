"""A declaration as its evaluation sees it, and what was found: plain values, kept as they are with an acceptance."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.accounts.contract import PersonStanding
from services.kit.errors import Basis
from services.quota.contract import TitleLevel
from services.workflow.criteria.policy import CriteriaPolicy
from services.workflow.declaration.case import Document, Form
from services.workflow.declaration.rules import is_late
from services.workflow.evaluation.states import ItemKind, Verdict
from services.workflow.route.states import Waiver


@dataclass(frozen=True, slots=True)
class Held:
    """What is held against criteria: the form, what accounts has on record, what is not asked of this person.

    `spared` are kinds of material that are asked of others only, `waived` what the route or a posting makes needless, each
    with its article. `series` and `level` are those declared. `articles` are those of the year. `entitled`: the person is on a published list (二（四）2).
    `specialty` is the one declared, `fields` those of degrees that the condition in hand accepts beside it (一（五）3).
    `limited` are the levels at which all titles held are valid elsewhere alone (一（四）1, 二（五）5) or in force no more,
    with the articles.
    """

    form: Form
    known: PersonStanding | None
    policy: CriteriaPolicy
    articles: Mapping[str, Basis]
    education_article: Basis
    spared: Mapping[str, Basis]
    waived: Mapping[Waiver, Basis]
    series: str
    level: TitleLevel
    entitled: bool = False
    limited: Mapping[TitleLevel, Basis] = field(default_factory=dict)
    specialty: str | None = None
    fields: Collection[str] = ()

    @property
    def until(self) -> date:
        """The last day that counts."""
        return self.form.counted.until

    def documents(self, items: Sequence[str]) -> tuple[Document, ...]:
        """The files of these kinds that are there and count."""
        return tuple(
            each
            for each in self.form.documents
            if each.item in items and each.stored and not is_late(each, self.form)
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of evidence: whether it is there, and what shows it; `achievements` are places in the content, from 0."""

    kind: str
    title: str
    verdict: Verdict
    achievements: tuple[int, ...] = ()
    materials: tuple[UUID, ...] = ()
    sections: tuple[str, ...] = ()
    records: tuple[UUID, ...] = ()
    basis: tuple[Basis, ...] = ()

    @property
    def tokens(self) -> tuple[str, ...]:
        """What shows it, each to be counted for one entry of a menu only.

        Where it is met, these are the records that meet it; the files of achievements are no more of them.
        """
        records = tuple(map(str, self.records))
        if self.verdict is Verdict.MET:
            return records
        achieved = tuple(f"achievement {each}" for each in self.achievements)
        return (*achieved, *records, *(() if achieved else map(str, self.materials)))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the committee's office answers where no machine can tell: who, when, why."""

    met: bool
    note: str
    account_id: UUID
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the criteria, judged; an entry names its menu as `parent`."""

    code: str
    kind: ItemKind
    text: str
    verdict: Verdict
    zh: str
    en: str
    basis: tuple[Basis, ...]
    evidence: tuple[Evidence, ...] = ()
    parent: str | None = None
    need: float | None = None
    have: float | None = None
    unit: str | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was found; `facts_on` is the day of what accounts had on record, `kept_at` when it was kept for good."""

    criteria_id: UUID
    title: str
    edition: int
    round: int
    counted_from: date | None
    counted_until: date
    facts_on: date | None
    items: tuple[Item, ...]
    kept_at: datetime | None = None

    @property
    def verdict(self) -> Verdict:
        """All of it: an entry counts through its menu."""
        return worst(each.verdict for each in self.items if each.kind is not ItemKind.ENTRY)

    @property
    def outline(self) -> dict[str, Any]:
        """What the audit tells of it: each item with its verdict, and what the office answered."""
        answers = {each.code: each.answer.note for each in self.items if each.answer is not None}
        return {"items": {each.code: each.verdict.value for each in self.items}, "answers": answers}

    @property
    def basis(self) -> tuple[Basis, ...]:
        """Every article it rests on."""
        return tuple(dict.fromkeys(basis for each in self.items for basis in each.basis))


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """What comes of several conditions that all must hold; MET where there is none."""
    return max(verdicts, key=list(Verdict).index, default=Verdict.MET)


def best(verdicts: Iterable[Verdict]) -> Verdict:
    """What comes of several ways to one end; NOT_MET where there is none."""
    return min(verdicts, key=list(Verdict).index, default=Verdict.NOT_MET)
