"""Shapes of declarations as they come in and go out."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.accounts.contract import AidPosting, PersonKind, Role
from services.kit.errors import Finding, Language
from services.kit.http import BasisOut, FindingOut
from services.quota.contract import PostPool, TitleLevel
from services.workflow.cycle.schemas import DocumentNumber
from services.workflow.declaration.case import Demand
from services.workflow.declaration.content import Content
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.projection import EVERY, Part, Written
from services.workflow.declaration.section_schemas import SectionOut
from services.workflow.declaration.states import ReviewAction, State
from services.workflow.evaluation.schemas import JudgementIn
from services.workflow.material.policy import Item
from services.workflow.material.schemas import MaterialOut
from services.workflow.review_chain.schemas import AnswerIn
from services.workflow.shapes import ActionIn, Code, In, Line, Out, Prose

MOST_NAMED = 200
"""So many declarations are asked for at once by their ids."""


class DirectIn(In):
    """What is declared without a unit, by who has no employer (二（二）2)."""

    cycle_id: UUID
    series: Code
    specialty_id: UUID | None = None
    level: TitleLevel


class DeclarationIn(In):
    """A declaration to begin: on a recommendation, or directly; the committee may be named, if it is the right one."""

    recommendation_id: UUID | None = None
    direct: DirectIn | None = None
    committee_id: UUID | None = None

    @model_validator(mode="after")
    def _one_ground(self) -> Self:
        if (self.recommendation_id is None) == (self.direct is None):
            raise ValueError("name either recommendation_id or direct")
        return self


class ContentIn(In):
    """The whole content anew, over the version the writer has read."""

    content: Content
    version: int = Field(ge=1)


class IdsIn(In):
    """Declarations by id."""

    ids: list[UUID] = Field(max_length=MOST_NAMED)


class LookupIn(IdsIn):
    """Declarations to look up, and which of the larger fields to tell of each; all that lists tell where nothing is said."""

    fields: list[Part | Written] | None = Field(None, max_length=20)


class ReturnedItem(In):
    """A section or kind of material to mend, and why."""

    item: Line
    reason: Prose


class ReviewIn(ActionIn):
    """A step of the review: a return names its items, passing on answers them, an acceptance judges those of the criteria.

    Ending what was accepted names a document.
    """

    items: list[ReturnedItem] = Field(default_factory=list, max_length=100)
    answers: list[AnswerIn] = Field(default_factory=list, max_length=100)
    judgements: list[JudgementIn] = Field(default_factory=list, max_length=500)

    document_number: DocumentNumber | None = None

    @model_validator(mode="after")
    def _judged_once(self) -> Self:
        if len({each.item for each in self.judgements}) < len(self.judgements):
            raise ValueError("judge each item once")
        return self


class ChainLink(Out):
    """One body of the chain and how far it is: WAITING, CURRENT or DONE."""

    organisation_id: UUID
    name: str | None
    kind: str | None
    level: str | None
    role: Role
    state: str
    due_on: date | None = Field(description="by when whoever has it now is to be done")


class AskedOut(Out):
    """A section or kind of material that this declaration needs (`at_least` 0: may have)."""

    code: str
    name: str
    at_least: int
    at_most: int | None = None
    basis: list[BasisOut]


class Asked(Out):
    """What is asked of this applicant: known beforehand, and nothing else is.

    `specialty`: the one that the post and the achievements are to be of, where the series asks for that (一（五）3).
    """

    sections: list[AskedOut]
    materials: list[AskedOut]
    specialty: str | None


class ReturnedOut(Out):
    """What was sent back, and why."""

    item: str
    reason: str


class DeclarationOut(Out):
    """A declaration; `content`, `materials`, `asked` and `findings` are told of the one, or of those asked for by id.

    `findings` say what does not count and why; they do not hinder by themselves.
    """

    id: UUID
    number: str
    cycle_id: UUID
    year: int
    person_id: UUID
    person_name: str
    person_kind: PersonKind
    unit_id: UUID | None = Field(description="the unit that recommended; none where declared directly")
    recommendation_id: UUID | None
    series: str
    specialty_id: UUID | None
    level: TitleLevel
    pool: PostPool
    strict_reason: str | None = Field(
        description="why two persons look at it at each level (三（二）); none: one"
    )
    route: str = Field(description="code of the route; see `GET /v1/routes`")
    batch_id: UUID | None = Field(
        description="the batch that it is in, where its route has batches (一（四）2)"
    )
    aid: AidPosting | None = Field(description="the posting of an aid-Qinghai talent (二（四）1)")
    criteria_id: UUID
    committee_id: UUID
    office_id: UUID
    state: State
    state_name: str
    at_organisation_id: UUID | None
    chain: list[ChainLink]
    round: int
    returned: list[ReturnedOut]
    content: Content | None = None
    materials: list[MaterialOut] | None = None
    asked: Asked | None = None
    findings: list[FindingOut] | None = None
    sections: list[SectionOut] | None = Field(None, description="told to who writes it, and not in lists")
    created_at: datetime
    submitted_at: datetime | None
    moved_at: datetime
    ground_ended_at: datetime | None = Field(
        description="since when a draft waits for the new employer's recommendation"
    )
    claimed_by_name: str | None = Field(None, description="who has it in hand now")
    claimed_until: datetime | None = Field(None, description="when that lapses by itself")
    version: int
    available_actions: list[str]

    @classmethod
    def of(
        cls, row: Declaration, actions: Sequence[str], parts: Collection[Part | Written] = EVERY, **told: Any
    ) -> "DeclarationOut":
        """The declaration as told, its larger fields where they are among these parts."""
        own = ("id", "number", "cycle_id", "year", "person_id", "person_name", "person_kind", "unit_id")
        more = (
            "recommendation_id",
            "series",
            "specialty_id",
            "level",
            "pool",
            "strict_reason",
            "route",
            "batch_id",
            "criteria_id",
            "committee_id",
            "office_id",
        )
        where = ("state", "at_organisation_id", "round", "version")
        when = ("created_at", "submitted_at", "moved_at", "ground_ended_at")
        values = {name: getattr(row, name) for name in (*own, *more, *where, *when)}
        return cls.model_validate(
            {
                **values,
                "state_name": State(row.state).zh,
                "aid": row.aid if "aid" in parts else None,
                "returned": row.returned if "returned" in parts else [],
                "chain": chain_of(row) if "chain" in parts else [],
                "available_actions": list(actions),
                **told,
            }
        )


def chain_of(row: Declaration) -> list[ChainLink]:
    """The bodies that review the declaration in turn, the committee's office last."""
    links = [
        ChainLink(
            organisation_id=each["id"],
            name=each["name"],
            kind=each["kind"],
            level=each["level"],
            role=Role.REVIEWER,
            **_standing(row, number),
        )
        for number, each in enumerate(row.chain)
    ]
    office = ChainLink(
        organisation_id=row.office_id,
        name=None,
        kind=None,
        level=None,
        role=Role.COMMITTEE_OFFICE,
        **_standing(row, len(row.chain)),
    )
    return [*links, office]


