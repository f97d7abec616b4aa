"""Queries on declarations, always limited by who looks."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.driver.kept import kept
from services.kit.auth import Actor
from services.workflow.committee.model import Committee
from services.workflow.declaration import projection
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.declaration.model import NUMBERS, CommitteeChoice, Declaration
from services.workflow.declaration.projection import Part, Written
from services.workflow.declaration.states import UNFINISHED, WITH_APPLICANT, WITH_COMMITTEE, State

READERS = (Role.REVIEWER, Role.RECOMMENDER, Role.TITLE_OFFICER, Role.SUPERVISOR)
"""Who, at an organisation of the declaration's line, may read it."""


async def get(tx: AsyncSession, declaration_id: UUID, actor: Actor) -> Declaration:
    """The declaration, as far as the caller may read it.

    Raises:
        DeclarationNotFound: there is none by that id, or it is none of the caller's business.
    """
    found: Declaration | None = await tx.scalar(*_one_of(declaration_id, actor))
    if found is None:
        raise DeclarationNotFound(field="declaration_id")
    return found


async def looked_up(
    tx: AsyncSession, ids: Collection[UUID], actor: Actor, parts: Collection[Part | Written]
) -> Sequence[Declaration]:
    """Those of several that the caller may read, with what these parts are told from, in one question."""
    wanted = select(Declaration).where(Declaration.id.in_(ids), visible(actor))
    return list(await tx.scalars(projection.reading(wanted, parts)))


async def readable(tx: AsyncSession, ids: Collection[UUID], actor: Actor) -> list[UUID]:
    """The ids of those of several that the caller may read."""
    return list(await tx.scalars(select(Declaration.id).where(Declaration.id.in_(ids), visible(actor))))


async def lock(tx: AsyncSession, declaration_id: UUID, actor: Actor) -> Declaration:
    """The same, held until the transaction ends: whoever writes to a declaration or its materials waits here.

    Raises:
        DeclarationNotFound: there is none by that id, or it is none of the caller's business.
    """
    found: Declaration | None = await tx.scalar(*_one_of(declaration_id, actor, held=True))
    if found is None:
        raise DeclarationNotFound(field="declaration_id")
    return found


async def held(tx: AsyncSession, person_id: UUID, cycle_id: UUID) -> Declaration | None:
    """The person's draft of the cycle whose ground has ended, locked: it is resumed instead of another begun."""
    wanted = select(Declaration).where(
        Declaration.person_id == person_id,
        Declaration.cycle_id == cycle_id,
        Declaration.state == State.DRAFT,
        Declaration.ground_ended_at.is_not(None),
    )
    found: Declaration | None = await tx.scalar(
        wanted.with_for_update().execution_options(populate_existing=True)
    )
    return found


async def lock_any(tx: AsyncSession, declaration_id: UUID) -> Declaration:
    """The declaration for whoever has already been let in: the meeting, the filing, the holder of an upload link.

    Raises:
        DeclarationNotFound: there is none by that id.
    """
    found: Declaration | None = await tx.scalar(_one(declaration_id).with_for_update())
    if found is None:
        raise DeclarationNotFound(field="declaration_id")
    return found


async def lock_unless_held(tx: AsyncSession, declaration_id: UUID) -> Declaration | None:
    """The same for a sweep, which waits for nobody; None where somebody holds it, or there is none."""
    found: Declaration | None = await tx.scalar(_one(declaration_id).with_for_update(skip_locked=True))
    return found


def _one(declaration_id: UUID | BindParameter[Any]) -> Select[Declaration]:
    return (
        select(Declaration).where(Declaration.id == declaration_id).execution_options(populate_existing=True)
    )


Ways = Mapping[str, Any]
"""By which ways the caller may read, and the values that it rests on: as PERSON, at PLACES, or for OFFICES."""
PERSON, PLACES, OFFICES = "person_id", "places", "offices"


def visible(actor: Actor) -> ColumnElement[bool]:
    """What the caller may read: the own ones, and once submitted those of the caller's organisations and offices."""
    return true() if actor.kind == "service" else _by(_ways(actor))


def _ways(actor: Actor) -> Ways:
    told = {
        PERSON: actor.person_id,
        PLACES: actor.organisation_ids(*READERS),
        OFFICES: actor.organisation_ids(Role.COMMITTEE_OFFICE),
    }
    return {name: value for name, value in told.items() if value}


def _by(ways: Ways) -> ColumnElement[bool]:
    submitted = Declaration.submitted_at.is_not(None)  # a draft that was withdrawn stays its writer's own
    found: list[ColumnElement[bool]] = []
    if PERSON in ways:
        found.append(Declaration.person_id == ways[PERSON])
    if PLACES in ways:
        found.append(and_(Declaration.lineage.overlap(ways[PLACES]), submitted))
    if OFFICES in ways:
        found.append(and_(Declaration.office_id.in_(ways[OFFICES]), submitted))
    return or_(false(), *found)


