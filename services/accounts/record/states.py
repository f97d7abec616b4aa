"""Words of people's records, and the facts their steps are judged by."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract.words import RecordState
from services.kit.steps import Broken
from services.kit.words import Word


class RecordAction(Word):
    """What can be done with a record."""

    SEND_EVIDENCE = "SEND_EVIDENCE", "上传佐证文件"
    CONFIRM = "CONFIRM", "确认"
    REFUSE = "REFUSE", "不予确认"
    DECLARE_AGAIN = "DECLARE_AGAIN", "修改后重新填报"
    WITHDRAW = "WITHDRAW", "撤回"
    SUPERSEDE = "SUPERSEDE", "以新版本替代"
    REVOKE = "REVOKE", "撤销确认"


PENDING = (RecordState.DECLARED, RecordState.REFUSED)
"""Told, and not yet a fact."""

LIVE = (*PENDING, RecordState.CONFIRMED)
"""States in which a record takes a place: no second one tells the same."""

COUNTED = (RecordState.DECLARED, RecordState.CONFIRMED)
"""States that a person's standing looks at."""


class StudyMode(Word):
    """How a degree was studied for; it makes no difference (一（五）2)."""

    FULL_TIME = "FULL_TIME", "全日制"
    PART_TIME = "PART_TIME", "非全日制"


class SchoolKind(Word):
    """What kind of school it was; it makes no difference at the same level (一（五）2)."""

    ORDINARY = "ORDINARY", "普通学校"
    VOCATIONAL = "VOCATIONAL", "职业院校"


class ObtainedBy(Word):
    """How a title was obtained."""

    REVIEW = "REVIEW", "评审"
    EXAMINATION = "EXAMINATION", "考试"
    RECOGNITION = "RECOGNITION", "认定（确认）"


class AssessmentResult(Word):
    """The result of a year's assessment."""

    EXCELLENT = "EXCELLENT", "优秀"
    COMPETENT = "COMPETENT", "合格"
    BARELY_COMPETENT = "BARELY_COMPETENT", "基本合格"
    INCOMPETENT = "INCOMPETENT", "不合格"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """A record as its steps judge it.

    `confirmer_id` is the organisation that confirms it; `declarers` those whose staff may tell it. `unfit` is what is
    wrong with what is told anew; `reason` is the caller's note; `own`: the caller is the person, or acts for him or her;
    `told_by_caller`: what is there was told, or its evidence sent, by the caller or by the one the caller acts for;
    `unopened`: there is a file that proves it, and the caller has not opened it.
    """

    id: UUID
    state: RecordState
    version: int
    lineage: Collection[UUID]
    person_id: UUID
    confirmer_id: UUID
    declarers: Collection[UUID]
    own: bool = False
    told_by_caller: bool = False
    unopened: bool = False
    reason: str | None = None
    unfit: tuple[Broken, ...] = ()
