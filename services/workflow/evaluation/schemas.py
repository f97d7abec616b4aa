"""Shapes of evaluations as they are told."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from services.kit.errors import Language
from services.kit.http import BasisOut
from services.workflow.evaluation.case import Evaluation, Item
from services.workflow.evaluation.states import ItemKind, Verdict
from services.workflow.shapes import Code, In, Out, Prose


class JudgementIn(In):
    """What the committee's office finds of an item of the criteria that no machine can judge, and why."""

    item: Code
    met: bool
    note: Prose


class EvidenceOut(Out):
    """One kind of evidence, and what shows it; `achievements` are places in the content, from 0."""

    kind: str
    title: str
    verdict: Verdict
    achievements: list[int]
    materials: list[UUID]
    sections: list[str]
    records: list[UUID]
    basis: list[BasisOut]


class AnswerOut(Out):
    """What the committee's office answered where no machine can tell: who, when, why."""

    met: bool
    note: str
    name: str
    at: datetime


class ItemOut(Out):
    """One item of the criteria, judged; `need` and `have` are figures, or how many of a menu. `parent`: the menu of an entry."""

    code: str
    kind: ItemKind
    parent: str | None
    text: str
    verdict: Verdict
    message: str
    need: float | None
    have: float | None
    unit: str | None
    evidence: list[EvidenceOut]
    answer: AnswerOut | None
    basis: list[BasisOut]

    @classmethod
    def of(cls, item: Item, language: Language) -> Self:
        """The item in the language asked for."""
        own = ("code", "kind", "parent", "text", "verdict", "need", "have", "unit", "answer", "basis")
        values: dict[str, Any] = {name: getattr(item, name) for name in (*own, "evidence")}
        message = item.en if language is Language.EN else item.zh
        return cls.model_validate({**values, "message": message}, from_attributes=True)


class EvaluationOut(Out):
    """A declaration held against its criteria; `kept_at`: since when that is kept, with the acceptance.

    Achievements count from `counted_from` to `counted_until`; `facts_on` is the day of what was on the person's record.
    """

    declaration_id: UUID
    criteria_id: UUID
    title: str
    edition: int
    round: int
    verdict: Verdict
    counted_from: date | None
    counted_until: date
    facts_on: date | None
    kept_at: datetime | None
    items: list[ItemOut]

    @classmethod
    def of(cls, declaration_id: UUID, found: Evaluation, language: Language) -> Self:
        """The evaluation in the language asked for."""
        own = ("criteria_id", "title", "edition", "round", "verdict", "counted_from", "counted_until")
        values = {name: getattr(found, name) for name in (*own, "facts_on", "kept_at")}
        items = [ItemOut.of(each, language) for each in found.items]
        return cls(declaration_id=declaration_id, items=items, **values)