def _one_of(
    declaration_id: UUID, actor: Actor, *, held: bool = False
) -> tuple[Select[Declaration], dict[str, Any]]:
    """The select of one that the caller may read, made once for each set of ways; and its values."""
    ways = None if actor.kind == "service" else _ways(actor)
    wanted = _one_by(None if ways is None else frozenset(ways), held=held)
    return wanted, {"declaration_id": declaration_id, **(ways or {})}


@lru_cache
def _one_by(ways: frozenset[str] | None, *, held: bool) -> Select[Declaration]:
    wanted = _one(bindparam("declaration_id"))
    if ways is not None:
        named = {
            PERSON: bindparam(PERSON),
            PLACES: bindparam(PLACES, type_=Declaration.lineage.type),
            OFFICES: bindparam(OFFICES, expanding=True),
        }
        wanted = wanted.where(_by({each: named[each] for each in ways}))
    return kept(wanted.with_for_update() if held else wanted)


def awaiting(actor: Actor) -> ColumnElement[bool]:
    """What waits for the caller: to be filled in or mended, reviewed, or accepted."""
    if actor.person_id is None:
        return reviewing(actor)
    return or_(reviewing(actor), and_(Declaration.person_id == actor.person_id, in_states(WITH_APPLICANT)))


def reviewing(actor: Actor) -> ColumnElement[bool]:
    """What waits to be reviewed or accepted by the caller; never the own case, nor that of whoever the caller acts for."""
    ways: list[ColumnElement[bool]] = []
    if places := actor.organisation_ids(Role.REVIEWER):
        ways.append(_at(places, State.UNDER_REVIEW))
    if offices := actor.organisation_ids(Role.COMMITTEE_OFFICE):
        ways.append(_at(offices, State.AT_COMMITTEE_OFFICE))
    own: list[ColumnElement[bool]] = [Declaration.account_id.in_(actor.answering)]
    if actor.person_id is not None:
        own.append(Declaration.person_id == actor.person_id)
    return or_(false(), *(and_(each, *(~mine for mine in own)) for each in ways))


def _at(places: Sequence[UUID], state: State) -> ColumnElement[bool]:
    return and_(Declaration.at_organisation_id.in_(places), in_states({state}))


def in_states(states: Collection[State]) -> ColumnElement[bool]:
    """States written into the statement itself, so that any plan of it can use an index made for them."""
    return Declaration.state.in_(
        [literal(each.value, String, literal_execute=True) for each in sorted(states)]
    )


async def accepted_for(
    tx: AsyncSession, committee_id: UUID, cycle_id: UUID, batch_id: UUID | None = None
) -> list[Declaration]:
    """The accepted declarations that wait for a meeting of the committee, by number; of one batch, if told."""
    waiting = select(Declaration).where(
        Declaration.committee_id == committee_id,
        Declaration.cycle_id == cycle_id,
        Declaration.state == State.ACCEPTED,
    )
    if batch_id is not None:
        waiting = waiting.where(Declaration.batch_id == batch_id)
    return list(await tx.scalars(waiting.order_by(Declaration.number)))


async def with_committee(tx: AsyncSession, committee_id: UUID, cycle_id: UUID) -> int:
    """How many declarations the committee has accepted that are not over."""
    held = select(func.count()).where(
        Declaration.committee_id == committee_id,
        Declaration.cycle_id == cycle_id,
        Declaration.state.in_(WITH_COMMITTEE),
    )
    return int(await tx.scalar(held) or 0)


def unfinished(cycle_id: UUID, after: UUID, at_most: int) -> Select[UUID]:
    """Declarations of a cycle that no committee has accepted, after an id."""
    waiting = select(Declaration.id).where(
        Declaration.cycle_id == cycle_id, Declaration.id > after, in_states(UNFINISHED)
    )
    return waiting.order_by(Declaration.id).limit(at_most)


async def next_number(tx: AsyncSession) -> int:
    """The next of the declarations' numbers."""
    return int(await tx.scalar(select(NUMBERS.next_value())) or 0)


async def committees_chosen(
    tx: AsyncSession, cycle_id: UUID, unit_id: UUID, series: str, level: str
) -> list[Committee]:
    """The committees that the unit's declarations of the series and level go to; one waits here for the other."""
    key = f"{cycle_id}/{unit_id}/{series}/{level}"
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    return list(await tx.scalars(chosen(cycle_id, unit_id, series, level)))


def chosen(cycle_id: UUID, unit_id: UUID, series: str, level: str) -> Select[Committee]:
    """The same to look at, without waiting for anybody."""
    return (
        select(Committee)
        .join(CommitteeChoice, CommitteeChoice.committee_id == Committee.id)
        .where(
            CommitteeChoice.cycle_id == cycle_id,
            CommitteeChoice.unit_id == unit_id,
            CommitteeChoice.series == series,
            CommitteeChoice.level == level,
        )
        .order_by(CommitteeChoice.chosen_at)
    )
