"""The archive over HTTP: for those who handle cases, and the person; each reading is audited. Who is barred today."""

from collections.abc import Sequence
from uuid import UUID

from services.kit import audit
from services.kit.http import Page, refusals, router
from services.kit.paging import After, First, page
from services.workflow.act import Act, CurrentAct
from services.workflow.integrity import bar, store
from services.workflow.integrity.errors import RecordNotFound
from services.workflow.integrity.model import IntegrityRecord
from services.workflow.integrity.schemas import BarOut, RecordOut

routes = router(tags=["integrity"])


@routes.get("/records")
async def every_record(
    act: CurrentAct, person_id: UUID | None = None, first: First = 20, after: After = None
) -> Page[RecordOut]:
    """The lines of the archive (诚信档案库) of the caller's subtree, and the caller's own; newest first."""
    query = store.records(act.actor, person_id)
    found, cursor = await page(act.tx, query, IntegrityRecord.id, first, after)
    await _on_record(act, found)
    return Page(items=[RecordOut.model_validate(each) for each in found], next_cursor=cursor)


@routes.get("/records/{record_id}", responses=refusals(RecordNotFound))
async def one_record(record_id: UUID, act: CurrentAct) -> RecordOut:
    """One line of the archive."""
    found = await store.record(act.tx, record_id, act.actor)
    await _on_record(act, [found])
    return RecordOut.model_validate(found)


@routes.get("/bars")
async def bars_today(act: CurrentAct, person_id: UUID) -> Page[BarOut]:
    """Whether a person is barred today, by what the caller may read of the archive; nobody else is told."""
    known = {each.document_number for each in await act.tx.scalars(store.records(act.actor, person_id))}
    found = await bar.barred(act.tx, [person_id], act.moment.today)
    told = [each for each in found.values() if each.document_number in known]
    return Page(items=[BarOut.model_validate(each) for each in told], next_cursor=None)


async def _on_record(act: Act, read: Sequence[IntegrityRecord]) -> None:
    """What is read of others is put on record."""
    others = [each.id for each in read if each.person_id is None or each.person_id != act.actor.person_id]
    if others:
        await audit.record(
            act.tx,
            actor=act.actor,
            action="integrity_record.READ",
            subject="integrity_record",
            moment=act.moment,
            basis=[act.policies.latest.articles["misconduct"]],
            detail={"record_ids": others},
        )
