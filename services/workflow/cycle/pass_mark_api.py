"""The HTTP face of pass marks (三（六）1)."""

from uuid import UUID

from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.workflow.act import CurrentAct
from services.workflow.cycle import listing, pass_mark, store
from services.workflow.cycle.errors import (
    CycleNotFound,
    CycleNotOpen,
    LevelNotInSeries,
    NoExaminationBefore,
    PassMarkExists,
    PassMarkLater,
    ProvinceOnly,
    RunOver,
    SeriesUnknown,
    YearClosed,
)
from services.workflow.cycle.model import PassMark
from services.workflow.cycle.schemas import PassMarkIn, PassMarkOut

routes = router(tags=["cycle"])


@routes.post(
    "/cycles/{cycle_id}/pass-marks",
    status_code=201,
    responses=refusals(
        CycleNotFound,
        ProvinceOnly,
        CycleNotOpen,
        YearClosed,
        RunOver,
        SeriesUnknown,
        LevelNotInSeries,
        NoExaminationBefore,
        PassMarkLater,
        PassMarkExists,
    ),
)
async def put_on_record(cycle_id: UUID, body: PassMarkIn, act: CurrentAct) -> Decided[PassMarkOut]:
    """Put the state's pass mark of a level on record (provincial HRSS): the level takes declarations from now on; another document corrects it."""
    mark, basis = await pass_mark.put_on_record(act, cycle_id, body)
    return decided(PassMarkOut.model_validate(mark), basis)


@routes.get("/cycles/{cycle_id}/pass-marks", responses=refusals(CycleNotFound))
async def every_pass_mark(
    cycle_id: UUID, tx: Tx, first: First = 20, after: After = None
) -> Page[PassMarkOut]:
    """The pass marks of a cycle, newest first; public."""
    await store.get(tx, cycle_id)
    found, cursor = await page(tx, listing.pass_marks(cycle_id), PassMark.id, first, after)
    return Page(items=[PassMarkOut.model_validate(row) for row in found], next_cursor=cursor)
