"""What a proposal of criteria has to be, before anybody looks at its content (一（一）)."""

from collections import Counter
from datetime import date

from services.kit.errors import Basis
from services.workflow.criteria.errors import (
    CodeTwice,
    DocumentsMissing,
    EvidenceUnknown,
    MenuTooShort,
    PaperOnly,
    ProposalLate,
)
from services.workflow.criteria.schemas import CriteriaIn, MenuIn
from services.workflow.policy import NoticePolicy


def require_sound(asked: CriteriaIn, policy: NoticePolicy, today: date) -> list[Basis]:
    """The articles that the proposal keeps.

    Raises:
        ProposalLate: proposals of the year were due before.
        DocumentsMissing: a document is missing; the refusal names them all.
        CodeTwice, EvidenceUnknown, MenuTooShort: the file contradicts itself.
        PaperOnly: a menu can be met by papers alone.
    """
    articles = policy.articles
    if today > policy.criteria.proposals_due:
        raise ProposalLate(due=policy.criteria.proposals_due, basis=[articles["criteria_due"]])
    titles = policy.criteria.documents
    missing = [name for name in titles if getattr(asked.documents, name, None) is None]
    if missing:
        zh, en = "、".join(titles[name] for name in missing), ", ".join(missing)
        raise DocumentsMissing(
            field="documents", basis=[articles["criteria_documents"]], missing=zh, missing_en=en
        )
    require_codes_once(asked)
    require_known_evidence(asked, policy)
    for menu in asked.menus:
        require_choice(menu, asked.series, policy)
    return [articles["criteria_menus"], articles["criteria_documents"]]


def require_codes_once(asked: CriteriaIn) -> None:
    """Every gate, menu and entry has a code of its own.

    Raises:
        CodeTwice: two share one.
    """
    codes = [gate.code for gate in asked.gates]
    for menu in asked.menus:
        codes += [menu.code, *(entry.code for entry in menu.entries)]
    twice = [code for code, times in Counter(codes).items() if times > 1]
    if twice:
        raise CodeTwice(twice=twice[0], field="gates")


def require_known_evidence(asked: CriteriaIn, policy: NoticePolicy) -> None:
    """Every kind of evidence named is one of the policy's.

    Raises:
        EvidenceUnknown: one is not.
    """
    named = [code for gate in asked.gates for code in gate.evidence]
    named += [code for menu in asked.menus for entry in menu.entries for code in entry.evidence]
    for code in named:
        if code not in policy.criteria.evidence:
            raise EvidenceUnknown(kind=code, field="evidence")


def require_choice(menu: MenuIn, series: str, policy: NoticePolicy) -> None:
    """A menu offers what it asks for, and can be met without a paper.

    Raises:
        MenuTooShort: it asks for more entries than it has.
        PaperOnly: too few of its entries are anything but papers, and the series does not ask for papers alone.
    """
    if menu.need > len(menu.entries):
        raise MenuTooShort(menu=menu.code, need=menu.need, entries=len(menu.entries), field="menus")
    kinds = policy.criteria.evidence
    other = sum(any(not kinds[code].paper for code in entry.evidence) for entry in menu.entries)
    if other < menu.need and series not in policy.criteria.papers_required:
        raise PaperOnly(menu=menu.code, field="menus", basis=[policy.articles["criteria_menus"]])
