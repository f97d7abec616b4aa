"""Who changes a list and publishes it: the authority that keeps it; a published one is changed for a reason too."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.steps import Broken, Step, Steps, Taker, holder_at, rule
from services.workflow.entitlement.states import ListAction, ListState


@dataclass(frozen=True, slots=True)
class ListFacts:
    """A list as its steps see it: how many are on it, whether the person in hand is, and whether that is the caller."""

    id: UUID
    state: ListState
    version: int
    lineage: tuple[UUID, ...]
    people: int = 0
    listed: bool = False
    own: bool = False


def _keeper(case: ListFacts) -> UUID:
    return case.lineage[-1]


KEEPER: Taker[ListFacts] = holder_at(Role.REVIEWER, "制定该名单的卫生健康主管部门审核人", _keeper)


@rule("OWN_ENTITLEMENT", article="epidemic_list", zh="不得办理本人的事项", en="Nobody lists him- or herself.")
def not_ones_own(case: ListFacts) -> Broken | None:
    """Whoever determines the persons is none of those in hand."""
    return Broken("这是您本人", "This is yourself.", "person_id") if case.own else None


@rule(
    "NOT_LISTED_YET",
    article="epidemic_list",
    zh="该人员尚未列入名单",
    en="The person is not yet on the list.",
)
def not_listed_yet(case: ListFacts) -> Broken | None:
    """A person stands on a list once."""
    return (
        Broken("该人员已在名单中", "The person is on the list already.", "person_id") if case.listed else None
    )


@rule("LISTED", article="epidemic_list", zh="该人员在名单中", en="The person is on the list.")
def listed(case: ListFacts) -> Broken | None:
    """Who is not on a list is not taken off it."""
    return None if case.listed else Broken("该人员不在名单中", "The person is not on the list.", "person_id")


@rule("SOMEBODY_LISTED", article="epidemic_list", zh="名单中至少有一人", en="Somebody is on the list.")
def somebody_listed(case: ListFacts) -> Broken | None:
    """An empty list is not published."""
    return None if case.people else Broken("名单中没有人员", "Nobody is on the list.")


ADDING, REMOVING = (not_ones_own, not_listed_yet), (not_ones_own, listed)

LIST_STEPS: Steps[ListFacts] = {
    (ListState.DRAFT, ListAction.ADD): Step(ListState.DRAFT, KEEPER, "epidemic_list", ADDING),
    (ListState.DRAFT, ListAction.REMOVE): Step(ListState.DRAFT, KEEPER, "epidemic_list", REMOVING),
    (ListState.DRAFT, ListAction.PUBLISH): Step(
        ListState.PUBLISHED, KEEPER, "epidemic_list", (somebody_listed,)
    ),
    (ListState.PUBLISHED, ListAction.ADD): Step(ListState.PUBLISHED, KEEPER, "epidemic_list", ADDING),
    (ListState.PUBLISHED, ListAction.REMOVE): Step(ListState.PUBLISHED, KEEPER, "epidemic_list", REMOVING),
}
