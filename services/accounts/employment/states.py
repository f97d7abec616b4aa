"""Words of the change of employer, and the facts its steps are judged by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.kit.words import Word


class State(Word):
    """Where a change of employer stands."""

    ASKED = "ASKED", "待本人同意"
    CONSENTED = "CONSENTED", "待原单位答复"
    OBJECTED = "OBJECTED", "待上级机构决定"
    CARRIED_OUT = "CARRIED_OUT", "已转入新单位"
    DECLINED = "DECLINED", "本人不同意"
    WITHDRAWN = "WITHDRAWN", "申请单位已撤回"
    REFUSED = "REFUSED", "不予变更"
    LAPSED = "LAPSED", "逾期失效"


LIVE = (State.ASKED, State.CONSENTED, State.OBJECTED)
"""States in which somebody still has to answer; a person has one such change at most."""


class Action(Word):
    """What can be done with a change of employer."""

    CONSENT = "CONSENT", "本人确认"
    DECLINE = "DECLINE", "本人拒绝"
    RELEASE = "RELEASE", "原单位放行"
    OBJECT = "OBJECT", "原单位提出异议"
    ALLOW = "ALLOW", "上级准予变更"
    REFUSE = "REFUSE", "上级驳回申请"
    WITHDRAW = "WITHDRAW", "撤回申请"
    CARRY_OUT = "CARRY_OUT", "逾期未答复视为放行"
    LAPSE = "LAPSE", "逾期终止"


@dataclass(frozen=True, slots=True)
class ChangeCase:
    """A change of employer as its steps judge it; `note` is what the one who acts says."""

    id: UUID
    state: State
    version: int
    person_id: UUID
    asker_id: UUID
    department_id: UUID | None
    employer_id: UUID | None
    superior_id: UUID | None
    due_on: date | None
    today: date
    note: str | None = None

    @property
    def lineage(self) -> Collection[UUID]:
        """The organisations that have a part in it."""
        parts = (self.superior_id, self.employer_id, self.department_id, self.asker_id)
        return [each for each in parts if each is not None]
