"""What the other concepts ask of the year's cycle before they let anything happen."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.quota.contract import TitleLevel
from services.workflow.cycle import store
from services.workflow.cycle.errors import (
    CycleNotOpen,
    DecidedByExamination,
    LevelNotInSeries,
    OutsideWindow,
    PassMarkNotPublished,
    ProvinceOnly,
    RunOver,
    SeriesNotArranged,
    SeriesUnknown,
    SpecialtyNotFiled,
    SpecialtyNotOfSeries,
    SpecialtyPast,
    YearClosed,
)
from services.workflow.cycle.model import Arrangement, Cycle, Specialty
from services.workflow.cycle.policy import SeriesEntry
from services.workflow.cycle.states import (
    USABLE,
    ArrangementState,
    CycleState,
    DecidedBy,
    SpecialtyState,
    Window,
)
from services.workflow.cycle.steps import Facts, is_provincial, provincial_officer
from services.workflow.policy import NoticePolicy


class Timed(Protocol):
    """What has windows: a cycle, or a batch of one."""

    windows: Any


def require_window(cycle: Cycle, name: Window, moment: Moment, *, batch: Timed | None = None) -> Basis:
    """The article by which `name` is possible today, in the windows of a batch where it has its own.

    Raises:
        CycleNotOpen: the cycle was not opened yet.
        YearClosed: the province has closed it.
        RunOver: the whole run is over (三（六）).
        OutsideWindow: today lies outside of the window.
    """
    run, window = window_of(cycle, Window.RUN), window_for(cycle, batch, name)
    require_open(cycle)
    if moment.today > run.closes:
        raise RunOver(year=cycle.year, closes=run.closes, basis=[run.basis])
    if not window.opens <= moment.today <= window.closes:
        raise OutsideWindow(
            window=window.title,
            name=name.value,
            opens=window.opens,
            closes=window.closes,
            today=moment.today,
            basis=[window.basis],
        )
    return window.basis


def require_open(cycle: Cycle) -> None:
    """Refuse a year whose review is not on.

    Raises:
        CycleNotOpen: the cycle was not opened yet.
        YearClosed: the province has closed it.
    """
    if cycle.state == CycleState.OPEN:
        return
    refusal = YearClosed if cycle.state == CycleState.CLOSED else CycleNotOpen
    raise refusal(year=cycle.year, basis=[window_of(cycle, Window.RUN).basis])


async def require_pass_mark(
    tx: AsyncSession, cycle: Cycle, series: str, level: TitleLevel, policy: NoticePolicy
) -> tuple[Basis, ...]:
    """The article by which a level of examination and review takes declarations; none of any other level (三（六）1).

    Raises:
        PassMarkNotPublished: the state's pass mark of the year is not on record.
    """
    entry = require_level(policy, series, level)
    if entry.levels[level].by is not DecidedBy.EXAMINATION_AND_REVIEW:
        return ()
    basis = policy.articles["pass_mark_first"]
    if await store.pass_mark(tx, cycle.id, series, level) is None:
        told = words(policy, entry, level)
        raise PassMarkNotPublished(year=cycle.year, field="level", basis=[basis], **told)
    return (basis,)


async def require_arranged(tx: AsyncSession, cycle: Cycle, series: str, policy: NoticePolicy) -> Basis:
    """The article that lets the series take declarations: its arrangement is published (三（四）).

    Raises:
        SeriesNotArranged: it is not.
    """
    basis = policy.articles["arrangement_public"]
    if not await store.is_arranged(tx, cycle.id, series):
        entry = require_series(policy, series)
        raise SeriesNotArranged(
            series=entry.name, code=series, year=cycle.year, field="series", basis=[basis]
        )
    return basis


def require_series(policy: NoticePolicy, series: str) -> SeriesEntry:
    """The series by its code.

    Raises:
        SeriesUnknown: the policy knows none by that code.
    """
    entry = policy.series.find(series)
    if entry is None:
        raise SeriesUnknown(series=series, field="series")
    return entry


def require_level(policy: NoticePolicy, series: str, level: TitleLevel) -> SeriesEntry:
    """The series, which has `level`.

    Raises:
        SeriesUnknown: no such series.
        LevelNotInSeries: the series has no such level.
    """
    entry = require_series(policy, series)
    if level not in entry.levels:
        raise LevelNotInSeries(field="level", **words(policy, entry, level))
    return entry


def require_reviewed(
    policy: NoticePolicy, series: str, level: TitleLevel, specialty: str | None = None
) -> SeriesEntry:
    """The series, of which `level` is obtained by review (alone or after an examination), in the specialty named so.

    Raises:
        SeriesUnknown: no such series.
        LevelNotInSeries: the series has no such level.
        DecidedByExamination: level or specialty is obtained by examination alone.
    """
    entry = require_level(policy, series, level)
    if entry.decided_in(specialty)[level] is DecidedBy.EXAMINATION:
        article = policy.articles["decided_by_examination"]
        field = "specialty_id" if specialty in entry.by_examination else "level"
        raise DecidedByExamination(field=field, basis=[article], **words(policy, entry, level))
    return entry


def words(policy: NoticePolicy, entry: SeriesEntry, level: TitleLevel) -> dict[str, Any]:
    """What refusals call a level of a series."""
    name = policy.series.level_names[level]
    return {"series": entry.name, "code": entry.code, "level": name, "level_code": level.value}


async def require_specialty(
    tx: AsyncSession, specialty_id: UUID, series: str, policy: NoticePolicy
) -> Specialty:
    """The specialty, which is of the series and filed (一（二）).

    Raises:
        SpecialtyNotFound: no such specialty.
        SpecialtyNotOfSeries: it belongs to another series.
        SpecialtyNotFiled, SpecialtyPast: it is not on file with the provincial HRSS yet, or not any more.
    """
    found = await store.specialty(tx, specialty_id)
    if found.series != series:
        raise SpecialtyNotOfSeries(name=found.name, field="specialty_id")
    state, basis = SpecialtyState(found.state), [policy.articles["specialty_filed"]]
    if state is SpecialtyState.PROPOSED:
        raise SpecialtyNotFiled(name=found.name, field="specialty_id", basis=basis)
    if state not in USABLE:
        raise SpecialtyPast(
            name=found.name, state=state.zh, state_code=state.value, field="specialty_id", basis=basis
        )
    return found


def require_provincial(actor: Actor, policy: NoticePolicy) -> Seat:
    """The caller's seat as title officer of the provincial HRSS.

    Raises:
        ProvinceOnly: the caller has none.
    """
    for seat in actor.seats:
        if seat.role == Role.TITLE_OFFICER and is_provincial(seat):
            return seat
    raise ProvinceOnly(basis=[policy.articles["cycle_managed"]])


def require_province_of(actor: Actor, cycle: Cycle, policy: NoticePolicy) -> Seat:
    """The caller's seat as title officer of the provincial HRSS whose cycle it is.

    Raises:
        ProvinceOnly: the caller has none.
    """
    seat = provincial_officer(actor, cycle_facts(cycle))
    if seat is None:
        raise ProvinceOnly(basis=[policy.articles["cycle_managed"]])
    return seat


def require_body(actor: Actor, organisation_id: UUID | None) -> Seat:
    """The caller's seat at an HRSS or a committee office: those who arrange, and propose criteria and committees.

    Raises:
        RoleMissing: the caller has none (at `organisation_id`, where one is named).
    """
    within = None if organisation_id is None else (organisation_id,)
    return actor.require(Role.TITLE_OFFICER, Role.COMMITTEE_OFFICE, within=within)


def cycle_facts(cycle: Cycle, moment: Moment | None = None) -> Facts:
    """What the steps of a cycle ask."""
    run = window_of(cycle, Window.RUN)
    return Facts(
        cycle.id,
        CycleState(cycle.state),
        cycle.version,
        tuple(cycle.lineage),
        moment.today if moment else run.opens,
        run.opens,
        run.closes,
    )


def specialty_facts(specialty: Specialty) -> Facts:
    """What the steps of a specialty ask."""
    return Facts(specialty.id, SpecialtyState(specialty.state), specialty.version, tuple(specialty.lineage))


def arrangement_facts(arrangement: Arrangement) -> Facts:
    """What the steps of an arrangement ask."""
    state = ArrangementState(arrangement.state)
    return Facts(arrangement.id, state, arrangement.version, tuple(arrangement.lineage))


@dataclass(frozen=True, slots=True)
class Period:
    """A window of a cycle: first and last day, and its article."""

    title: str
    opens: date
    closes: date
    basis: Basis


def window_of(timed: Timed, name: Window) -> Period:
    """The window by its name, as the cycle or batch has it."""
    told = next(window for window in timed.windows if window["name"] == name)
    return Period(
        told["title"],
        date.fromisoformat(told["opens"]),
        date.fromisoformat(told["closes"]),
        Basis(told["cite"], told["summary"]),
    )


def window_for(cycle: Cycle, batch: Timed | None, name: Window) -> Period:
    """The window that counts for what is in a batch: the batch's own, else the cycle's."""
    own = batch is not None and any(each["name"] == name for each in batch.windows)
    return window_of(batch if own and batch else cycle, name)
