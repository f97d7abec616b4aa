"""The chain of reviews in advance: who reviews in turn, which committee takes it, and by when each at the latest (三（一）)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.accounts.contract import OrganisationKind, PersonKind, Role
from services.quota.contract import PostPool, TitleLevel
from services.workflow.batch import store as batches
from services.workflow.batch.model import Batch
from services.workflow.committee import store as committees
from services.workflow.committee.errors import OrganisationUnknown
from services.workflow.committee.jurisdiction import first_covering
from services.workflow.committee.model import Committee
from services.workflow.committee.organisations import Organisation, Organisations
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.declaration import facts, store
from services.workflow.declaration.call import Call
from services.workflow.declaration.grounds import chain_under
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.schemas import chain_of
from services.workflow.declaration.states import IN_REVIEW, LIVE, WITH_APPLICANT, State
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation.model import Recommendation
from services.workflow.review_chain import endorsement, foreseen
from services.workflow.review_chain.chain import Link
from services.workflow.review_chain.model import ReviewEndorsement
from services.workflow.review_chain.schemas import AnsweringOut, ReviewChainOut, StationOut


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody would declare, from where; `unit_id` is missing where it is declared directly."""

    path: tuple[Link, ...]
    unit_id: UUID | None
    kind: PersonKind
    series: str
    specialty_id: UUID | None
    level: TitleLevel


@dataclass(frozen=True, slots=True)
class Around:
    """What the chains of declarations are told from beside their own rows, each by id."""

    cycles: Mapping[UUID, Cycle]
    batches: Mapping[UUID | None, Batch]
    committees: Mapping[UUID, Committee]
    offices: Mapping[UUID, Organisation]
    answered: Mapping[UUID, Sequence[ReviewEndorsement]]


async def of_declaration(call: Call, row: Declaration) -> ReviewChainOut:
    """The chain of a declaration.

    Raises:
        OrganisationUnknown: accounts does not know the office of its committee.
    """
    told = await of_declarations(call, [row])
    if row.id not in told:
        raise OrganisationUnknown(id=row.office_id)
    return told[row.id]


async def of_declarations(call: Call, rows: Sequence[Declaration]) -> dict[UUID, ReviewChainOut]:
    """The chains of declarations: what is behind each with names and days, and what is before it.

    One whose office accounts does not know is left out.
    """
    if not rows:
        return {}
    around = Around(
        cycles=await cycle_store.by_id(call.tx, {row.cycle_id for row in rows}),
        batches=await batches.by_id(call.tx, {row.batch_id for row in rows}),
        committees=await committees.by_id(call.tx, {row.committee_id for row in rows}),
        offices=await Organisations(call.accounts).known(row.office_id for row in rows),
        answered=await endorsement.of(call.tx, [row.id for row in rows]),
    )
    return {row.id: _of_one(call, row, around) for row in rows if row.office_id in around.offices}


def _of_one(call: Call, row: Declaration, around: Around) -> ReviewChainOut:
    committee = around.committees[row.committee_id]
    found = [each for each in around.answered[row.id] if each.round == row.round]
    dues = _dues(call, row, around.cycles[row.cycle_id], around.batches.get(row.batch_id))
    links = chain_of(row)
    names = [*(link.name for link in links[:-1]), around.offices[row.office_id].name]
    stations = [
        StationOut(
            **link.model_dump(exclude={"name", "due_on"}),
            name=name or "",
            due_on=dues[place],
            **_passed(row, found, place, link.state),
        )
        for place, (link, name) in enumerate(zip(links, names, strict=True))
    ]
    return ReviewChainOut(committee_id=committee.id, committee_name=committee.name, stations=stations)


def _dues(call: Call, row: Declaration, cycle: Cycle, batch: Batch | None) -> list[date | None]:
    """Of who has it, the day that was set; of those after, the days that follow; of the others none."""
    policy, today = call.policy(row), call.moment.today
    windows = policy.declaration.windows
    review, reviewers = facts.period(cycle, windows.review, batch), len(row.chain)
    days = policy.review_chain.days
    if row.state in WITH_APPLICANT:
        first = row.state == State.DRAFT
        window = facts.period(cycle, windows.first_submission if first else windows.resubmission, batch)
        begins = foreseen.submitted_on(today, window)
        return (
            [None] * (reviewers + 1) if begins is None else foreseen.latest(days, begins, reviewers, review)
        )
    if row.state not in IN_REVIEW or row.due_on is None:
        return [None] * (reviewers + 1)
    left = reviewers - row.position - 1
    after = foreseen.latest(days, max(row.due_on, today), left, review) if left >= 0 else []
    return [*[None] * row.position, row.due_on, *after]


