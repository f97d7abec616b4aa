"""Queries on requests for recognition, limited by who looks."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.standing import standings
from services.workflow.certificate.states import Origin, Standing
from services.workflow.recognition.errors import RecognitionNotFound
from services.workflow.recognition.model import LIVE, UNANSWERED, Recognition
from services.workflow.recognition.states import RecognitionState

READERS = (Role.TITLE_OFFICER, Role.RECOMMENDER, Role.REVIEWER, Role.SUPERVISOR)
"""Who reads the requests of people of the organisations below."""


def _own(actor: Actor) -> ColumnElement[bool]:
    return false() if actor.person_id is None else Recognition.person_id == actor.person_id


def visible(actor: Actor) -> ColumnElement[bool]:
    """The caller's own requests, and those of people of the caller's organisations."""
    ours: ColumnElement[bool] = Recognition.lineage.overlap(actor.organisation_ids(*READERS))
    return or_(_own(actor), ours)


def awaiting(actor: Actor) -> ColumnElement[bool]:
    """What waits for the caller: to be verified, to be confirmed, or to be mended."""
    at_unit = Recognition.unit_id.in_(actor.organisation_ids(Role.RECOMMENDER))
    at_hrss = Recognition.hrss_id.in_(actor.organisation_ids(Role.TITLE_OFFICER))
    asked = or_(_own(actor), and_(Recognition.by_unit, at_unit))
    return and_(
        LIVE,
        or_(
            and_(Recognition.state == RecognitionState.UNDER_VERIFICATION, at_hrss),
            and_(Recognition.state == RecognitionState.AT_EMPLOYER, at_unit),
            and_(Recognition.state == RecognitionState.RETURNED, asked),
        ),
    )


def recognitions(
    actor: Actor, state: RecognitionState | None, person_id: UUID | None, *, waiting: bool
) -> Select[Recognition]:
    """The requests that the caller may see; `waiting`: those that wait for the caller."""
    query = select(Recognition).where(visible(actor))
    if waiting:
        query = query.where(awaiting(actor))
    if state is not None:
        query = query.where(Recognition.state == state)
    return query if person_id is None else query.where(Recognition.person_id == person_id)


async def get(tx: AsyncSession, recognition_id: UUID, actor: Actor, *, locked: bool = False) -> Recognition:
    """A request; `locked`: nobody moves it until this transaction ends.

    Raises:
        RecognitionNotFound: there is none by that id that the caller may see.
    """
    query = select(Recognition).where(Recognition.id == recognition_id, visible(actor))
    query = query.execution_options(populate_existing=True)
    found: Recognition | None = await tx.scalar(query.with_for_update() if locked else query)
    if found is None:
        raise RecognitionNotFound(field="recognition_id")
    return found


async def unanswered(tx: AsyncSession, today: date, after: UUID, at_most: int) -> list[UUID]:
    """The next requests whose day is over and of which nobody was told."""
    late = select(Recognition.id).where(UNANSWERED, Recognition.due_on < today, Recognition.id > after)
    return list(await tx.scalars(late.order_by(Recognition.id).limit(at_most)))


async def any_locked(tx: AsyncSession, recognition_id: UUID) -> Recognition:
    """A request, for the platform itself; nobody moves it until this transaction ends."""
    return await tx.get_one(Recognition, recognition_id, with_for_update=True, populate_existing=True)


async def here(tx: AsyncSession, person_id: UUID, title_key: str) -> Origin | None:
    """How the person's certificate of that number came to be here; an import that was taken back brought none."""
    ours = select(Certificate).where(Certificate.number_key == title_key, Certificate.person_id == person_id)
    found = {each.id: Origin(each.origin) for each in await tx.scalars(ours)}
    stands = await standings(tx, list(found))
    taken_back = {each for each in found if (found[each], stands[each]) == (Origin.IMPORTED, Standing.VOID)}
    return next((origin for each, origin in found.items() if each not in taken_back), None)


async def confirmed(tx: AsyncSession, person_id: UUID, title_key: str) -> bool:
    """Whether the title was confirmed formally, and its certificate, or the last in its place, is in force."""
    line = (
        select(Recognition.certificate_id.label("id"))
        .where(
            Recognition.person_id == person_id,
            Recognition.title_key == title_key,
            Recognition.state == RecognitionState.CONFIRMED,
        )
        .cte("line", recursive=True)
    )
    line = line.union_all(select(Certificate.id).join(line, Certificate.replaces_id == line.c.id))
    stands = await standings(tx, list(await tx.scalars(select(line.c.id))))
    return Standing.IN_FORCE in stands.values()
