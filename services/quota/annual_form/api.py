"""The annual review form over HTTP (附件2)."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, CurrentActor, RoleMissing
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import LAGS, Decided, Page, decided, refusals, router
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.quota.annual_form import service, store
from services.quota.annual_form.errors import (
    DepartmentCannotFile,
    FiguresMissing,
    FormNotFound,
    FormOpen,
    NoHrssAbove,
    OnlyInstitutionsFile,
)
from services.quota.annual_form.model import AnnualForm
from services.quota.annual_form.recommended import recommended
from services.quota.annual_form.rules import changes
from services.quota.annual_form.schemas import (
    ActIn,
    FillIn,
    FormIn,
    FormOut,
    RecommendedListOut,
    RecommendedOut,
)
from services.quota.annual_form.states import Action
from services.quota.annual_form.steps import STEPS
from services.quota.contract import TitleLevel
from services.quota.policy import CurrentPolicies, YearUnknown

routes = router(prefix="/v1/annual-forms", tags=["annual forms 年度审核表"])
Named = Literal[Action.SUBMIT, Action.AUTHORITY_PASS, Action.AUTHORITY_RETURN, Action.APPROVE, Action.RETURN]
"""Steps taken by name; filling in is a PUT, and a version is superseded by its successor's approval."""
LONGEST_PAGE = 100
UNFIT = (DepartmentCannotFile, OnlyInstitutionsFile, NoHrssAbove, FiguresMissing)


@routes.post("", status_code=201, responses=refusals(YearUnknown, RoleMissing, *UNFIT, RulesBroken, FormOpen))
async def file_form(
    body: FormIn,
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[FormOut]:
    """Begin a unit's form of a year (its recommender); after an approved form, its next version."""
    policy = policies.of(body.year)
    province = request.app.state.settings.province
    form = await service.file(tx, body.unit_id, body.table(), policy, actor, moment, province=province)
    return decided(await _shown(tx, form, actor), policy.basis("form_flow", "derived_cells"))


@routes.put(
    "/{form_id}",
    responses=refusals(
        FormNotFound, ActionNotAvailable, NotYourStep, StaleVersion, RulesBroken, FiguresMissing
    ),
)
async def fill_form(
    form_id: UUID, body: FillIn, actor: CurrentActor, policies: CurrentPolicies, moment: CurrentMoment, tx: Tx
) -> Decided[FormOut]:
    """Fill in a form anew while the unit has it in hand."""
    form = await store.lock(tx, form_id, actor)
    policy = policies.of(form.year)
    basis = await service.fill(tx, form, body.table(), policy, actor, moment, version=body.version)
    return decided(await _shown(tx, form, actor), basis)


@routes.post(
    "/{form_id}/actions/{action}",
    responses=refusals(FormNotFound, ActionNotAvailable, NotYourStep, StaleVersion, RulesBroken),
)
async def take_step(
    form_id: UUID,
    action: Named,
    body: ActIn,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[FormOut]:
    """Take one step: submit, pass or return at the authority, approve or return at the HRSS."""
    form = await store.lock(tx, form_id, actor)
    reasons = tuple(each.reason_of_cell() for each in body.cells)
    taken = service.Taken(action, body.version, body.note, reasons)
    basis = await service.act(tx, form, taken, policies.of(form.year), actor, moment)
    return decided(await _shown(tx, form, actor), basis)


@routes.get("/{form_id}", responses=refusals(FormNotFound))
async def read_form(form_id: UUID, actor: CurrentActor, tx: Tx) -> FormOut:
    """A form, with its totals, returns, history, and what the caller may do with it."""
    return await _shown(tx, await store.get(tx, form_id, actor), actor)


@routes.get("/{form_id}/recommended", responses=refusals(FormNotFound))
async def read_recommended(
    form_id: UUID, actor: CurrentActor, policies: CurrentPolicies, moment: CurrentMoment, tx: Tx
) -> RecommendedListOut:
    """The people recommended whom the form lists: from live recommendations, with what the ledger knows of them."""
    form = await store.get(tx, form_id, actor)
    policy = policies.of(form.year)
    found = [RecommendedOut.of(each) for each in await recommended(tx, form, policy, moment)]
    limited = [level for level in TitleLevel if policy.is_limited(level)]
    counts = {level: sum(each.level is level for each in found) for level in limited}
    return RecommendedListOut(people=found, counts=counts)


@routes.get("", responses=refusals(), openapi_extra=LAGS)
async def list_forms(
    actor: CurrentActor,
    tx: Tx,
    unit_id: UUID | None = None,
    year: Annotated[int | None, Query(ge=1, le=9999)] = None,
    awaiting: Annotated[Literal["me"] | None, Query(description="只看等待本人处理的")] = None,
    first: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 20,
    after: UUID | None = None,
) -> Page[FormOut]:
    """Forms of the caller's own organisations and of those below them, newest first."""
    where = [
        *([AnnualForm.unit_id == unit_id] if unit_id else []),
        *([AnnualForm.year == year] if year is not None else []),
        *([store.awaiting(actor)] if awaiting else []),
    ]
    forms, cursor, total = await store.page(tx, actor, where=where, first=first, after=after)
    return Page(items=await _all_shown(tx, forms, actor), next_cursor=cursor, total=total)


async def _shown(tx: AsyncSession, form: AnnualForm, actor: Actor) -> FormOut:
    return (await _all_shown(tx, [form], actor))[0]


async def _all_shown(tx: AsyncSession, forms: list[AnnualForm], actor: Actor) -> list[FormOut]:
    """Forms as the caller sees them, in four queries however many they are."""
    ids = [form.id for form in forms]
    columns = await store.columns_of(tx, {*ids, *(form.former_id for form in forms if form.former_id)})
    notes, histories = await store.notes_of(tx, ids), await store.histories_of(tx, ids)
    exits = await store.exits_of(tx, ids)
    return [
        FormOut.of(
            form,
            columns[form.id],
            changes(columns[form.former_id], columns[form.id]) if form.former_id else (),
            exits[form.id],
            notes[form.id],
            histories[form.id],
            available_actions(STEPS, service.case_of(form), actor),
        )
        for form in forms
    ]