def _standing(row: Declaration, place: int) -> dict[str, Any]:
    progress = _progress(row, place)
    return {"state": progress, "due_on": row.due_on if progress == "CURRENT" else None}


def _progress(row: Declaration, place: int) -> str:
    if place < row.position:
        return "DONE"
    if place > row.position:
        return "WAITING"
    return "CURRENT" if row.state in (State.UNDER_REVIEW, State.AT_COMMITTEE_OFFICE) else "DONE"


def asked_of(sections: Iterable[Demand], items: Iterable[Item], specialty: str | None) -> Asked:
    """What is asked, as told."""
    return Asked(
        sections=[
            AskedOut(code=s.code, name=s.name, at_least=s.at_least, basis=[BasisOut.model_validate(s.basis)])
            for s in sections
        ],
        materials=[
            AskedOut(
                code=i.code,
                name=i.name,
                at_least=i.at_least,
                at_most=i.at_most,
                basis=[BasisOut.model_validate(i.basis())],
            )
            for i in items
        ],
        specialty=specialty,
    )


def findings_of(findings: Iterable[Finding], language: Language) -> list[FindingOut]:
    """Findings in the language of the reader."""
    return [
        FindingOut(
            code=each.code,
            message=each.message(language),
            field=each.field,
            basis=[BasisOut.model_validate(b) for b in each.basis],
        )
        for each in findings
    ]


class HistoryOut(Out):
    """One step a declaration has taken: what, who, for which organisation, when, why, on which basis."""

    action: str
    before: str | None
    after: str
    actor_name: str | None
    role: str | None
    organisation_id: UUID | None
    at: datetime
    note: str | None
    basis: list[BasisOut]


class ReturnOut(Out):
    """One return: who sent what back to whom."""

    from_organisation_id: UUID
    to_organisation_id: UUID | None
    reviewer_name: str
    items: list[ReturnedOut]
    round: int
    returned_at: datetime


class EndorsementOut(Out):
    """One approval: who answers for the declaration at which body, by which step."""

    organisation_id: UUID
    reviewer_name: str
    action: ReviewAction
    round: int
    endorsed_at: datetime


class WaitingOut(DeclarationOut):
    """A declaration that waits for its reviewer; `place` is the cursor that goes on after it."""

    place: str


class WorklistCounts(Out):
    """How much waits for a reviewer: in all, due soon, overdue, in the caller's own hand, and in nobody's."""

    waiting: int
    soon: int
    overdue: int
    claimed_by_me: int
    unclaimed: int
