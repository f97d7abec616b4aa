"""Whose turn it is: a post of the plan goes to who is on the unit's ranked list, in its order (三（六）2)."""

from dataclasses import dataclass
from uuid import UUID

from services.kit.errors import Basis
from services.quota.contract import PostPool, TitleLevel
from services.workflow.act import Act
from services.workflow.cycle import store as cycle_store
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation.model import RecommendationPlan
from services.workflow.registration import store
from services.workflow.registration.errors import AnotherWishRegistered, NotOnTheList, OthersStandBefore
from services.workflow.registration.model import Registration


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom the unit recommends, and for what."""

    person_id: UUID
    series: str
    specialty_id: UUID | None
    level: TitleLevel
    pool: PostPool
    route: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The place on which list it is that makes it the person's turn, and the articles."""

    list_id: UUID
    place: int
    basis: tuple[Basis, ...]


async def require_turn(act: Act, plan: RecommendationPlan, wanted: Wanted, policy: NoticePolicy) -> Turn:
    """The person's turn by the list in force, to which nobody publishes another until this transaction ends.

    Raises:
        NotOnTheList: there is no list of these posts, or the person is not on it any more.
        AnotherWishRegistered: the person has registered for something else.
        OthersStandBefore: somebody ranked above is neither recommended nor passed over.
    """
    selected = policy.articles["selected_publicly"]
    found = await store.on_the_list(act.tx, plan.id, wanted.level, wanted.pool, wanted.person_id)
    if found is None:
        raise NotOnTheList(
            level=policy.series.level_names[wanted.level],
            level_code=wanted.level.value,
            pool=wanted.pool.zh,
            pool_code=wanted.pool.value,
            field="person_id",
            basis=[selected],
        )
    one, registration = found
    await _require_same(act, registration, wanted, selected)
    if before := await store.standing_before(act.tx, one):
        raise OthersStandBefore(names="、".join(before), field="person_id", basis=[selected])
    first = [Basis(each["cite"], each["summary"]) for each in one.basis]
    return Turn(one.list_id, one.place, (selected, *first))


async def _require_same(act: Act, registration: Registration, wanted: Wanted, selected: Basis) -> None:
    for field in ("series", "specialty_id", "route"):
        if getattr(registration, field) == getattr(wanted, field):
            continue
        if field == "specialty_id" and await _follows(act, wanted.specialty_id, registration.specialty_id):
            continue
        raise AnotherWishRegistered(field=field, basis=[selected])


async def _follows(act: Act, wanted: UUID | None, registered: UUID | None) -> bool:
    """Whether the specialty wanted has taken the place of the one registered for (一（二）)."""
    if wanted is None or registered is None:
        return False
    return registered in (await cycle_store.specialty(act.tx, wanted)).former_ids
