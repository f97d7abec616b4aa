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
from services.quota.contract import ReservationChanged, ReservationState, TitleLevel
from services.quota.ledger import store as ledger
from services.quota.ledger.rules import figures
from services.quota.policy import YearPolicy
from services.quota.reservation import store
from services.quota.reservation.errors import (
    AnotherReservation,
    NoApprovedForm,
    NoPlaceLeft,
    ReservationReleased,
)
from services.quota.reservation.model import Reservation, reservation
from services.quota.reservation.rules import Exemption, Fact, exemption_of
from services.quota.reservation.states import Action
from services.quota.reservation.steps import STEPS, ReservationCase
from services.quota.system import SYSTEM

ARTICLES = ("form_required", "within_numbers", "derived_cells")
"""The articles this module names itself."""
GRANTED = ("within_numbers", "derived_cells")


@dataclass(frozen=True, slots=True)
class Wish:
    """A recommendation that may need a place."""

    recommendation_id: UUID
    unit_id: UUID
    unit_nature: OrganisationNature | None
    lineage: tuple[UUID, ...]
    year: int
    level: TitleLevel
    person_id: UUID
    person_kind: PersonKind

    def facts(self) -> Mapping[Fact, str | None]:
        """What exemptions look at."""
        return {
            Fact.UNIT_NATURE: self.unit_nature,
            Fact.PERSON_KIND: self.person_kind,
            Fact.LEVEL: self.level,
        }

    def kept(self) -> dict[str, Any]:
        """What is the same whenever the same recommendation asks again."""
        return {
            "unit_id": self.unit_id,
            "year": self.year,
            "level": self.level,
            "person_id": self.person_id,
        }


async def reserve(
    tx: AsyncSession, wish: Wish, policy: YearPolicy, actor: Actor, moment: Moment, *, province: str
) -> tuple[Reservation, list[Basis]]:
    """The recommendation's reservation, made now or found: the same question has the same answer.

    Raises:
        NoApprovedForm: the unit's form of the year is not approved.
        NoPlaceLeft: every place of the level is taken.
        AnotherReservation: the recommendation has one for another unit, year, level or person.
        ReservationReleased: it had one and gave it back.
    """
    known = await store.of_recommendation(tx, wish.recommendation_id)
    exemption = exemption_of(policy.posts.exemptions, wish.facts())
    if known is None and exemption is None:
        form_id = await ledger.lock(tx, wish.unit_id, policy.year)
        # the same question may have been answered while this one waited for the lock
        known = await store.of_recommendation(tx, wish.recommendation_id)
        if known is None:
            await _require_place(tx, wish.unit_id, wish.level, policy, form_id)
    if known is None:
        known = await _make(tx, wish, exemption, policy, actor, moment, province=province)
    return _same(known, wish), basis_of(known, policy)


async def move(
    tx: AsyncSession, reservation_id: UUID, action: Action, policy: YearPolicy, moment: Moment, *, note: str
) -> Reservation:
    """Take a step that follows from an event or a question; nothing where the reservation cannot take it any more."""
    found = await store.lock(tx, reservation_id)
    if (found.state, action) not in STEPS:
        return found
    case = ReservationCase(found.id, ReservationState(found.state), found.version, tuple(found.lineage))
    decided = decide(STEPS, case, action, SYSTEM, policy.articles)
    event = _changed(found, ReservationState(decided.after))
    await transition.take(tx, reservation, decided, actor=SYSTEM, moment=moment, event=event, note=note)
    await tx.refresh(found)
    return found


async def reclaim(
    tx: AsyncSession, found: Reservation, policy: YearPolicy, moment: Moment, *, note: str
) -> bool:
    """Take a place again for a recommendation whose place was given back too early; False when none is left."""
    form_id = await ledger.lock(tx, found.unit_id, policy.year)
    try:
        await _require_place(tx, found.unit_id, TitleLevel(found.level), policy, form_id)
    except (NoApprovedForm, NoPlaceLeft):
        return False
    await move(tx, found.id, Action.RECLAIM, policy, moment, note=note)
    return True


def basis_of(found: Reservation, policy: YearPolicy) -> list[Basis]:
    """What a reservation rests on: the clause that exempts it, or the numbers it stays within."""
    if found.exempt_by is None:
        return policy.basis(*GRANTED)
    return policy.basis(*(each.article for each in policy.posts.exemptions if each.code == found.exempt_by))


async def _require_place(
    tx: AsyncSession, unit_id: UUID, level: TitleLevel, policy: YearPolicy, form_id: UUID | None
) -> None:
    """Refuse unless the level has a place; call it under the ledger's lock."""
    name = level.zh
    if form_id is None:
        raise NoApprovedForm(
            year=policy.year, name=name, level=level, field="unit_id", basis=policy.basis("form_required")
        )
    standing = (await ledger.standings(tx, unit_id, policy.year, form_id))[level]
    if standing.free <= 0:
        zh, en = figures(standing)
        raise NoPlaceLeft(
            name=name, level=level, figures_zh=zh, figures_en=en, field="level", basis=policy.basis(*GRANTED)
        )


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
    made = await store.add(
        tx,
        {
            **wish.kept(),
            "province": province,
            "recommendation_id": wish.recommendation_id,
            "unit_nature": wish.unit_nature,
            "lineage": list(wish.lineage),
            "person_kind": wish.person_kind,
            "state": state,
            "exempt_by": exemption.code if exemption else None,
        },
    )
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
        level=TitleLevel(found.level),
        state=state,
    )
