"""A declaration is judged by its criteria: every gate, every menu with its entries, each with what shows it (一（一）).

What no machine can tell is left to a person, and never taken as met: the wording of a condition without a figure and of an
entry that achievements and their files are to show, evidence that the form has no place for, a record that nobody has
confirmed. More evidence never makes a met item unmet.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from services.kit.errors import Basis
from services.workflow.criteria.comparison import Conditions
from services.workflow.criteria.schemas import EntryIn, GateIn, MenuIn
from services.workflow.evaluation.case import Answer, Evidence, Held, Item, best, worst
from services.workflow.evaluation.figures import Figure, figure
from services.workflow.evaluation.proof import shown
from services.workflow.evaluation.states import ItemKind, Verdict
from services.workflow.route.states import Waiver

Answers = Mapping[str, Answer]
"""What the committee's office answers, by the code of the item."""


def judge(criteria: Conditions, held: Held, answers: Answers) -> tuple[Item, ...]:
    """Every item of the criteria in their order; the entries of a menu follow it."""
    gates = [_gate(GateIn.model_validate(each), held, answers) for each in criteria.gates]
    menus = [_menu(MenuIn.model_validate(each), held, answers) for each in criteria.menus]
    return (*gates, *(item for menu in menus for item in menu))


def _gate(gate: GateIn, held: Held, answers: Answers) -> Item:
    gate, waived = _asked(gate, held)
    if waived and gate.fact is None and not gate.evidence:
        return Item(gate.code, ItemKind.GATE, gate.text, Verdict.MET, "免除", "Waived.", waived)
    evidence = tuple(shown(kind, held) for kind in gate.evidence)
    measured = _measured(gate, held)
    own = held.articles["criteria_in_force"]
    item = Item(
        gate.code,
        ItemKind.GATE,
        gate.text,
        worst([*(each.verdict for each in evidence), _of_text(gate, held, measured)]),
        *_told_of_gate(gate, held, evidence, measured),
        basis=_articles(own, evidence, (*(measured.basis if measured else ()), *waived)),
        evidence=(*evidence, *_evidence_of(gate, measured, held)),
        need=gate.at_least,
        have=measured.value if measured else None,
        unit=gate.unit,
    )
    return _answered(item, answers)


def _asked(gate: GateIn, held: Held) -> tuple[GateIn, tuple[Basis, ...]]:
    """The condition without the figure and the kinds of evidence that are waived, and the articles of that."""
    kinds = {
        each: held.policy.evidence[each].waiver for each in gate.evidence if each in held.policy.evidence
    }
    fact = held.policy.facts[gate.fact].waiver if gate.fact in held.policy.facts else None
    waived = [each for each in (fact, *kinds.values()) if each in held.waived]
    left: dict[str, Any] = {
        "evidence": [each for each in gate.evidence if kinds.get(each) not in held.waived]
    }
    if fact in held.waived:
        left |= {"fact": None, "at_least": None, "unit": None}
    return gate.model_copy(update=left), tuple(dict.fromkeys(held.waived[each] for each in waived if each))


def _measured(gate: GateIn, held: Held) -> Figure | None:
    """The figure that the threshold is put to; None: there is no threshold, or no machine knows the figure."""
    fact = held.policy.facts.get(gate.fact or "")
    if fact is None or gate.at_least is None or gate.unit not in (None, fact.unit):
        return None
    return figure(fact.computed_from, replace(held, fields=gate.fields))


def _of_text(gate: GateIn, held: Held, measured: Figure | None) -> Verdict:
    """What comes of the condition itself; without a figure it is for a person, but where class hours are all it asks."""
    if measured is not None and gate.at_least is not None:
        return measured.verdict(gate.at_least)
    kinds = [held.policy.evidence.get(each) for each in gate.evidence]
    by_hours = gate.fact is None and kinds and all(each is not None and each.hours for each in kinds)
    return Verdict.MET if by_hours else Verdict.NEEDS_HUMAN


def _evidence_of(gate: GateIn, measured: Figure | None, held: Held) -> Iterator[Evidence]:
    if measured is not None and gate.fact is not None and gate.at_least is not None:
        title, verdict = held.policy.facts[gate.fact].title, measured.verdict(gate.at_least)
        yield Evidence(gate.fact, title, verdict, sections=measured.sections, records=measured.records)


def _told_of_gate(
    gate: GateIn, held: Held, evidence: Iterable[Evidence], measured: Figure | None
) -> tuple[str, str]:
    zh, en = _told_of_evidence(evidence)
    if measured is not None and gate.fact is not None:
        title, unit = held.policy.facts[gate.fact].title, gate.unit or ""
        have = "没有填写" if measured.value is None else f"{measured.value}{unit}"
        zh.append(f"{title}（截至 {held.until}）：{have}，要求 {gate.at_least:g}{unit}")
        en.append(f"{gate.fact} by {held.until}: {measured.value} of {gate.at_least:g}.")
    elif not zh:
        zh, en = ["须由人工判断"], ["For a person to judge."]
    return "；".join(zh), " ".join(en)


def _told_of_evidence(evidence: Iterable[Evidence]) -> tuple[list[str], list[str]]:
    """What is missing, and what a person has to look at."""
    zh, en = [], []
    for each in evidence:
        if each.verdict is Verdict.NOT_MET:
            zh.append(f"缺少“{each.title}”")
            en.append(f"There is no {each.kind} that counts.")
        elif each.verdict is Verdict.NEEDS_HUMAN:
            zh.append(f"“{each.title}”须由人工判断")
            en.append(f"{each.kind} is for a person to judge.")
    return zh, en


