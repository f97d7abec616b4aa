"""A region opens a batch, publishes it, and may withdraw it while nothing was declared in it (一（四）2)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.steps import decide, refuse_broken
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.batch import store
from services.workflow.batch.errors import BatchExists, NoBatchOpen, NotAnOrganiser, RouteWithoutBatches
from services.workflow.batch.model import Batch
from services.workflow.batch.schemas import BatchIn
from services.workflow.batch.states import WINDOWS, BatchAction, BatchState
from services.workflow.batch.steps import BATCH_STEPS, OPENING, BatchFacts, Span
from services.workflow.contract import BatchMoved
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import Window
from services.workflow.cycle.windows import last_day
from services.workflow.policy import NoticePolicy
from services.workflow.review_chain.chain import Link
from services.workflow.shapes import ActionIn


async def open_batch(act: Act, asked: BatchIn) -> tuple[Batch, tuple[Basis, ...]]:
    """A batch that waits for its publication; nobody declares in it yet.

    Raises:
        CycleNotFound, CycleNotOpen, YearClosed, RunOver: the year's review is not on.
        RouteWithoutBatches, NotAnOrganiser: nothing of the kind, or not the caller's to open.
        DocumentNumberInvalid, BatchExists: no document, or the region has a batch of the route.
        RulesBroken: its windows lie outside of the run, or one outlasts the next.
    """
    cycle = await cycle_store.get(act.tx, asked.cycle_id)
    policy = act.policies[cycle.policy]
    basis = (policy.articles["batch_organised"],)
    seat = _require_organiser(act, asked, policy)
    cycles.require_window(cycle, Window.RUN, act.moment)
    policy.certificate.document.require(asked.document_number, basis)
    row = Batch(
        province=act.province,
        state=BatchState.DRAFT,
        published_at=None,
        organisation_id=seat.organisation_id,
        lineage=[node.id for node in seat.lineage],
        version=1,
        windows=_windows(asked, cycle, basis[0]),
        **asked.model_dump(include={"cycle_id", "route", "title", "document_number"}),
    )
    refuse_broken("OPEN", OPENING, facts_of(row, cycle), policy.articles)
    name = _name_of(asked.route, policy)
    second = BatchExists(year=cycle.year, route=name, field="route", basis=list(basis))
    await rows.begin(act, row, seat, basis=basis, taken={"uq_batch_live": second})
    return row, basis


def _require_organiser(act: Act, asked: BatchIn, policy: NoticePolicy) -> Seat:
    batched = policy.batch.of(asked.route)
    basis = [policy.articles["batch_organised"]]
    if batched is None:
        raise RouteWithoutBatches(route=asked.route, field="route", basis=basis)
    for seat in act.actor.seats:
        there = asked.organisation_id in (None, seat.organisation_id)
        if there and seat.role == Role.TITLE_OFFICER and batched.organised_by(seat):
            return seat
    raise NotAnOrganiser(organisers="、".join(each.name for each in batched.organisers), basis=basis)


def _windows(asked: BatchIn, cycle: Cycle, basis: Basis) -> list[dict[str, Any]]:
    """The windows as a cycle keeps its own, in turn."""
    told = {each.window: each for each in asked.windows}
    return [
        {
            "name": name.value,
            "title": cycles.window_of(cycle, name).title,
            "opens": told[name].opens.isoformat(),
            "closes": told[name].closes.isoformat(),
            "cite": basis.cite,
            "summary": basis.summary,
        }
        for name in WINDOWS
    ]


def _name_of(route: str, policy: NoticePolicy) -> str:
    entry = policy.routes.find(route)
    return entry.title if entry else route


async def move(
    act: Act, batch_id: UUID, action: BatchAction, asked: ActionIn
) -> tuple[Batch, tuple[Basis, ...]]:
    """Publish a batch: from this transaction on people of the region declare in it; or withdraw it.

    Raises:
        BatchNotFound, CycleNotOpen, YearClosed, RunOver: there is none that the caller may read, or the year is over.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    row = await store.seen(act.tx, batch_id, act.actor, locked=True)
    cycle = await cycle_store.get(act.tx, row.cycle_id)
    cycles.require_window(cycle, Window.RUN, act.moment)
    policy = act.policies[cycle.policy]
    facts = facts_of(row, cycle, act, declared=await store.declared(act.tx, row.id))
    decided = decide(BATCH_STEPS, facts, action, act.actor, policy.articles, version=asked.version)
    event = BatchMoved(
        batch_id=row.id,
        cycle_id=cycle.id,
        year=cycle.year,
        route=row.route,
        route_name=_name_of(row.route, policy),
        organisation_id=row.organisation_id,
        title=row.title,
        document_number=row.document_number,
        action=action,
        after=decided.after,
        was_public=row.published_at is not None,
        declares_until=last_day(row.windows, policy.declaration.windows.first_submission),
    )
    more = {"published_at": act.moment.instant} if action is BatchAction.PUBLISH else {}
    await rows.take(act, row, decided, event=event, note=asked.note, **more)
    return row, decided.basis


def facts_of(row: Batch, cycle: Cycle, act: Act | None = None, *, declared: int = 0) -> BatchFacts:
    """What the steps of a batch ask."""
    spans = [cycles.window_for(cycle, row, name) for name in (*WINDOWS, Window.FILE)]
    run = cycles.window_of(cycle, Window.RUN)
    more = {"today": act.moment.today} if act else {}
    return BatchFacts(
        id=row.id,
        state=BatchState(row.state),
        version=row.version,
        lineage=tuple(row.lineage),
        windows=tuple(Span(each.title, each.opens, each.closes) for each in spans),
        run=Span(run.title, run.opens, run.closes),
        declared=declared,
        **more,
    )


async def require_published(
    tx: AsyncSession, cycle: Cycle, route: str, path: Sequence[Link], county: str, policy: NoticePolicy
) -> Batch | None:
    """The batch that whoever is at the end of a line declares in, not to be withdrawn meanwhile; None: the route has none.

    Raises:
        NoBatchOpen: the route is declared in batches, and none is published for that place.
    """
    if policy.batch.of(route) is None:
        return None
    found = await store.nearest(tx, cycle.id, route, [link.id for link in path], held=True)
    if found is None:
        basis = [policy.articles["batch_organised"]]
        name = _name_of(route, policy)
        raise NoBatchOpen(place=county, year=cycle.year, route=name, field="direct", basis=basis)
    return found
