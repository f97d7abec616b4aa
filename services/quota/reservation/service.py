"""Granting a place, confirming it, giving it back. The ledger's lock makes grants of one unit and year queue up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationNature, PersonKind
from services.kit import outbox, transition
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.steps import decide
from services.quota.allocation.rules import Claim
from services.quota.contract import Ground, PostPool, ReservationChanged, ReservationState, TitleLevel
from services.quota.ledger import store as ledger
from services.quota.ledger.changes import places_changed
from services.quota.ledger.working import NUMBERS, figures
from services.quota.policy import YearPolicy
from services.quota.reservation import store
from services.quota.reservation.errors import (
    AnotherReservation,
    GroundUnfit,
    NoApprovedForm,
    NoPlaceLeft,
    NoTargetedPlan,
    ReservationReleased,
)
from services.quota.reservation.model import Reservation, reservation
from services.quota.reservation.rules import Exemption, Fact, exemption_of
from services.quota.reservation.states import Action
from services.quota.reservation.steps import STEPS, ReservationCase
from services.quota.system import SYSTEM
from services.quota.waiting import store as waiting

ARTICLES = ("form_required", "derived_cells", *NUMBERS.values())
"""The articles this module names itself."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A recommendation that may need a place."""

    recommendation_id: UUID
    unit_id: UUID
    unit_nature: OrganisationNature | None
    lineage: tuple[UUID, ...]
    year: int
    pool: PostPool
    level: TitleLevel
    person_id: UUID
    person_kind: PersonKind
    person_name: str | None
    ground: Ground | None
    assessment: str | None

    def facts(self) -> Mapping[Fact, str | None]:
        """What exemptions look at; nothing exempts from the targeted pool, whose posts are for those employed on them."""
        if self.pool is PostPool.TARGETED:
            return {}
        return {
            Fact.UNIT_NATURE: self.unit_nature,
            Fact.PERSON_KIND: self.person_kind,
            Fact.GROUND: self.ground,
            Fact.LEVEL: self.level,
        }

    def kept(self) -> dict[str, Any]:
        """What is the same whenever the same recommendation asks again."""
        return {
            "unit_id": self.unit_id,
            "year": self.year,
            "pool": self.pool,
            "level": self.level,
            "person_id": self.person_id,
        }

    def row(self) -> dict[str, Any]:
        """What a reservation keeps of it."""
        return {
            **self.kept(),
            "recommendation_id": self.recommendation_id,
            "unit_nature": self.unit_nature,
            "lineage": list(self.lineage),
            "person_kind": self.person_kind,
            "person_name": self.person_name,
            "ground": self.ground,
            "assessment": self.assessment,
        }

    def waits(self) -> dict[str, Any]:
        """Who waits for what, where there is no place."""
        return {**self.kept(), "lineage": list(self.lineage), "person_name": self.person_name}


async def reserve(
    tx: AsyncSession, wish: Wish, policy: YearPolicy, actor: Actor, moment: Moment, *, province: str
) -> tuple[Reservation, list[Basis]]:
    """The recommendation's reservation, made now or found: the same question has the same answer.

    Raises:
        NoApprovedForm, NoTargetedPlan: nothing is approved by which the unit's posts could be counted.
        GroundUnfit: the ground named does not open this level.
        NoPlaceLeft: no place bears one more recommendation.
        AnotherReservation: the recommendation has one for another unit, year, pool, level or person.
        ReservationReleased: it had one and gave it back.
    """
    claim: Claim | None = None
    known = await store.of_recommendation(tx, wish.recommendation_id)
    exemption = exemption_of(policy.posts.exemptions, wish.facts())
    if known is None and exemption is None:
        _require_no_ground(wish, policy)
        by = await ledger.lock(tx, wish.unit_id, policy.year, wish.pool)
        # the same question may have been answered while this one waited for the lock
        known = await store.of_recommendation(tx, wish.recommendation_id)
        if known is None:
            claim = await _require_place(tx, wish.unit_id, wish.pool, wish.person_id, wish.level, policy, by)
    if known is None:
        known = await _make(tx, wish, exemption, policy, actor, moment, province=province)
        await _follow(tx, known, claim, policy, moment)
    return _same(known, wish), basis_of(known, policy)


async def move(
    tx: AsyncSession, reservation_id: UUID, action: Action, policy: YearPolicy, moment: Moment, *, note: str
) -> Reservation:
    """Take a step that follows from an event or a question; nothing where the reservation cannot take it any more."""
    found = await lock(tx, reservation_id, action)
    if (found.state, action) not in STEPS:
        return found
    case = ReservationCase(found.id, ReservationState(found.state), found.version, tuple(found.lineage))
    decided = decide(STEPS, case, action, SYSTEM, policy.articles)
    event = _changed(found, ReservationState(decided.after))
    changes = {"flagged_at": None} if action is Action.RELEASE else None
    await transition.take(
        tx, reservation, decided, actor=SYSTEM, moment=moment, event=event, changes=changes, note=note
    )
    await tx.refresh(found)
    if action is Action.RELEASE:
        await places_changed(tx, found.unit_id, PostPool(found.pool), policy, moment)
    return found


