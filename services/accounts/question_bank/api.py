"""Question banks over HTTP, for the provincial title office."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import CurrentDesk
from services.accounts.policy import NoSuchCycle
from services.accounts.question_bank import errors, service, sheet, store
from services.accounts.question_bank.links import SHEETS
from services.accounts.question_bank.model import QuestionBank
from services.accounts.question_bank.schemas import (
    BankActIn,
    BankIn,
    BankOut,
    BankQuestionOut,
    BankStepOut,
    BankWholeOut,
    SheetLinkIn,
    SheetLinkOut,
    TakenByCall,
    Title,
)
from services.accounts.question_bank.states import Action, State
from services.accounts.question_bank.steps import STEPS
from services.accounts.sign_in.api import Apart, DeskApart
from services.files.errors import LinkInvalid
from services.kit import transition
from services.kit.auth import CurrentActor, RoleMissing
from services.kit.db import Tx
from services.kit.errors import TooLarge
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.sealing import Sealer
from services.kit.steps import ActionNotAvailable, RulesBroken, StaleVersion, actions_from

question_banks = router(prefix="/v1/question-banks", tags=["question banks"])
question_files = APIRouter(prefix="/v1", tags=["question banks"])
"""Sheets on their way: no transaction is open while bytes arrive, and the link is the right."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TAKES_XLSX = {
    "requestBody": {"required": True, "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}
IMPORTED = refusals(RoleMissing, NoSuchCycle, RulesBroken, errors.SameQuestions)
REFUSED = (
    RoleMissing,
    NoSuchCycle,
    RulesBroken,
    errors.SameQuestions,
    errors.SheetUnreadable,
    errors.RowsUnreadable,
)
SHEET, SENT = refusals(*REFUSED), refusals(*REFUSED, LinkInvalid, TooLarge)
Cycle = Annotated[int, Query(ge=1, le=9999, description="the year")]
Named = Annotated[Title, Query(description="what the version is called")]


@question_banks.post("", status_code=201, responses=IMPORTED)
async def take_in(body: BankIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[BankWholeOut]:
    """Take questions in as a draft; all of them, or with every fault named none."""
    bank, basis = await service.take_in(tx, desk, actor, body.cycle, body.title, body.questions)
    return decided(await _whole(tx, bank), [basis])


@question_banks.post("/sheet", status_code=201, responses=SHEET, openapi_extra=TAKES_XLSX)
async def take_in_sheet(
    request: Request,
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
    cycle: Cycle,
    title: Named,
) -> Decided[BankWholeOut]:
    """The same from an XLSX sheet: 编号、题型、主题、题目、选项（每行一个）、答案、依据、解析."""
    await service.require_office(tx, desk, actor)
    questions = await asyncio.to_thread(sheet.questions_of, await request.body())
    bank, basis = await service.take_in(tx, desk, actor, cycle, title, questions)
    return decided(await _whole(tx, bank), [basis])


@question_banks.post("/links", responses=refusals(RoleMissing, NoSuchCycle))
async def link(
    body: SheetLinkIn, request: Request, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[SheetLinkOut]:
    """A link to which a sheet is PUT, for a browser or app that cannot send the token."""
    url, ends, basis = await service.sheet_link(tx, desk, actor, body.cycle, body.title)
    limit = _limit(request)
    return decided(SheetLinkOut(upload_url=url, expires_at=ends, limit_bytes=limit), [basis])


@question_files.put("/question-files/{token}", status_code=201, responses=SENT, openapi_extra=TAKES_XLSX)
async def put_sheet(token: str, request: Request, db: Apart, desk: DeskApart) -> Decided[BankWholeOut]:
    """The raw bytes of an XLSX sheet of questions, taken in as a draft. The link is the right."""
    sealer: Sealer = request.app.state.sealer
    told = SHEETS.read(sealer, token)
    questions = await asyncio.to_thread(sheet.questions_of, await _body(request))
    async with db.begin() as tx:
        bank, basis = await service.take_in(tx, desk, told.actor, told.cycle, told.title, questions)
        return decided(await _whole(tx, bank), [basis])


def _limit(request: Request) -> int:
    """How large a sheet may be: as large as any body."""
    limit: int = request.app.state.settings.max_body_bytes
    return limit


async def _body(request: Request) -> bytes:
    data, limit = bytearray(), _limit(request)
    async for piece in request.stream():
        data += piece
        if len(data) > limit:
            raise TooLarge(limit=limit, field="file")
    return bytes(data)


@question_banks.get("", responses=refusals(RoleMissing, NoSuchCycle))
async def list_banks(
    actor: CurrentActor, desk: CurrentDesk, tx: Tx, cycle: Cycle, first: First = 50, after: After = None
) -> Page[BankOut]:
    """The versions of a cycle's questions, newest first; the policy file's is the first of them."""
    await service.require_office(tx, desk, actor)
    await service.in_use(tx, desk, desk.installation.policies.of(cycle))
    query = store.listed(desk.installation.province, cycle)
    items, cursor = await page(tx, query, QuestionBank.id, first, after)
    return Page(items=[BankOut.model_validate(_told(each)) for each in items], next_cursor=cursor)


@question_banks.get("/{bank_id}", responses=refusals(RoleMissing, errors.BankNotFound))
async def read(bank_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> BankWholeOut:
    """A version with its questions, their answers, and what was done with it."""
    return await _whole(tx, await service.read(tx, desk, actor, bank_id))


@question_banks.post(
    "/{bank_id}/actions/{action}",
    responses=refusals(RoleMissing, errors.BankNotFound, ActionNotAvailable, RulesBroken, StaleVersion),
)
async def act(
    bank_id: UUID, action: TakenByCall, body: BankActIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[BankWholeOut]:
    """Publish a version in place of the one in use, or drop a draft."""
    bank, basis = await service.act(tx, desk, actor, bank_id, Action(action), body.version, body.note)
    return decided(await _whole(tx, bank), basis)


def _told(bank: QuestionBank) -> dict[str, object]:
    """The columns that are told; the version in use retires by nothing but another's publication."""
    names = ("id", "cycle", "number", "title", "source", "state", "created_at", "published_at", "version")
    in_use = bank.state == State.PUBLISHED
    actions = [] if in_use else actions_from(STEPS, State(bank.state))
    return {name: getattr(bank, name) for name in names} | {"available_actions": actions}


async def _whole(tx: AsyncSession, bank: QuestionBank) -> BankWholeOut:
    questions = [BankQuestionOut.of(each) for each in bank.every()]
    history = [BankStepOut.of(line) for line in await transition.history_of(tx, bank.id)]
    return BankWholeOut.model_validate(_told(bank) | {"questions": questions, "history": history})
