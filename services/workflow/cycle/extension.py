"""A window is extended: by the province alone, on a document, and for nobody before it is published (三（六）)."""

from uuid import UUID

from services.kit import audit
from services.kit.errors import Basis
from services.kit.steps import decide, refuse_broken
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.certificate.errors import DocumentNumberInvalid
from services.workflow.contract import WindowExtended
from services.workflow.cycle import store
from services.workflow.cycle.errors import ExtensionExists
from services.workflow.cycle.model import Cycle, CycleExtension
from services.workflow.cycle.schemas import ExtensionIn
from services.workflow.cycle.service import require_open, require_province_of, window_of
from services.workflow.cycle.states import ExtensionAction, ExtensionState, Window
from services.workflow.cycle.steps import EXTENSION_STEPS, Facts, extends_the_window
from services.workflow.policy import NoticePolicy
from services.workflow.shapes import ActionIn


async def approve(act: Act, cycle_id: UUID, asked: ExtensionIn) -> tuple[CycleExtension, tuple[Basis, ...]]:
    """Consent to a later last day of a window; nothing is opened by it yet.

    Raises:
        CycleNotFound, ProvinceOnly, CycleNotOpen, YearClosed: not this year's, or not the caller's to extend.
        DocumentNumberInvalid, ExtensionExists: no document, or one that extends this window already.
        RulesBroken: it ends no later than the window does now.
    """
    cycle = await store.get(act.tx, cycle_id)
    policy = act.policies[cycle.policy]
    seat = require_province_of(act.actor, cycle, policy)
    require_open(cycle)
    basis = (policy.articles["run_extended"],)
    _require_document(asked.document_number, policy, basis)
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
    refuse_broken("EXTEND", (extends_the_window,), facts_of(extension, cycle), policy.articles)
    second = ExtensionExists(document_number=asked.document_number, field="document_number", basis=basis)
    taken = {"uq_cycle_extension_cycle_id_window_document_number": second}
    await rows.begin(act, extension, seat, basis=basis, taken=taken)
    return extension, basis


def _require_document(number: str, policy: NoticePolicy, basis: tuple[Basis, ...]) -> None:
    wanted = policy.certificate.document
    if not wanted.fits(number):
        raise DocumentNumberInvalid(
            given=number, example=wanted.example, field="document_number", basis=list(basis)
        )


async def publish(act: Act, extension_id: UUID, asked: ActionIn) -> tuple[CycleExtension, tuple[Basis, ...]]:
    """Publish an extension: from this transaction on the window lasts longer, and the run with it where it has to.

    Raises:
        ExtensionNotFound, YearClosed: there is none that the caller may read, or the year is closed.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    extension = await store.readable_extension(act.tx, extension_id, act.actor)
    cycle = await store.lock(act.tx, extension.cycle_id)
    await act.tx.refresh(extension)
    require_open(cycle)
    articles = act.policies[cycle.policy].articles
    facts = facts_of(extension, cycle)
    move = decide(EXTENSION_STEPS, facts, ExtensionAction.PUBLISH, act.actor, articles, version=asked.version)
    event = WindowExtended(
        cycle_id=cycle.id,
        extension_id=extension.id,
        year=cycle.year,
        window=extension.window,
        title=window_of(cycle, Window(extension.window)).title,
        closes=extension.closes,
        document_number=extension.document_number,
    )
    await rows.take(act, extension, move, event=event, note=asked.note, published_at=act.moment.instant)
    await _lengthen(act, cycle, extension, move.basis)
    return extension, move.basis


async def _lengthen(act: Act, cycle: Cycle, extension: CycleExtension, basis: tuple[Basis, ...]) -> None:
    """Let the window close later, and the run where the window would outlast it; the cycle is locked."""
    last = extension.closes
    longer = {extension.window} | ({Window.RUN} if last > window_of(cycle, Window.RUN).closes else set())
    changed = {"closes": last.isoformat(), "extended_by": extension.document_number}
    cycle.windows = [each | changed if each["name"] in longer else each for each in cycle.windows]
    cycle.version += 1
    await act.tx.flush()
    await audit.record(
        act.tx,
        actor=act.actor,
        action="cycle.EXTEND",
        subject=f"cycle/{cycle.id}",
        moment=act.moment,
        organisation_id=extension.organisation_id,
        basis=basis,
        detail={"windows": sorted(longer), **changed},
    )


def facts_of(extension: CycleExtension, cycle: Cycle) -> Facts:
    """What the steps of an extension ask."""
    window = window_of(cycle, Window(extension.window))
    return Facts(
        id=extension.id,
        state=ExtensionState(extension.state),
        version=extension.version,
        lineage=tuple(extension.lineage),
        opens=window.opens,
        closes=window.closes,
        until=extension.closes,
    )
