"""`criteria.yaml`: what a proposal of criteria must bring, by when, and which evidence it may ask for."""

from datetime import date
from typing import ClassVar

from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.criteria.steps import CRITERIA_STEPS


class EvidenceKind(Entry):
    """A kind of evidence; `paper` marks academic papers, which no menu may leave as the only way."""

    title: str
    paper: bool = False


class CriteriaPolicy(PolicyFile):
    """What the notice says about review criteria.

    `documents` are the documents of a proposal with their titles; `papers_required` the series that may ask for papers
    alone; `issued` the day of the notice.
    """

    used: ClassVar[frozenset[str]] = frozenset(
        {"criteria_menus", "criteria_documents", "criteria_due"} | articles_used(CRITERIA_STEPS)
    )

    issued: date
    proposals_due: date
    documents: dict[str, str]
    evidence: dict[str, EvidenceKind]
    papers_required: frozenset[str] = frozenset()
