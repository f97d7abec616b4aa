"""Words of the person concept, and the facts its steps are judged by."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import AidPosting, EmploymentContract, PersonKind, PersonState
from services.kit.words import Word


class RestsOn(Word):
    """What makes a county the right one for someone without employer (二（二）2 and 附件3 四（二） differ)."""

    RESIDENCE = "RESIDENCE", "户口所在地"
    PLACE = "PLACE", "所在地"


class Action(Word):
    """What can happen to a person's belonging to an employer."""

    MOVE = "MOVE", "变更用人单位"
    CHANGE_DEPARTMENT = "CHANGE_DEPARTMENT", "调整内设机构"
    CHANGE_KIND = "CHANGE_KIND", "变更人员类别"
    END_EMPLOYMENT = "END_EMPLOYMENT", "终止与用人单位的关系"


@dataclass(frozen=True, slots=True)
class Belonging:
    """How someone is to belong to a unit: the kind, and what that kind has to tell."""

    kind: PersonKind
    rests_on: RestsOn | None = None
    contract: EmploymentContract | None = None
    aid: AidPosting | None = None


@dataclass(frozen=True, slots=True)
class PersonCase:
    """A person as the steps judge it."""

    id: UUID
    state: PersonState
    version: int
    lineage: Collection[UUID]
    employer_id: UUID | None
