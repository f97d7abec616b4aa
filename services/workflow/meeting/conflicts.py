"""Who may not be drawn for an agenda (回避), and for what reason."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from services.kit.words import Word


class Conflict(Word):
    """Why an expert is kept out of the draw."""

    OWN_DECLARATION = "OWN_DECLARATION", "本人申报"
    SAME_UNIT = "SAME_UNIT", "与申报人同一单位"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody on the agenda: the account, and the unit that recommended, if one did."""

    account_id: UUID
    unit_id: UUID | None


@dataclass(frozen=True, slots=True)
class Pooled:
    """An expert of the pool: the account, the unit he or she works for, and the stratum of the draw."""

    expert_id: UUID
    account_id: UUID
    unit_id: UUID
    stratum: str


def conflict(expert: Pooled, applicants: Iterable[Applicant]) -> Conflict | None:
    """What keeps an expert from judging these applicants; None for nothing."""
    found: Conflict | None = None
    for applicant in applicants:
        if applicant.account_id == expert.account_id:
            return Conflict.OWN_DECLARATION
        if applicant.unit_id == expert.unit_id:
            found = Conflict.SAME_UNIT
    return found


def parted(
    pool: Iterable[Pooled], applicants: Collection[Applicant]
) -> tuple[list[Pooled], dict[UUID, Conflict]]:
    """Those who may be drawn, and those who may not with the reason."""
    free: list[Pooled] = []
    excluded: dict[UUID, Conflict] = {}
    for expert in pool:
        reason = conflict(expert, applicants)
        if reason is None:
            free.append(expert)
        else:
            excluded[expert.expert_id] = reason
    return free, excluded
