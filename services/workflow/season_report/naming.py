"""Figures become a report: everything counted is called by its name, in the order of the year and of the notice."""

from collections.abc import Iterable, Mapping, Sequence

from services.kit.clock import Moment
from services.kit.words import Word
from services.quota.contract import TitleLevel
from services.workflow.cycle.model import Cycle
from services.workflow.declaration.states import State
from services.workflow.policy import NoticePolicy
from services.workflow.publicity.states import ObjectionState, PublicityKind
from services.workflow.season_report import disclosure
from services.workflow.season_report.figures import Count, Figures, Reason, Tally
from services.workflow.season_report.schemas import (
    CountOut,
    PublicCountOut,
    PublicFiguresOut,
    ReasonOut,
    SeasonReportOut,
    StayOut,
    TallyOut,
)
from services.workflow.season_report.states import By
from services.workflow.spot_check.states import ItemState
from services.workflow.supervision.states import FindingKind, FindingState

OWN_UNITS, ALL = "省直", "合计"
SPOT_CHECK = "抽查"
SECTION, MATERIAL, OTHER = "填报内容", "佐证材料", "其他"


def report(found: Figures, cycle: Cycle, policy: NoticePolicy) -> SeasonReportOut:
    """The report."""
    levels, series, states = _names(policy)
    return SeasonReportOut(
        cycle_id=cycle.id,
        year=cycle.year,
        title=f"{cycle.year}年度职称评审情况报告",
        as_of=found.as_of,
        total=_counted(found.total, ALL),
        levels=_in_order(found.counts[By.LEVEL], levels, list(TitleLevel)),
        series=_by_number(found.counts[By.SERIES], series),
        prefectures=_by_number(found.counts[By.PREFECTURE], {}),
        states=_in_order(found.counts[By.STATE], states, list(State)),
        stays=[
            StayOut(
                state=each.state,
                name=states[each.state],
                declarations=each.declarations,
                median_days=each.median_days,
                p90_days=each.p90_days,
            )
            for each in sorted(found.stays, key=lambda stay: list(State).index(State(stay.state)))
        ],
        reasons=[_reason(each, policy) for each in found.reasons],
        objections=_tallied(found.objections, PublicityKind, ObjectionState),
        findings=_tallied(found.findings, FindingKind, FindingState),
        spot_checks=[_tally(each, SPOT_CHECK, ItemState(each.state).zh) for each in found.spot_checks],
    )


def public_figures(
    total: Count, counts: Mapping[By, Sequence[Count]], cycle: Cycle, policy: NoticePolicy, moment: Moment
) -> PublicFiguresOut:
    """What anybody may read of them."""
    levels, series, states = _names(policy)
    least = policy.supervision.season.number_told_from
    return PublicFiguresOut(
        cycle_id=cycle.id,
        year=cycle.year,
        as_of=moment.instant,
        told_from=least,
        total=disclosure.told([total.declared], least)[0],
        levels=_disclosed(_in_order(counts[By.LEVEL], levels, list(TitleLevel)), least),
        series=_disclosed(_by_number(counts[By.SERIES], series), least),
        prefectures=_disclosed(_by_number(counts[By.PREFECTURE], {}), least),
        states=_disclosed(_in_order(counts[By.STATE], states, list(State)), least),
    )


def _disclosed(counts: Sequence[CountOut], least: int) -> list[PublicCountOut]:
    numbers = disclosure.told([each.declared for each in counts], least)
    return [
        PublicCountOut(code=each.code, name=each.name, number=number)
        for each, number in zip(counts, numbers, strict=True)
    ]


def _names(policy: NoticePolicy) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """What levels, series and states are called."""
    levels = {str(level): name for level, name in policy.series.level_names.items()}
    series = {entry.code: entry.name for entry in policy.series.series}
    return levels, series, {str(state): state.zh for state in State}


def _counted(count: Count, name: str) -> CountOut:
    return CountOut(
        code=count.key,
        name=name,
        declared=count.declared,
        submitted=count.submitted,
        certified=count.certified,
        pass_rate=count.pass_rate,
        **{outcome.lower(): number for outcome, number in count.outcomes.items()},
    )


def _in_order(counts: Iterable[Count], names: dict[str, str], order: Sequence[str]) -> list[CountOut]:
    """In the order of the vocabulary."""
    by_key = {each.key: each for each in counts}
    return [_counted(by_key[key], names.get(key, key)) for key in map(str, order) if key in by_key]


def _by_number(counts: Iterable[Count], names: dict[str, str]) -> list[CountOut]:
    """The most declarations first."""
    ordered = sorted(counts, key=lambda each: (-each.declared, each.key or ""))
    return [
        _counted(each, OWN_UNITS if each.key is None else names.get(each.key, each.key)) for each in ordered
    ]


def _reason(reason: Reason, policy: NoticePolicy) -> ReasonOut:
    sections = {each.code: each.name for each in policy.declaration.sections}
    materials = {each.code: each.name for each in policy.material.items}
    kind = SECTION if reason.item in sections else MATERIAL if reason.item in materials else OTHER
    return ReasonOut(
        item=reason.item,
        name=(sections | materials).get(reason.item, reason.item),
        kind=kind,
        returns=reason.returns,
        declarations=reason.declarations,
        commonest_reason=reason.commonest,
    )


def _tallied(tallies: Iterable[Tally], kinds: type[Word], states: type[Word]) -> list[TallyOut]:
    return [_tally(each, kinds(each.kind).zh, states(each.state).zh) for each in tallies]


def _tally(tally: Tally, kind: str, state: str) -> TallyOut:
    return TallyOut(kind=tally.kind, kind_name=kind, state=tally.state, state_name=state, number=tally.number)
