"""Who may not judge an agenda (回避), and for what reason."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.kit.words import Word


class Conflict(Word):
    """Why an expert is kept out; of several reasons the first one here is told."""

    OWN_DECLARATION = "OWN_DECLARATION", "本人申报"
    SAME_UNIT = "SAME_UNIT", "与申报人同一单位"
    KINSHIP = "KINSHIP", "与申报人有亲属关系"
    CO_AUTHORSHIP = "CO_AUTHORSHIP", "与申报人有合作关系"
    SUPERVISION = "SUPERVISION", "与申报人有师生关系"
    INTEREST = "INTEREST", "与申报人有其他利害关系"
    REVIEWED = "REVIEWED", "曾审核本次评审的申报材料"
    RECUSED = "RECUSED", "曾就同一申报主动回避"
    ASKED_FOR = "ASKED_FOR", "申报人申请回避"
    OUT_OF_POOL = "OUT_OF_POOL", "已暂停、退出或聘期届满"
    NO_ACCOUNT = "NO_ACCOUNT", "账号已不可用"


RANK = {reason: place for place, reason in enumerate(Conflict)}


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody on the agenda: the account, the unit that recommended, if one did, and the ids he or she goes by."""

    account_id: UUID
    unit_id: UUID | None
    known_as: frozenset[UUID] = frozenset()
    """Account, person and declaration: whatever a relation may name."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """An expert of the pool: the account, the unit he or she works for, where it is asked for, the stratum, the name."""

    expert_id: UUID
    account_id: UUID
    unit_id: UUID | None
    stratum: str
    name: str = ""
    out: Conflict | None = None
    """What keeps the expert out whatever the agenda is."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation on record: the expert's account, and the ids of whom it is to."""

    account_id: UUID
    to: frozenset[UUID]
    reason: Conflict


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom an applicant wants kept out: an expert, or a name at a unit."""

    expert_id: UUID | None = None
    name: str | None = None
    unit_id: UUID | None = None

    def means(self, expert: Pooled) -> bool:
        """Whether it is that expert."""
        if self.expert_id is not None:
            return self.expert_id == expert.expert_id
        return self.name is not None and (plain(self.name), self.unit_id) == (
            plain(expert.name),
            expert.unit_id,
        )


@dataclass(frozen=True, slots=True)
class Agenda:
    """What an expert is judged by: who is on the agenda, the relations on record, and what the applicants ask for."""

    applicants: Sequence[Applicant]
    ties: Sequence[Tie] = ()
    asked: Sequence[Asked] = ()
    by_account: Mapping[UUID, Sequence[Tie]] = field(init=False)
    accounts: frozenset[UUID] = field(init=False)
    units: frozenset[UUID] = field(init=False)
    known: frozenset[UUID] = field(init=False)

    def __post_init__(self) -> None:
        ties: dict[UUID, list[Tie]] = defaultdict(list)
        for tie in self.ties:
            ties[tie.account_id].append(tie)
        units = (each.unit_id for each in self.applicants)
        known = (each.known_as for each in self.applicants)
        object.__setattr__(self, "by_account", ties)
        object.__setattr__(self, "accounts", frozenset(each.account_id for each in self.applicants))
        object.__setattr__(self, "units", frozenset(each for each in units if each is not None))
        object.__setattr__(self, "known", frozenset().union(*known))


def conflict(expert: Pooled, agenda: Agenda) -> Conflict | None:
    """What keeps an expert from judging an agenda; None for nothing."""
    found = [tie.reason for tie in agenda.by_account.get(expert.account_id, ()) if tie.to & agenda.known]
    if expert.account_id in agenda.accounts:
        found.append(Conflict.OWN_DECLARATION)
    if expert.unit_id in agenda.units:
        found.append(Conflict.SAME_UNIT)
    if any(each.means(expert) for each in agenda.asked):
        found.append(Conflict.ASKED_FOR)
    if expert.out is not None:
        found.append(expert.out)
    return min(found, key=RANK.__getitem__, default=None)


def parted(pool: Iterable[Pooled], agenda: Agenda) -> tuple[list[Pooled], dict[UUID, Conflict]]:
    """Those who may be drawn, and those who may not with the reason."""
    free: list[Pooled] = []
    excluded: dict[UUID, Conflict] = {}
    for expert in pool:
        reason = conflict(expert, agenda)
        if reason is None:
            free.append(expert)
        else:
            excluded[expert.expert_id] = reason
    return free, excluded


def counted(reasons: Iterable[str]) -> dict[str, int]:
    """How many were kept out for each reason."""
    told: dict[str, int] = defaultdict(int)
    for reason in reasons:
        told[reason] += 1
    return dict(sorted(told.items()))


def plain(name: str) -> str:
    """A name as it is compared: in one form, without spaces and dots between its parts."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in folded if each.isalnum())
