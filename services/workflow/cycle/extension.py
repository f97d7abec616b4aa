"""A window is extended: by the province alone, on a document, and for nobody before it is published (三（六）)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.kit import audit
from services.kit.errors import Basis
from services.kit.steps import Move, decide, refuse_broken
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import ExtensionWithdrawn, WindowExtended
from services.workflow.cycle import store
from services.workflow.cycle.errors import ExtensionExists
from services.workflow.cycle.model import Cycle, CycleExtension
from services.workflow.cycle.schemas import ExtensionIn, WithdrawIn
from services.workflow.cycle.service import require_open, require_province_of, window_of
from services.workflow.cycle.states import ExtensionAction, ExtensionState, Window
from services.workflow.cycle.steps import (
    EXTENSION_STEPS,
    ExtensionFacts,
    extends_the_window,
    keeps_the_turn,
)
from services.workflow.cycle.windows import extended, is_as_extended, last_day, longer, neighbours
from services.workflow.review_chain import rescheduling
from services.workflow.shapes import ActionIn


async def approve(act: Act, cycle_id: UUID, asked: ExtensionIn) -> tuple[CycleExtension, tuple[Basis, ...]]:
    """Consent to a later last day of a window; nothing is opened by it yet.

    Raises:
        CycleNotFound, ProvinceOnly, CycleNotOpen, YearClosed: not this year's, or not the caller's to extend.
        DocumentNumberInvalid, ExtensionExists: no document, or one that extends this window already.
        RulesBroken: it ends no later than the window does now, or later than the next one, which depends on it.
    """
    cycle = await store.get(act.tx, cycle_id)
    policy = act.policies[cycle.policy]
    seat = require_province_of(act.actor, cycle, policy)
    require_open(cycle)
    basis = (policy.articles["run_extended"],)
    policy.certificate.document.require(asked.document_number, basis)
    extension = CycleExtension(
        province=act.province,
        cycle_id=cycle.id,
        state=ExtensionState.APPROVED,
        published_at=None,
        organisation_id=seat.organisation_id,
        lineage=[node.id for node in seat.lineage],
        version=1,
        **asked.model_dump(),
    )
    wanted = (extends_the_window, keeps_the_turn)
    refuse_broken("EXTEND", wanted, facts_of(extension, cycle), policy.articles)
    second = ExtensionExists(document_number=asked.document_number, field="document_number", basis=basis)
    taken = {"uq_cycle_extension_cycle_id_window_document_number": second}
    await rows.begin(act, extension, seat, basis=basis, taken=taken)
    return extension, basis


async def publish(act: Act, extension_id: UUID, asked: ActionIn) -> tuple[CycleExtension, tuple[Basis, ...]]:
    """Publish an extension: from this transaction on the window lasts longer, and the run with it where it has to.

    Raises:
        ExtensionNotFound, YearClosed: there is none that the caller may read, or the year is closed.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    extension, cycle = await _held(act, extension_id)
    move = _decided(act, facts_of(extension, cycle), cycle, ExtensionAction.PUBLISH, asked)
    windows = longer(cycle.windows, extension.window, extension.closes, extension.document_number)
    event = WindowExtended(
        **_told(extension, cycle), closes=extension.closes, document_number=extension.document_number
    )
    await rows.take(act, extension, move, event=event, note=asked.note, published_at=act.moment.instant)
    await _rewrite(act, cycle, extension, windows, move)
    return extension, move.basis