async def lock(tx: AsyncSession, reservation_id: UUID, action: Action) -> Reservation:
    """A reservation about to take a step, kept from others.

    What gives a place back changes other reservations too: it locks the ledger first, as all do that change places.
    """
    if action is Action.RELEASE:
        known = await store.get(tx, reservation_id, SYSTEM)
        await ledger.lock(tx, known.unit_id, known.year, PostPool(known.pool))
    return await store.lock(tx, reservation_id)


async def reclaim(
    tx: AsyncSession, found: Reservation, policy: YearPolicy, moment: Moment, *, note: str
) -> bool:
    """Take a place again for a recommendation whose place was given back too early; False when none is left."""
    pool = PostPool(found.pool)
    by = await ledger.lock(tx, found.unit_id, policy.year, pool)
    try:
        claim = await _require_place(
            tx, found.unit_id, pool, found.person_id, TitleLevel(found.level), policy, by
        )
    except (NoApprovedForm, NoTargetedPlan, NoPlaceLeft):
        return False
    moved = await move(tx, found.id, Action.RECLAIM, policy, moment, note=note)
    await _follow(tx, moved, claim, policy, moment)
    return True


def basis_of(found: Reservation, policy: YearPolicy) -> list[Basis]:
    """What a reservation rests on: the clause that exempts it, or the numbers it stays within."""
    if found.exempt_by is None:
        return policy.basis(*granted(PostPool(found.pool)))
    return policy.basis(*(each.article for each in policy.posts.exemptions if each.code == found.exempt_by))


def granted(pool: PostPool) -> tuple[str, str]:
    """The articles that a place of a pool is granted or refused by."""
    return (NUMBERS[pool], "derived_cells")


def _require_no_ground(wish: Wish, policy: YearPolicy) -> None:
    """A ground that exempts nothing is refused rather than passed over: it was named to mean something."""
    if wish.ground is not None:
        named = [each.article for each in policy.posts.exemptions if wish.ground in each.among]
        raise GroundUnfit(
            ground=wish.ground,
            ground_zh=wish.ground.zh,
            pool=wish.pool,
            pool_zh=wish.pool.zh,
            name=wish.level.zh,
            level=wish.level,
            field="ground",
            basis=policy.basis(*named),
        )


async def _follow(
    tx: AsyncSession, made: Reservation, claim: Claim | None, policy: YearPolicy, moment: Moment
) -> None:
    """A place taken may deem another vacant, and may be one of which somebody who waits was told."""
    if claim is None:
        return
    pool = PostPool(made.pool)
    if claim.frees is not None or await waiting.anybody(tx, made.unit_id, policy.year, pool):
        await places_changed(tx, made.unit_id, pool, policy, moment)


async def _require_place(
    tx: AsyncSession,
    unit_id: UUID,
    pool: PostPool,
    person_id: UUID,
    level: TitleLevel,
    policy: YearPolicy,
    by: ledger.Counted | None,
) -> Claim:
    """What a recommendation of the person to the level claims, or a refusal; call it under the ledger's lock."""
    told: dict[str, Any] = {"year": policy.year, "name": level.zh, "level": level}
    if by is None and pool is PostPool.GENERAL:
        raise NoApprovedForm(**told, field="unit_id", basis=policy.basis("form_required"))
    if by is None or level not in (standings := await ledger.standings(tx, unit_id, policy, by)):
        raise NoTargetedPlan(**told, field="unit_id", basis=policy.basis(NUMBERS[pool]))
    claim = await ledger.claim_of(tx, person_id, level, by)
    if not standings.bear(claim):
        zh, en = figures(standings[level])
        raise NoPlaceLeft(
            **told, figures_zh=zh, figures_en=en, field="level", basis=policy.basis(*granted(pool))
        )
    return claim


async def _make(
    tx: AsyncSession,
    wish: Wish,
    exemption: Exemption | None,
    policy: YearPolicy,
    actor: Actor,
    moment: Moment,
    *,
    province: str,
) -> Reservation:
    """Keep the reservation with its history and event; the one found where somebody was faster."""
    state = ReservationState.HELD if exemption is None else ReservationState.EXEMPT
    exempt_by = exemption.code if exemption else None
    told = {"province": province, "state": state, "exempt_by": exempt_by}
    made = await store.add(tx, {**wish.row(), **told})
    if made is None:
        return await store.existing(tx, wish.recommendation_id)
    await transition.begin(
        tx,
        reservation,
        subject_id=made.id,
        state=state,
        actor=actor,
        moment=moment,
        organisation_id=wish.unit_id,
        basis=tuple(basis_of(made, policy)),
    )
    await outbox.publish(tx, _changed(made, state), moment)
    await waiting.placed(tx, made, moment)
    return made


def _same(found: Reservation, wish: Wish) -> Reservation:
    """Refuse where the recommendation's reservation is not the one asked for."""
    other = [name for name, value in wish.kept().items() if getattr(found, name) != value]
    if other:
        raise AnotherReservation(fields="、".join(other), field=other[0])
    if found.state == ReservationState.RELEASED:
        raise ReservationReleased(field="recommendation_id")
    return found


def _changed(found: Reservation, state: ReservationState) -> ReservationChanged:
    return ReservationChanged(
        reservation_id=found.id,
        recommendation_id=found.recommendation_id,
        unit_id=found.unit_id,
        year=found.year,
        pool=PostPool(found.pool),
        level=TitleLevel(found.level),
        state=state,
        lineage=found.lineage,
    )
