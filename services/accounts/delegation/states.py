"""Words of delegations, and the facts their steps are judged by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.accounts.contract import DelegationState as State
from services.kit.words import Word

__all__ = ["Action", "Handover", "State"]


class Action(Word):
    """What can be done with a delegation."""

    END = "END", "结束委托"
    LAPSE = "LAPSE", "委托失效"


@dataclass(frozen=True, slots=True)
class Handover:
    """A delegation as its rules see it."""

    id: UUID
    state: State
    version: int
    lineage: Collection[UUID]
    delegator_id: UUID
    delegate_id: UUID
    organisation_id: UUID
    begins_on: date
    ends_on: date
    today: date
