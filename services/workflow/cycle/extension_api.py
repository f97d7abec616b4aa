"""The HTTP face of extensions of windows (三（六）)."""

from uuid import UUID

from services.kit.auth import Actor, PerhapsActor
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.act import CurrentAct
from services.workflow.certificate.errors import DocumentNumberInvalid
from services.workflow.cycle import extension as extensions
from services.workflow.cycle import listing, store
from services.workflow.cycle.errors import (
    CycleNotFound,
    CycleNotOpen,
    ExtensionExists,
    ExtensionNotFound,
    ProvinceOnly,
    YearClosed,
)
from services.workflow.cycle.model import CycleExtension
from services.workflow.cycle.schemas import ExtensionIn, ExtensionOut, WithdrawIn
from services.workflow.cycle.states import ExtensionState
from services.workflow.cycle.steps import EXTENSION_STEPS, ExtensionFacts
from services.workflow.shapes import ActionIn

routes = router(tags=["cycle"])


@routes.post(
    "/cycles/{cycle_id}/extensions",
    status_code=201,
    responses=refusals(
        CycleNotFound,
        ProvinceOnly,
        CycleNotOpen,
        YearClosed,
        DocumentNumberInvalid,
        ExtensionExists,
        RulesBroken,
    ),
)
async def approve(cycle_id: UUID, body: ExtensionIn, act: CurrentAct) -> Decided[ExtensionOut]:
    """Consent by a document to a later last day of a window (provincial HRSS); it opens nothing before it is published."""
    extension, basis = await extensions.approve(act, cycle_id, body)
    return decided(told(extension, act.actor), basis)


@routes.post(
    "/extensions/{extension_id}/actions/PUBLISH",
    responses=refusals(
        ExtensionNotFound, YearClosed, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion
    ),
)
async def publish(extension_id: UUID, act: CurrentAct, body: ActionIn | None = None) -> Decided[ExtensionOut]:
    """Publish an extension: anybody reads it, and the window lasts longer from now on (provincial HRSS)."""
    extension, basis = await extensions.publish(act, extension_id, body or ActionIn())
    return decided(told(extension, act.actor), basis)


@routes.post(
    "/extensions/{extension_id}/actions/WITHDRAW",
    responses=refusals(
        ExtensionNotFound, YearClosed, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion
    ),
)
async def withdraw(
    extension_id: UUID, act: CurrentAct, body: WithdrawIn | None = None
) -> Decided[ExtensionOut]:
    """Take an extension back before it counts, by a document (provincial HRSS): the window is as it was."""
    extension, basis = await extensions.withdraw(act, extension_id, body or WithdrawIn())
    return decided(told(extension, act.actor), basis)


@routes.get("/cycles/{cycle_id}/extensions", responses=refusals(CycleNotFound))
async def every_extension(
    cycle_id: UUID, actor: PerhapsActor, tx: Tx, first: First = 20, after: After = None
) -> Page[ExtensionOut]:
    """The published extensions of a cycle, newest first; public. The province also reads what waits for publication."""
    await store.get(tx, cycle_id)
    query = listing.extensions(actor, cycle_id)
    found, cursor = await page(tx, query, CycleExtension.id, first, after)
    return Page(items=[told(row, actor) for row in found], next_cursor=cursor)


@routes.get("/extensions/{extension_id}", responses=refusals(ExtensionNotFound))
async def one_extension(extension_id: UUID, actor: PerhapsActor, tx: Tx) -> ExtensionOut:
    """One extension; public once published."""
    return told(await store.readable_extension(tx, extension_id, actor), actor)


def told(extension: CycleExtension, actor: Actor | None) -> ExtensionOut:
    """The extension with what its reader may do."""
    state, line = ExtensionState(extension.state), tuple(extension.lineage)
    facts = ExtensionFacts(extension.id, state, extension.version, line)
    return ExtensionOut.of(extension, available_actions(EXTENSION_STEPS, facts, actor) if actor else [])
