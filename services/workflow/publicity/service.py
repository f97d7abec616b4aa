"""Publicity as the other concepts use it: open one, ask how it stands, end it.

Objections and decisions that rest on a publicity wait for each other on one lock per publicity (`lock`), so that an
objection is either counted by the decision or refused because the decision was taken.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit
from services.kit.auth import Actor
from services.kit.clock import Moment, add_working_days
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import Broken
from services.workflow.cycle import store as cycles
from services.workflow.policy import NoticePolicy, Policies
from services.workflow.publicity.errors import PersonalNumbers, PublicityEnded
from services.workflow.publicity.model import Objection, Publicity, PublicityEnd
from services.workflow.publicity.states import ObjectionState, Outcome, PublicityKind, PublicityState


class About(TypedDict):
    """What a publicity is about.

    `organisation_id` answers for it; the lineage decides who may decide on objections; `concerned` are the accounts of
    the persons it is about, who may not.
    """

    kind: PublicityKind
    subject_id: UUID
    cycle_id: UUID
    organisation_id: UUID
    lineage: Sequence[UUID]
    province: str
    concerned: NotRequired[Sequence[UUID]]


class Shown(TypedDict):
    """How long something is public, who makes it so, and on what articles."""

    working_days: int
    actor: Actor
    moment: Moment
    basis: Sequence[Basis]


async def open(  # noqa: A001 - a publicity is opened: callers write `publicity.open(...)`
    tx: AsyncSession, snapshot: Mapping[str, Any], about: About, **shown: Unpack[Shown]
) -> Publicity:
    """Make `snapshot` public for `working_days` official working days, the first of them after today.

    Everybody reads the snapshot until the notice's `names_days` after it are over; nothing can change it afterwards.

    Raises:
        PersonalNumbers: the snapshot holds what looks like a resident id or a mobile number.
        CalendarUnknown: it would end in a year whose holidays are not known yet.
    """
    return (await open_all(tx, [(snapshot, about)], **shown))[0]


async def open_all(
    tx: AsyncSession, every: Sequence[tuple[Mapping[str, Any], About]], **shown: Unpack[Shown]
) -> list[Publicity]:
    """Make many snapshots public, each on its own; a few statements, however many.

    Raises:
        PersonalNumbers, CalendarUnknown: as `open`.
    """
    if any(holds_personal_number(snapshot) for snapshot, _ in every):
        raise PersonalNumbers(basis=shown["basis"])
    today, days = shown["moment"].today, shown["working_days"]
    before = await _rounds(tx, [about["subject_id"] for _, about in every])
    opened = [
        Publicity(
            id=new_id(),
            round=before.get((about["kind"], about["subject_id"]), 0) + 1,
            opens_on=today,
            closes_on=add_working_days(today, days),
            working_days=days,
            snapshot=dict(snapshot),
            **{"concerned": [], **about},
        )
        for snapshot, about in every
    ]
    tx.add_all(opened)
    await tx.flush()
    if lines := [_line(each, **shown) for each in opened]:
        await tx.execute(insert(audit.audit_log), lines)
    return opened


async def _rounds(tx: AsyncSession, subject_ids: Collection[UUID]) -> dict[tuple[str, UUID], int]:
    """How often each was public already, by its kind."""
    counted = select(Publicity.kind, Publicity.subject_id, func.count()).where(
        Publicity.subject_id.in_(subject_ids)
    )
    found = await tx.execute(counted.group_by(Publicity.kind, Publicity.subject_id))
    return {(kind, subject_id): count for kind, subject_id, count in found}


def _line(publicity: Publicity, **shown: Unpack[Shown]) -> dict[str, Any]:
    return audit.row(
        actor=shown["actor"],
        action="publicity.OPEN",
        subject=f"publicity/{publicity.id}",
        moment=shown["moment"],
        organisation_id=publicity.organisation_id,
        basis=shown["basis"],
        detail={
            "kind": publicity.kind,
            "subject_id": publicity.subject_id,
            "closes_on": publicity.closes_on,
        },
    )


def not_yet_over(publicity: Publicity, moment: Moment) -> Broken | None:
    """What is missing when the publicity still lasts: its last day must have passed."""
    if moment.today > publicity.closes_on:
        return None
    first = publicity.closes_on + timedelta(days=1)
    return Broken(
        f"公示期至 {publicity.closes_on}（{publicity.working_days} 个工作日），{first} 起方可办理",
        f"The publicity of {publicity.working_days} working days lasts until {publicity.closes_on}; possible from {first}.",
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How many objections to a publicity are open and upheld, and how it was ended (None: it was not)."""

    open: int
    upheld: int
    outcome: Outcome | None

    def state(self, publicity: Publicity, moment: Moment) -> PublicityState:
        """Where the publicity stands."""
        if self.outcome is not None:
            return PublicityState(self.outcome)
        if moment.today <= publicity.closes_on:
            return PublicityState.OPEN
        if self.open:
            return PublicityState.HELD
        return PublicityState.OBJECTED if self.upheld else PublicityState.OVER