def _passed(
    row: Declaration, found: Sequence[ReviewEndorsement], place: int, state: str
) -> dict[str, object]:
    """When it came to a body and went, and who answered there, in this round."""
    here = [each for each in found if each.position == place]
    passed = [each.endorsed_at for each in found if each.position == place - 1 and each.action == "PASS"]
    came = row.submitted_at if place == 0 else (passed[-1] if passed else None)
    if state == "WAITING":
        return {"answered_by": [AnsweringOut.model_validate(each) for each in here]}
    went = [each.endorsed_at for each in here if each.action != "ENDORSE"] if state == "DONE" else []
    return {
        "came_at": row.moved_at if state == "CURRENT" else came,
        "went_at": went[-1] if went else None,
        "answered_by": [AnsweringOut.model_validate(each) for each in here],
    }


async def of_recommendation(call: Call, row: Recommendation, cycle: Cycle) -> ReviewChainOut:
    """The chain of what was recommended: of the declaration where there is one that the caller reads, else as it would be."""
    declared = select(Declaration).where(
        Declaration.recommendation_id == row.id,
        Declaration.state.in_(sorted(LIVE)),
        store.visible(call.actor),
    )
    declaration = await call.tx.scalar(declared.limit(1))
    if declaration is not None:
        return await of_declaration(call, declaration)
    path = tuple(Link.model_validate(each) for each in row.path)
    kind, level = PersonKind(row.person_kind), TitleLevel(row.level)
    wish = Wish(path, row.unit_id, kind, row.series, row.specialty_id, level)
    return await foreseen_for(call, wish, cycle)


async def before_starting(call: Call, unit_id: UUID, wish: Wish, cycle: Cycle) -> ReviewChainOut:
    """The chain as it would be, for somebody of a unit, or of a county where such people declare directly.

    Raises:
        SeriesUnknown, LevelNotInSeries, OrganisationUnknown: there is nothing of the kind.
    """
    policy = call.policies[cycle.policy]
    cycles.require_level(policy, wish.series, wish.level)
    unit = (await Organisations(call.accounts).find([unit_id]))[unit_id]
    path = tuple(Link.model_validate(each.model_dump(mode="json")) for each in unit.lineage)
    direct = policy.declaration.direct.article(wish.kind) is not None
    unit_of = next(
        (each.id for each in reversed(path) if each.kind != OrganisationKind.INTERNAL_DEPARTMENT), None
    )
    return await foreseen_for(call, replace(wish, path=path, unit_id=None if direct else unit_of), cycle)


async def foreseen_for(call: Call, wish: Wish, cycle: Cycle) -> ReviewChainOut:
    """The chain as it would be if it were submitted as soon as it can be."""
    policy = call.policies[cycle.policy]
    chain = chain_under(policy, wish.path, wish.kind, direct=wish.unit_id is None)
    committee = await _committee(call, wish, cycle)
    windows = policy.declaration.windows
    lacking, batch = await _batch_of(call, wish, cycle, policy)
    window = facts.period(cycle, windows.first_submission, batch)
    begins = None if lacking else foreseen.submitted_on(call.moment.today, window)
    review = facts.period(cycle, windows.review, batch)
    dues: list[date | None] = [None] * (len(chain) + 1)
    if begins is not None:
        dues = foreseen.latest(policy.review_chain.days, begins, len(chain), review)
    stations = [
        StationOut(
            organisation_id=link.id,
            name=link.name,
            kind=link.kind,
            level=link.level,
            role=Role.REVIEWER,
            state="WAITING",
            due_on=due,
        )
        for link, due in zip(chain, dues, strict=False)
    ]
    if committee is None:
        return ReviewChainOut(committee_id=None, committee_name=None, stations=stations)
    office = StationOut(
        organisation_id=committee.office_id,
        name=await _office_name(call, committee.office_id),
        kind=None,
        level=None,
        role=Role.COMMITTEE_OFFICE,
        state="WAITING",
        due_on=dues[-1],
    )
    return ReviewChainOut(
        committee_id=committee.id, committee_name=committee.name, stations=[*stations, office]
    )


async def _batch_of(call: Call, wish: Wish, cycle: Cycle, policy: NoticePolicy) -> tuple[bool, Batch | None]:
    """The batch that it would be in; and whether it needs one that is not published yet."""
    route = policy.routes.default(PostPool.GENERAL, None, wish.kind) if wish.unit_id is None else None
    if route is None or policy.batch.of(route.code) is None:
        return False, None
    batch = await batches.nearest(call.tx, cycle.id, route.code, [link.id for link in wish.path])
    return batch is None, batch


async def _committee(call: Call, wish: Wish, cycle: Cycle) -> Committee | None:
    """The committee that the unit's declarations go to already, else the one that is competent."""
    if wish.unit_id is not None:
        chosen = store.chosen(cycle.id, wish.unit_id, wish.series, wish.level)
        fixed = first_covering(list(await call.tx.scalars(chosen)), wish.specialty_id)
        if fixed is not None:
            return fixed
    lineage = [link.id for link in wish.path]
    return await committees.competent(call.tx, cycle.id, wish.series, wish.specialty_id, wish.level, lineage)


async def _office_name(call: Call, office_id: UUID) -> str:
    return (await Organisations(call.accounts).find([office_id]))[office_id].name
