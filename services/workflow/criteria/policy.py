"""`criteria.yaml`: what a proposal of criteria must bring, by when, and which evidence it may ask for."""

from collections.abc import Collection
from datetime import date
from typing import ClassVar, Self

from pydantic import Field, model_validator

from services.accounts.contract import RecordKind
from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.criteria.steps import CRITERIA_STEPS
from services.workflow.evaluation.states import Source
from services.workflow.route.states import Waiver

TOLD = frozenset({RecordKind.DEGREE, RecordKind.PRESENT_TITLE, RecordKind.VILLAGE_POSTING, RecordKind.HONOUR})
"""Kinds of records that are known of a person when a declaration is held against its criteria."""


class EvidenceKind(Entry):
    """A kind of evidence, and what of a declaration shows it: materials (with sections), achievements, records, or hours.

    `paper` marks academic papers, which no menu may leave as the only way. `for_human`: nothing shows it to a machine.
    `waiver` makes it needless.
    """

    title: str
    paper: bool = False
    materials: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    achievements: tuple[str, ...] = ()
    records: tuple[RecordKind, ...] = ()
    hours: bool = Field(False, description="shown by the class hours of continuing education")
    entitled: bool = Field(
        False, description="shown by being on a published list of people who keep preferences"
    )
    for_human: bool = False
    waiver: Waiver | None = None

    @model_validator(mode="after")
    def provable(self) -> Self:
        """Refuse a kind that nobody can prove and nobody is asked about, or that is told in two ways at once."""
        ways = bool(self.materials or self.achievements or self.records or self.entitled)
        if (ways or self.hours) == self.for_human:
            raise ValueError(
                "say what shows it (materials, achievements, records, hours, entitled), or for_human"
            )
        if self.materials and self.achievements:
            raise ValueError("achievements have their own materials: name either")
        if unknown := set(self.records) - TOLD:
            raise ValueError(f"records of kind {', '.join(sorted(unknown))} are not known here")
        return self


class FactKind(Entry):
    """A figure that a condition may put a threshold to, in `unit`, and what it is computed from."""

    title: str
    unit: str | None = None
    computed_from: Source
    waiver: Waiver | None = None


class CriteriaPolicy(PolicyFile):
    """What the notice says about review criteria.

    `documents` are the documents of a proposal with their titles; `papers_required` the series that may ask for papers
    alone; `issued` the day of the notice. `education` are the levels of education, rising; `achievements_shown_by` the
    kinds of material that go with achievements.
    """

    used: ClassVar[frozenset[str]] = frozenset(
        {"criteria_menus", "criteria_documents", "criteria_due", "title_in_force"}
        | articles_used(CRITERIA_STEPS)
    )

    issued: date
    proposals_due: date
    documents: dict[str, str]
    education: tuple[str, ...]
    achievements_shown_by: tuple[str, ...]
    facts: dict[str, FactKind]
    evidence: dict[str, EvidenceKind]
    papers_required: frozenset[str] = frozenset()

    def rank(self, education: str) -> int:
        """The place of a level of education among all, from 1; 0: it is none of them."""
        return self.education.index(education) + 1 if education in self.education else 0

    def unproven(
        self, sections: Collection[str], achievements: Collection[str], items: Collection[str]
    ) -> set[str]:
        """The sections, kinds of achievement and kinds of material that evidence names and the year's forms lack."""
        kinds = self.evidence.values()
        named = {section for each in kinds for section in each.sections} - set(sections)
        named |= {kind for each in kinds for kind in each.achievements} - set(achievements)
        shown = {item for each in kinds for item in each.materials} | set(self.achievements_shown_by)
        return named | (shown - set(items))