def _menu(menu: MenuIn, held: Held, answers: Answers) -> Iterator[Item]:
    """The menu, then its entries; each achievement and each record counts for one entry only."""
    entries = [
        _answered(each, answers) for each in _shared([_entry(each, menu, held) for each in menu.entries])
    ]
    met = [each for each in entries if each.verdict is Verdict.MET]
    open_ = [each for each in entries if each.verdict is Verdict.NEEDS_HUMAN]
    have, need = matched(_tokens(met)), menu.need
    basis: tuple[Basis, ...] = (held.articles["criteria_menus"], held.articles["cut_off"])
    if Waiver.PAPER in held.waived and (other := _without_papers(menu, held)) < need:
        need, basis = other, (held.waived[Waiver.PAPER], *basis)
    reached = Verdict.NEEDS_HUMAN if matched(_tokens(met + open_)) >= need else Verdict.NOT_MET
    verdict = Verdict.MET if have >= need else reached
    zh = f"具备 {have} 项，要求 {need} 项" + (f"，另有 {len(open_)} 项须由人工判断" if open_ else "")
    en = f"{have} of {need} achievements" + (f", {len(open_)} for a person to judge." if open_ else ".")
    yield Item(menu.code, ItemKind.MENU, menu.text, verdict, zh, en, basis, need=need, have=have)
    yield from entries


def _shared(entries: list[Item]) -> Iterator[Item]:
    """The entries, of which those whose records already count for another rest on what else there is."""
    met = [each for each in entries if each.verdict is Verdict.MET]
    counting = {met[place].code for place in placed(_tokens(met))}
    for each in entries:
        yield each if each not in met or each.code in counting else _without_records(each)


def _without_records(entry: Item) -> Item:
    evidence = tuple(
        replace(each, records=(), verdict=Verdict.NEEDS_HUMAN if each.materials else Verdict.NOT_MET)
        if each.verdict is Verdict.MET
        else each
        for each in entry.evidence
    )
    zh, en = f"记录已计入其他选项；{entry.zh}", f"The record counts for another entry. {entry.en}"
    return replace(entry, verdict=best(each.verdict for each in evidence), evidence=evidence, zh=zh, en=en)


def _without_papers(menu: MenuIn, held: Held) -> int:
    """How many entries of a menu can be met by something else than papers."""
    papers = {code for code, kind in held.policy.evidence.items() if kind.paper}
    return sum(not papers.issuperset(each.evidence) for each in menu.entries)


def _entry(entry: EntryIn, menu: MenuIn, held: Held) -> Item:
    """Any of the kinds of evidence shows it; whether it is what the entry asks for, only a confirmed record says itself."""
    evidence = tuple(_weighed(shown(kind, held), held) for kind in entry.evidence)
    verdict = best(each.verdict for each in evidence)
    zh, en = ([], []) if verdict is Verdict.MET else _told_of_evidence(evidence)
    dates = held.form.counted.achievements_from(held.form.content)
    told = (f"计算期 {dates or '不限'} 至 {held.until}", f"Counted: {dates or 'any day'} to {held.until}.")
    return Item(
        entry.code,
        ItemKind.ENTRY,
        entry.text,
        verdict,
        "；".join([*zh, told[0]]),
        " ".join([*en, told[1]]),
        _articles(held.articles["criteria_menus"], evidence, (held.articles["cut_off"],)),
        evidence,
        parent=menu.code,
    )


def _weighed(evidence: Evidence, held: Held) -> Evidence:
    """Files alone do not say what they show: a person does; a published list says it itself."""
    kind = held.policy.evidence.get(evidence.kind)
    listed = kind is not None and kind.entitled
    alone = evidence.verdict is Verdict.MET and not evidence.records and not listed
    return replace(evidence, verdict=Verdict.NEEDS_HUMAN) if alone else evidence


def _articles(own: Basis, evidence: Iterable[Evidence], more: tuple[Basis, ...]) -> tuple[Basis, ...]:
    """The articles of an item, that of the criteria themselves first."""
    return tuple(dict.fromkeys([own, *(basis for each in evidence for basis in each.basis), *more]))


def _answered(item: Item, answers: Answers) -> Item:
    """The item as the office answers it; what a machine can tell is not for it to say."""
    answer = answers.get(item.code)
    if answer is None or item.verdict is not Verdict.NEEDS_HUMAN:
        return item
    return replace(item, verdict=Verdict.MET if answer.met else Verdict.NOT_MET, answer=answer)


def _tokens(entries: Iterable[Item]) -> list[tuple[str, ...]]:
    """What each entry is met by, or could be; what a person says of one without anything to count is its own."""
    return [tuple(_shown_by(each)) for each in entries]


def _shown_by(entry: Item) -> Iterator[str]:
    counting = entry.verdict if entry.answer is None else Verdict.NEEDS_HUMAN
    for each in entry.evidence:
        if each.verdict is counting:
            yield from each.tokens or (f"judged {entry.code}",)


def matched(choices: list[tuple[str, ...]]) -> int:
    """How many can have one of their choices each, nobody the same (a maximum matching)."""
    return len(placed(choices))


def placed(choices: list[tuple[str, ...]]) -> list[int]:
    """Who has a choice of their own where as many as possible do, the first before the later ones."""
    taken: dict[str, int] = {}

    def place(one: int, tried: set[str]) -> bool:
        for choice in choices[one]:
            if choice in tried:
                continue
            tried.add(choice)
            if choice not in taken or place(taken[choice], tried):
                taken[choice] = one
                return True
        return False

    return [one for one in range(len(choices)) if place(one, set())]
