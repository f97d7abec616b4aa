"""Which sections, achievements, materials and records show a kind of evidence; `criteria.yaml` says which may (一（一）)."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from services.accounts.contract import Known, PersonStanding, RecordKind
from services.workflow.criteria.policy import EvidenceKind
from services.workflow.declaration.rules import counts, hours_short
from services.workflow.evaluation.case import Evidence, Held, best
from services.workflow.evaluation.states import Verdict

Proof = tuple[UUID, bool]
"""A record, and whether it is confirmed."""


def shown(code: str, held: Held) -> Evidence:
    """Whether a kind of evidence is there, and what shows it; one that only others are asked for is not missing."""
    kind = held.policy.evidence.get(code)
    if kind is None:  # criteria that are older than the year's policy
        return Evidence(code, code, Verdict.NEEDS_HUMAN)
    if kind.for_human:
        return Evidence(code, kind.title, Verdict.NEEDS_HUMAN)
    if kind.hours:
        return _by_hours(code, kind, held)
    if kind.entitled:
        listed = Verdict.MET if held.entitled else Verdict.NOT_MET
        return Evidence(code, kind.title, listed, basis=(held.articles["epidemic_list"],))
    found = _looked_for(code, kind, held)
    spared = [held.spared[each] for each in kind.materials if each in held.spared]
    if found.verdict is Verdict.NOT_MET and spared and len(spared) == len(kind.materials):
        return Evidence(code, kind.title, Verdict.MET, basis=tuple(spared))
    return found


def _looked_for(code: str, kind: EvidenceKind, held: Held) -> Evidence:
    """A confirmed record shows it, and so does its own file; of what kind an achievement is, a person says."""
    achievements = _achievements(kind, held)
    materials = _materials(kind, held, achievements)
    proofs = [each for record in kind.records for each in _records(record, held.known)]
    counting = [record for record, confirmed in proofs if confirmed]
    declared = [record for record, _ in proofs]
    filed = Verdict.NEEDS_HUMAN if achievements else Verdict.MET
    ways = [
        Verdict.MET if counting else Verdict.NEEDS_HUMAN if declared else Verdict.NOT_MET,
        filed if materials else Verdict.NOT_MET,
    ]
    return Evidence(
        code,
        kind.title,
        best(ways),
        achievements if materials else (),
        materials,
        kind.sections if materials else (),
        tuple(counting or declared),
    )


def _achievements(kind: EvidenceKind, held: Held) -> tuple[int, ...]:
    """The places of the achievements of these kinds that count by their dates (三（六）2)."""
    return tuple(
        place
        for place, each in enumerate(held.form.content.achievements)
        if each.kind in kind.achievements and counts(each.obtained_on, held.form)
    )


def _materials(kind: EvidenceKind, held: Held, achievements: tuple[int, ...]) -> tuple[UUID, ...]:
    """The files that show it: of the kinds named, with their sections filled in; or those that go with achievements."""
    if achievements:
        return tuple(each.id for each in held.documents(held.policy.achievements_shown_by))
    if not all(held.form.content.filled(section) for section in kind.sections):
        return ()
    return tuple(each.id for each in held.documents(kind.materials))


def _by_hours(code: str, kind: EvidenceKind, held: Held) -> Evidence:
    short = hours_short(held.form)
    basis = tuple(dict.fromkeys(each.basis for each in held.form.hours))
    materials = tuple(each.id for each in held.documents(kind.materials))
    verdict = Verdict.NOT_MET if short else Verdict.MET
    return Evidence(code, kind.title, verdict, materials=materials, sections=kind.sections, basis=basis)


def _records(kind: RecordKind, known: PersonStanding | None) -> Iterable[Proof]:
    return () if known is None else RECORDS[kind](known)


def _education(known: PersonStanding) -> Iterable[Proof]:
    found = (known.education, known.education_with_declared)
    return [(each.record_id, each.confirmed) for each in found if each is not None]


def _postings(known: PersonStanding) -> Iterable[Proof]:
    if known.village_posting is Known.NO:
        return []
    return [(each.record_id, each.confirmed) for each in known.village_postings]


RECORDS: Mapping[RecordKind, Callable[[PersonStanding], Iterable[Proof]]] = {
    RecordKind.DEGREE: _education,
    RecordKind.PRESENT_TITLE: lambda known: [(each.record_id, each.confirmed) for each in known.titles],
    RecordKind.VILLAGE_POSTING: _postings,
    RecordKind.HONOUR: lambda known: [
        (each.record_id, each.confirmed) for each in known.honours if each.counts
    ],
}
"""The records that a standing tells, by kind."""
