"""Receiving an objection, and telling whether somebody raised it, without ever telling who did."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit, outbox
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.workflow import authorship, rows
from services.workflow.contract import ObjectionMoved
from services.workflow.publicity import service
from services.workflow.publicity.errors import PublicityClosed, PublicityEnded
from services.workflow.publicity.model import Objection, Publicity
from services.workflow.publicity.states import ObjectionState


async def receive(
    tx: AsyncSession,
    publicity: Publicity,
    text: str,
    author: Actor | None,
    moment: Moment,
    articles: Mapping[str, Basis],
    sealer: Sealer,
) -> Objection:
    """Take an objection while the publicity lasts and nothing rests on it yet; `author` None is anonymous.

    Raises:
        PublicityEnded: a decision rests on the publicity, or it was cancelled.
        PublicityClosed: its last day is over.
    """
    await service.lock(tx, publicity.id)
    if (await service.standing(tx, publicity.id)).outcome is not None:
        raise PublicityEnded(basis=[articles["objection_handled"]])
    if not publicity.opens_on <= moment.today <= publicity.closes_on:
        closed = articles["publicity_working_days"]
        raise PublicityClosed(opens=publicity.opens_on, closes=publicity.closes_on, basis=[closed])
    objection = _written(publicity, text, author, moment, sealer)
    await rows.add(tx, objection)
    await outbox.publish(tx, moved(objection, publicity, "RAISE", objection.state), moment)
    await _on_record(tx, objection, publicity, moment, articles)
    return objection


def _written(
    publicity: Publicity, text: str, author: Actor | None, moment: Moment, sealer: Sealer
) -> Objection:
    objection = Objection(
        id=new_id(),
        province=publicity.province,
        publicity_id=publicity.id,
        text=text,
        anonymous=author is None,
        state=ObjectionState.OPEN,
        reason=None,
        raised_on=moment.today,
        decided_on=None,
        lineage=publicity.lineage,
    )
    objection.identity = authorship.seal(sealer, author, context(objection.id))
    return objection


async def _on_record(
    tx: AsyncSession,
    objection: Objection,
    publicity: Publicity,
    moment: Moment,
    articles: Mapping[str, Basis],
) -> None:
    """Put it on record without its author: the audit is read by more people than may know who objected."""
    await audit.record(
        tx,
        actor=None,
        action="objection.RAISE",
        subject=f"objection/{objection.id}",
        moment=moment,
        organisation_id=publicity.organisation_id,
        basis=[articles["objection_handled"]],
        detail={"publicity_id": publicity.id, "anonymous": objection.anonymous},
    )


def is_by(objection: Objection, actor: Actor, sealer: Sealer) -> bool:
    """Whether `actor` raised a named objection."""
    return authorship.is_by(objection.identity, actor, sealer, context(objection.id))


def moved(objection: Objection, publicity: Publicity, action: str, after: str) -> ObjectionMoved:
    """The event of a step of an objection."""
    return ObjectionMoved(
        objection_id=objection.id,
        publicity_id=publicity.id,
        kind=publicity.kind,
        subject_id=publicity.subject_id,
        organisation_id=publicity.organisation_id,
        action=action,
        after=after,
    )


def context(objection_id: UUID) -> str:
    """What the author's seal is bound to."""
    return f"objection.identity/{objection_id}"