async def standing(tx: AsyncSession, publicity_id: UUID) -> Standing:
    """How a publicity stands now; take `lock` before where a decision rests on it."""
    return (await standings(tx, [publicity_id]))[publicity_id]


async def standings(tx: AsyncSession, publicity_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """How several publicities stand."""
    counted = (
        select(Objection.publicity_id, Objection.state, func.count())
        .where(Objection.publicity_id.in_(publicity_ids))
        .group_by(Objection.publicity_id, Objection.state)
    )
    counts = {(found, state): n for found, state, n in await tx.execute(counted)}
    ended = select(PublicityEnd.publicity_id, PublicityEnd.outcome).where(
        PublicityEnd.publicity_id.in_(publicity_ids)
    )
    outcomes = {found: Outcome(outcome) for found, outcome in await tx.execute(ended)}
    return {
        each: Standing(
            counts.get((each, ObjectionState.OPEN), 0),
            counts.get((each, ObjectionState.UPHELD), 0),
            outcomes.get(each),
        )
        for each in publicity_ids
    }


async def open_objections(tx: AsyncSession, publicity_id: UUID) -> int:
    """How many objections to a publicity wait for their decision."""
    return (await standing(tx, publicity_id)).open


async def lock(tx: AsyncSession, publicity_id: UUID) -> None:
    """Let nobody else object to, decide on, or rest a decision on this publicity until this transaction ends."""
    await tx.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"publicity/{publicity_id}"},
    )


async def end(tx: AsyncSession, publicity_id: UUID, outcome: Outcome, moment: Moment) -> None:
    """Say that a decision now rests on the publicity (or that its subject is gone); objections are no longer taken.

    Raises:
        PublicityEnded: it was ended before.
    """
    if (await standing(tx, publicity_id)).outcome is not None:
        raise PublicityEnded
    await tx.execute(
        insert(PublicityEnd).values(publicity_id=publicity_id, outcome=outcome, at=moment.instant)
    )


async def policy_of(tx: AsyncSession, publicity: Publicity, policies: Policies) -> NoticePolicy:
    """The notice under which something was made public."""
    return policies[(await cycles.get(tx, publicity.cycle_id)).policy]


async def policies_of(
    tx: AsyncSession, publicities: Collection[Publicity], policies: Policies
) -> dict[UUID, NoticePolicy]:
    """The notices under which several things were made public, by cycle."""
    found = await cycles.by_id(tx, {each.cycle_id for each in publicities})
    return {cycle_id: policies[cycle.policy] for cycle_id, cycle in found.items()}


PERSONAL_NUMBER = re.compile(r"(?<![0-9A-Za-z-])(?:[0-9]{17}[0-9Xx]|1[3-9][0-9]{9})(?![0-9A-Za-z-])")


def holds_personal_number(told: object) -> bool:
    """Whether a text anywhere in `told` holds a resident id or a mobile number."""
    if isinstance(told, str):
        return PERSONAL_NUMBER.search(told) is not None
    if isinstance(told, Mapping):
        return any(holds_personal_number(value) for value in told.values())
    return isinstance(told, Sequence) and any(holds_personal_number(value) for value in told)
