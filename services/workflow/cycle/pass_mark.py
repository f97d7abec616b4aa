"""The state's pass mark of a level decided by examination and review is put on record (三（六）1).

A document puts it on record once; another document corrects it, and the newest counts from then on.
"""

from uuid import UUID

from services.kit import audit, outbox
from services.kit.errors import Basis
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import PassMarkRecorded
from services.workflow.cycle import store
from services.workflow.cycle.errors import NoExaminationBefore, PassMarkExists, PassMarkLater
from services.workflow.cycle.model import PassMark
from services.workflow.cycle.policy import SeriesEntry
from services.workflow.cycle.schemas import PassMarkIn
from services.workflow.cycle.service import require_level, require_province_of, require_window, words
from services.workflow.cycle.states import DecidedBy, Window
from services.workflow.policy import NoticePolicy

UNIQUE = "uq_pass_mark_cycle_id_series_level"


async def put_on_record(act: Act, cycle_id: UUID, asked: PassMarkIn) -> tuple[PassMark, tuple[Basis, ...]]:
    """Put a mark on record; from then on the level takes declarations.

    Raises:
        CycleNotFound, ProvinceOnly, CycleNotOpen, YearClosed, RunOver: not this year's, or not the caller's.
        SeriesUnknown, LevelNotInSeries, NoExaminationBefore: the level has no pass mark.
        PassMarkLater, PassMarkExists: it is not published yet, or on record by that document.
    """
    cycle = await store.get(act.tx, cycle_id)
    policy = act.policies[cycle.policy]
    seat = require_province_of(act.actor, cycle, policy)
    require_window(cycle, Window.RUN, act.moment)
    basis = (policy.articles["pass_mark_first"],)
    entry = _require_examined(policy, asked, basis)
    if asked.published_on > act.moment.today:
        raise PassMarkLater(published_on=asked.published_on, field="published_on", basis=basis)
    no = await store.next_mark_no(act.tx, cycle.id, asked.series, asked.level)
    mark = PassMark(province=act.province, cycle_id=cycle.id, no=no, **asked.model_dump())
    second = PassMarkExists(field="document_number", basis=basis, **words(policy, entry, asked.level))
    taken = dict.fromkeys((f"{UNIQUE}_no", f"{UNIQUE}_document_number"), second)
    await rows.add(act.tx, mark, taken)
    event = PassMarkRecorded(
        pass_mark_id=mark.id, cycle_id=cycle.id, year=cycle.year, series_name=entry.name, **_told(asked)
    )
    await outbox.publish(act.tx, event, act.moment)
    await audit.record(
        act.tx,
        actor=act.actor,
        action="pass_mark.RECORD",
        subject=f"pass_mark/{mark.id}",
        moment=act.moment,
        organisation_id=seat.organisation_id,
        basis=basis,
        detail=_told(asked),
    )
    return mark, basis


def _told(asked: PassMarkIn) -> dict[str, object]:
    return asked.model_dump(mode="json", exclude={"published_on"})


def _require_examined(policy: NoticePolicy, asked: PassMarkIn, basis: tuple[Basis, ...]) -> SeriesEntry:
    entry = require_level(policy, asked.series, asked.level)
    if entry.levels[asked.level].by is not DecidedBy.EXAMINATION_AND_REVIEW:
        raise NoExaminationBefore(field="level", basis=basis, **words(policy, entry, asked.level))
    return entry
