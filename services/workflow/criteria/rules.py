"""What a proposal of criteria has to be, before anybody looks at its content (一（一）)."""

from collections.abc import Iterator
from datetime import date

from services.kit.errors import Basis, Refusal
from services.workflow.criteria.errors import (
    CodeTwice,
    DegreeNotDemanded,
    DocumentsMissing,
    EvidenceUnknown,
    FactInOtherUnit,
    FactUnknown,
    FieldsNotAsked,
    MenuTooShort,
    PaperOnly,
    ProposalLate,
)
from services.workflow.criteria.schemas import CriteriaIn, MenuIn
from services.workflow.evaluation.states import Source
from services.workflow.policy import NoticePolicy


def require_sound(asked: CriteriaIn, policy: NoticePolicy, today: date) -> list[Basis]:
    """The articles that the proposal keeps.

    Raises:
        ProposalLate: proposals of the year were due before.
        DocumentsMissing, CodeTwice, EvidenceUnknown, MenuTooShort, PaperOnly: the first of its faults.
    """
    late = too_late(policy, today)
    for fault in (*([late] if late else []), *faults(asked, policy)):
        raise fault
    return [policy.articles["criteria_menus"], policy.articles["criteria_documents"]]


def too_late(policy: NoticePolicy, today: date) -> ProposalLate | None:
    """The refusal of every proposal after the day on which the year's are due."""
    due = policy.criteria.proposals_due
    return ProposalLate(due=due, basis=[policy.articles["criteria_due"]]) if today > due else None


def faults(asked: CriteriaIn, policy: NoticePolicy) -> Iterator[Refusal]:
    """Everything that is wrong with a proposal by itself, each with the place in it."""
    yield from _missing_documents(asked, policy)
    yield from _codes_twice(asked)
    yield from _unknown_evidence(asked, policy)
    yield from _unknown_facts(asked, policy)
    yield from _degree_fields(asked, policy)
    for number, menu in enumerate(asked.menus):
        yield from _without_choice(menu, f"menus.{number}", asked.series, policy)


def _missing_documents(asked: CriteriaIn, policy: NoticePolicy) -> Iterator[Refusal]:
    """A proposal without its documents; one refusal names all that are missing."""
    titles = policy.criteria.documents
    missing = [name for name in titles if getattr(asked.documents, name, None) is None]
    if missing:
        zh, en = "、".join(titles[name] for name in missing), ", ".join(missing)
        basis = [policy.articles["criteria_documents"]]
        yield DocumentsMissing(field="documents", basis=basis, missing=zh, missing_en=en)


def _codes_twice(asked: CriteriaIn) -> Iterator[Refusal]:
    """Gates, menus and entries that share a code."""
    codes = [(f"gates.{n}", gate.code) for n, gate in enumerate(asked.gates)]
    for n, menu in enumerate(asked.menus):
        codes.append((f"menus.{n}", menu.code))
        codes += [(f"menus.{n}.entries.{m}", entry.code) for m, entry in enumerate(menu.entries)]
    seen: set[str] = set()
    for place, code in codes:
        if code in seen:
            yield CodeTwice(twice=code, field=f"{place}.code")
        seen.add(code)


def _unknown_evidence(asked: CriteriaIn, policy: NoticePolicy) -> Iterator[Refusal]:
    """Kinds of evidence that the policy does not know."""
    named = [(f"gates.{n}", gate.evidence) for n, gate in enumerate(asked.gates)]
    for n, menu in enumerate(asked.menus):
        named += [(f"menus.{n}.entries.{m}", entry.evidence) for m, entry in enumerate(menu.entries)]
    for place, kinds in named:
        for number, kind in enumerate(kinds):
            if kind not in policy.criteria.evidence:
                yield EvidenceUnknown(kind=kind, field=f"{place}.evidence.{number}")


def _unknown_facts(asked: CriteriaIn, policy: NoticePolicy) -> Iterator[Refusal]:
    """Thresholds to figures that nobody knows, or in another unit: no declaration could be held against them."""
    facts = policy.criteria.facts
    for number, gate in enumerate(asked.gates):
        if gate.fact is None:
            continue
        fact = facts.get(gate.fact)
        if fact is None:
            yield FactUnknown(fact=gate.fact, known="、".join(facts), field=f"gates.{number}.fact")
        elif gate.unit not in (None, fact.unit):
            where = f"gates.{number}.unit"
            yield FactInOtherUnit(fact=gate.fact, title=fact.title, unit=fact.unit or "-", field=where)


def _degree_fields(asked: CriteriaIn, policy: NoticePolicy) -> Iterator[Refusal]:
    """A demand of a matching degree is one that can be met and missed; nothing else lists fields (一（五）3)."""
    for number, gate in enumerate(asked.gates):
        fact = policy.criteria.facts.get(gate.fact or "")
        if fact is None or fact.computed_from is not Source.DEGREE_FIELD:
            if gate.fields:
                yield FieldsNotAsked(field=f"gates.{number}.fields")
        elif gate.at_least != 1:
            yield DegreeNotDemanded(fact=gate.fact, title=fact.title, field=f"gates.{number}.at_least")


def _without_choice(menu: MenuIn, place: str, series: str, policy: NoticePolicy) -> Iterator[Refusal]:
    """A menu that asks for more than it offers, or can be met by papers alone where the series does not ask for them."""
    if menu.need > len(menu.entries):
        yield MenuTooShort(menu=menu.code, need=menu.need, entries=len(menu.entries), field=f"{place}.need")
        return
    papers = {code for code, kind in policy.criteria.evidence.items() if kind.paper}
    other = sum(not papers.issuperset(entry.evidence) for entry in menu.entries)
    if other < menu.need and series not in policy.criteria.papers_required:
        yield PaperOnly(menu=menu.code, field=f"{place}.entries", basis=[policy.articles["criteria_menus"]])
