"""What accounts tells of people and organisations, and what follows for the season's rows.

News of a person come in order, and so do those of the tree. What they lead to is the same however often they come.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import (
    EmploymentEnded,
    OrganisationClosed,
    OrganisationMerged,
    OrganisationMoved,
    OrganisationRef,
    OrganisationRenamed,
    PersonKindChanged,
    PersonMoved,
)
from services.kit.clock import Moment
from services.kit.inbox import InPieces, type_of_handler
from services.kit.outbox import CloudEvent, Event
from services.pieces import Chunk, in_pieces
from services.workflow.act import Act
from services.workflow.line import department, names, tree
from services.workflow.line.people import Place, settle
from services.workflow.line.tree import Change
from services.workflow.policy import Policies
from services.workflow.review_chain.chain import Link
from services.workflow.system import SYSTEM

MOVED = "申报人已变更用人单位，原单位推荐自动终止"
KIND_CHANGED = "申报人的人员类别已变更，原推荐自动终止，须重新推荐"
LEFT = "申报人已离开用人单位，推荐自动终止"


class Listener:
    """Lets the season's rows follow people and organisations."""

    def __init__(self, policies: Policies, province: str) -> None:
        self._policies = policies
        self._province = province
        self._app: FastAPI | None = None

    def of(self, app: FastAPI) -> None:
        """Where accounts is reached."""
        self._app = app

    def handlers(self) -> Mapping[type[Event], type_of_handler | InPieces]:
        """The events listened to."""
        return {
            PersonMoved: self.moved,
            PersonKindChanged: self.kind_changed,
            EmploymentEnded: self.left,
            OrganisationMoved: in_pieces(self.tree_changed),
            OrganisationMerged: in_pieces(self.tree_changed),
            OrganisationRenamed: in_pieces(self.renamed),
            OrganisationClosed: in_pieces(self.closed),
        }

    async def moved(self, tx: AsyncSession, event: PersonMoved, moment: Moment, envelope: CloudEvent) -> None:
        """The person belongs to another employer, or to another department of the same one."""
        act = self._act(tx, moment)
        place = Place(event.person_id, event.employer_id, event.kind, _time(envelope), MOVED)
        await settle(act, place)
        if event.old_employer_id == event.employer_id:
            accounts = self._running.state.accounts
            await department.follow(act, accounts, event.person_id, event.employer_id)

    async def kind_changed(
        self, tx: AsyncSession, event: PersonKindChanged, moment: Moment, envelope: CloudEvent
    ) -> None:
        """Temporary staff take no post and staff on the establishment do: the unit recommends anew."""
        at = _time(envelope)
        place = Place(event.person_id, event.employer_id, event.person_kind, at, KIND_CHANGED)
        await settle(self._act(tx, moment), place)

    async def left(
        self, tx: AsyncSession, event: EmploymentEnded, moment: Moment, envelope: CloudEvent
    ) -> None:
        """The person has no employer now."""
        await settle(self._act(tx, moment), Place(event.person_id, None, None, _time(envelope), LEFT))

    def tree_changed(self, event: OrganisationMoved | OrganisationMerged) -> Iterator[Chunk]:
        """An organisation has another superior, or went into another one."""
        line = tuple(_link(each) for each in event.line)
        heir = line[-1] if isinstance(event, OrganisationMerged) else None
        change = Change(event.organisation_id, line, heir)
        return (partial(_bound, chunk, change=change, policies=self._policies) for chunk in tree.CHUNKS)

    def renamed(self, event: OrganisationRenamed) -> Iterator[Chunk]:
        """What is not decided names it as it is called now."""
        every = (names.rename_recommendations, names.rename_declarations)
        return (partial(_renamed, chunk, event.organisation_id, event.name) for chunk in every)

    def closed(self, event: OrganisationClosed) -> Iterator[Chunk]:
        """Its superior reviews what waits for it."""
        yield partial(_closed, event.organisation_id)

    @property
    def _running(self) -> FastAPI:
        assert self._app is not None, "the application has not begun to live"
        return self._app

    def _act(self, tx: AsyncSession, moment: Moment) -> Act:
        return Act(SYSTEM, moment, tx, self._policies, self._province)


async def _bound(
    chunk: tree.Chunk, tx: AsyncSession, after: UUID, *, change: Change, policies: Policies
) -> UUID | None:
    return await chunk(tx, change, policies, after)


async def _renamed(
    chunk: Callable[[AsyncSession, UUID, str, UUID], Awaitable[UUID | None]],
    organisation_id: UUID,
    name: str,
    tx: AsyncSession,
    after: UUID,
) -> UUID | None:
    return await chunk(tx, organisation_id, name, after)


async def _closed(organisation_id: UUID, tx: AsyncSession, after: UUID) -> UUID | None:
    return await names.pass_over(tx, organisation_id, after)


def _link(told: OrganisationRef) -> Link:
    return Link.model_validate(told.model_dump(mode="json"))


def _time(envelope: CloudEvent) -> datetime:
    return datetime.fromisoformat(envelope.time)