async def withdraw(
    act: Act, extension_id: UUID, asked: WithdrawIn
) -> tuple[CycleExtension, tuple[Basis, ...]]:
    """Take an extension back before it counts, by a document that is published with it: the windows are as without it.

    Raises:
        ExtensionNotFound, YearClosed: there is none that the caller may read, or the year is closed.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    extension, cycle = await _held(act, extension_id)
    was_public = extension.state == ExtensionState.PUBLISHED
    windows = await _without(act, cycle, extension)
    earlier = last_day(windows, extension.window) if was_public else extension.closes
    wanted = act.policies[cycle.policy].certificate.document
    named = asked.document_number is not None and wanted.fits(asked.document_number)
    facts = replace(facts_of(extension, cycle), earlier=earlier, document=named)
    move = _decided(act, facts, cycle, ExtensionAction.WITHDRAW, asked)
    event = ExtensionWithdrawn(
        **_told(extension, cycle),
        closes=earlier,
        document_number=asked.document_number or "",
        was_public=was_public,
    )
    more = {"withdrawn_at": act.moment.instant, "withdrawn_by": asked.document_number}
    await rows.take(act, extension, move, event=event, note=asked.note, **more)
    if was_public:
        await _rewrite(act, cycle, extension, windows, move)
    return extension, move.basis


async def _held(act: Act, extension_id: UUID) -> tuple[CycleExtension, Cycle]:
    """The extension and its cycle, which is locked: windows are rewritten one at a time."""
    extension = await store.readable_extension(act.tx, extension_id, act.actor)
    cycle = await store.lock(act.tx, extension.cycle_id)
    await act.tx.refresh(extension)
    require_open(cycle)
    return extension, cycle


async def _without(act: Act, cycle: Cycle, extension: CycleExtension) -> list[dict[str, Any]]:
    """The windows as the policy planned them and the other published extensions made them; the cycle is locked."""
    published = await store.published_extensions(act.tx, cycle.id)
    others = [
        (each.window, each.closes, each.document_number) for each in published if each.id != extension.id
    ]
    planned = {each.name.value: each.closes for each in act.policies[cycle.policy].cycle.windows}
    return extended(cycle.windows, planned, others)


def _decided(act: Act, facts: ExtensionFacts, cycle: Cycle, action: ExtensionAction, asked: ActionIn) -> Move:
    articles = act.policies[cycle.policy].articles
    facts = replace(facts, today=act.moment.today)
    return decide(EXTENSION_STEPS, facts, action, act.actor, articles, version=asked.version)


def _told(extension: CycleExtension, cycle: Cycle) -> dict[str, Any]:
    """What both events tell of it."""
    return {
        "cycle_id": cycle.id,
        "extension_id": extension.id,
        "year": cycle.year,
        "window": extension.window,
        "title": window_of(cycle, Window(extension.window)).title,
    }


async def _rewrite(
    act: Act, cycle: Cycle, extension: CycleExtension, windows: list[dict[str, Any]], move: Move
) -> None:
    """Write the windows, and move the due days of what is under review with theirs; the cycle is locked."""
    before = {each["name"]: each for each in cycle.windows}
    changed = [each for each in windows if each != before[each["name"]]]
    cycle.windows = windows
    cycle.version += 1
    await act.tx.flush()
    policy = act.policies[cycle.policy]
    reviewing = policy.declaration.windows.review
    if reviewing in {each["name"] for each in changed}:
        window = window_of(cycle, reviewing)
        await rescheduling.reschedule(
            act.tx, cycle.id, policy.review_chain.days, (window.opens, window.closes), act.moment
        )
    await audit.record(
        act.tx,
        actor=act.actor,
        action=f"cycle.EXTENSION_{move.action}",
        subject=f"cycle/{cycle.id}",
        moment=act.moment,
        organisation_id=extension.organisation_id,
        basis=move.basis,
        detail={each["name"]: {key: each.get(key) for key in ("closes", "extended_by")} for each in changed},
    )


def facts_of(extension: CycleExtension, cycle: Cycle) -> ExtensionFacts:
    """What the steps of an extension ask."""
    window = window_of(cycle, Window(extension.window))
    before, after = neighbours(cycle.windows, Window(extension.window))
    set_by = (extension.window, extension.closes, extension.document_number)
    return ExtensionFacts(
        id=extension.id,
        state=ExtensionState(extension.state),
        version=extension.version,
        lineage=tuple(extension.lineage),
        closes=window.closes,
        until=extension.closes,
        before=before,
        after=after,
        overtaken=not is_as_extended(cycle.windows, *set_by),
    )
