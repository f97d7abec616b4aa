"""Beginning a ledger with many rows at once: who is in post, who waits for one, how many posts there are. All or nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit
from services.kit.clock import Moment
from services.kit.errors import Basis, Finding
from services.kit.ids import new_id
from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.policy import YearPolicy
from services.quota.staffing import people, store
from services.quota.staffing.draft import Draft
from services.quota.staffing.errors import NameAmbiguous, RowsRefused
from services.quota.staffing.model import StaffingMovement, StaffMember, staff_member
from services.quota.staffing.people import Named
from services.quota.staffing.rules import findings_of
from services.quota.staffing.service import Keeper, case_of, moved, planned
from services.quota.staffing.standing import Place, standing_after
from services.quota.staffing.store import Recorded, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPost:
    """The post that somebody holds; `employed_on` is when the employment on this level began (聘任时间)."""

    level: TitleLevel
    pool: PostPool = PostPool.GENERAL
    title: str | None = None
    post_grade: str | None = None
    employed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningQualification:
    """A title on which somebody is not employed; of one by examination, whether it takes a post, and why."""

    level: TitleLevel
    pool: PostPool = PostPool.GENERAL
    title: str | None = None
    by_examination: bool = False
    takes_post: bool | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One person of the roster: a post, a qualification that waits for one, or both."""

    name: str
    person_id: UUID | None = None
    post: OpeningPost | None = None
    qualified: OpeningQualification | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The approved posts of a level."""

    level: TitleLevel
    posts: int
    document: str
    pool: PostPool = PostPool.GENERAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is recorded at once, as of the evening of a day."""

    on: date
    openings: Sequence[Opening] = ()
    plans: Sequence[Plan] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """How much was recorded."""

    people: int
    movements: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger holds of those whom a batch names; the statements that read it do not grow with the batch."""

    people: Sequence[StaffMember]
    recorded: Mapping[UUID, Recorded]
    plans: Mapping[Place, StaffingMovement]


async def record_many(
    tx: AsyncSession, batch: Batch, keeper: Keeper, policy: YearPolicy, moment: Moment
) -> Done:
    """Record a whole batch, or nothing of it.

    Raises:
        RowsRefused: `findings` name every fault, with fields like `openings.3.post.level` and `plans.0.posts`.
    """
    await store.lock(tx, keeper.unit_id, keeper.lineage, keeper.province)
    known = await _known(tx, batch, keeper.unit_id)
    judged = _Judged(keeper, policy, moment, known)
    judged.judge(batch)
    if judged.findings:
        raise RowsRefused(
            count=len(judged.findings), findings=judged.findings, field=judged.findings[0].field,
            basis=policy.basis("staffing_ledger"),
        )  # fmt: skip
    if judged.people:
        await tx.execute(insert(staff_member), judged.people)
    await store.add(tx, judged.written)
    await _audit(tx, len(judged.written), keeper, moment, policy.basis("staffing_ledger"))
    return Done(len(batch.openings), len(judged.written))


async def findings_of_batch(
    tx: AsyncSession, batch: Batch, keeper: Keeper, policy: YearPolicy, moment: Moment
) -> list[Finding]:
    """What would be wrong with it now; nothing is locked or written."""
    judged = _Judged(keeper, policy, moment, await _known(tx, batch, keeper.unit_id))
    judged.judge(batch)
    return judged.findings


async def _known(tx: AsyncSession, batch: Batch, unit_id: UUID) -> Known:
    accounts = [each.person_id for each in batch.openings if each.person_id]
    names = [each.name for each in batch.openings]
    found = await store.members_like(tx, unit_id, accounts, names)
    recorded = await store.steps_of(tx, [each.id for each in found])
    return Known(found, recorded, await store.plans_of(tx, unit_id))


async def _audit(
    tx: AsyncSession, movements: int, keeper: Keeper, moment: Moment, basis: list[Basis]
) -> None:
    await audit.record(
        tx,
        actor=keeper.actor,
        action="staffing_book.OPEN",
        subject=f"staffing_book/{keeper.unit_id}",
        moment=moment,
        organisation_id=keeper.unit_id,
        basis=basis,
        detail={"movements": movements},
        role=keeper.role,
    )


class _Judged:
    """A batch row by row: what is wrong with it, and what would be written."""

    def __init__(self, keeper: Keeper, policy: YearPolicy, moment: Moment, known: Known) -> None:
        self._keeper, self._policy, self._moment, self._known = keeper, policy, moment, known
        self.findings: list[Finding] = []
        self.people: list[dict[str, object]] = []
        self.written: list[Written] = []

    def judge(self, batch: Batch) -> None:
        """Look at every row."""
        twice = repeated(batch)
        for place, row in enumerate(batch.openings):
            field = f"openings.{place}"
            if row.person_id in twice or row.name in twice:
                self._found("ROW_TWICE", f"“{row.name}”在名册中重复", f"{row.name} is there twice.", field)
            else:
                self._opening(row, field, batch.on)
        for place, plan in enumerate(batch.plans):
            field = f"plans.{place}"
            if (plan.pool, plan.level) in twice:
                told = f"{plan.pool.zh}{plan.level.zh}重复"
                self._found("ROW_TWICE", told, f"{plan.level} ({plan.pool}) is there twice.", field)
            else:
                self._plan(plan, field, batch.on)

    def _opening(self, row: Opening, field: str, on: date) -> None:
        if not 0 < len(row.name.strip()) <= people.LONGEST_NAME:
            told = f"姓名应为 1 至 {people.LONGEST_NAME} 个字"
            self._found(
                "NAME_UNFIT", told, f"A name has 1 to {people.LONGEST_NAME} characters.", f"{field}.name"
            )
            return
        try:
            member = people.known(Named(row.name, row.person_id), self._known.people)
        except NameAmbiguous as refused:
            self._found(refused.code, refused.zh.format(name=row.name), str(refused), f"{field}.name")
            return
        drafts = list(drafts_of(row, on))
        if not drafts:
            self._found("ROW_EMPTY", "既无在岗岗位，也无未聘资格", "Neither post nor qualification.", field)
            return
        recorded = self._known.recorded[member.id] if member else Recorded()
        member_id = member.id if member else self._take_up(row)
        for part, draft in drafts:
            recorded = self._movement(draft, member_id, recorded, field, part)

    def _take_up(self, row: Opening) -> UUID:
        """Somebody whom the ledger does not know yet."""
        member_id = new_id()
        own = {"id": member_id, "province": self._keeper.province, "unit_id": self._keeper.unit_id}
        self.people.append({**own, "name": row.name, "person_id": row.person_id})
        return member_id

    def _movement(self, draft: Draft, member_id: UUID, recorded: Recorded, row: str, part: str) -> Recorded:
        case = case_of(draft, recorded, self._policy, self._moment)
        found = findings_of(case, self._policy.articles)
        self.findings += [_within(row, part, each) for each in found]
        if found:
            return recorded
        written = moved(draft, standing_after(recorded.steps), member_id, self._keeper, self._moment)
        self.written.append(written)
        step = draft.step(written.movement["id"])
        return Recorded((*recorded.steps, step))

    def _plan(self, plan: Plan, field: str, on: date) -> None:
        draft = Draft(
            cause=Cause.PLAN_SET, on_date=on, pool=plan.pool, level=plan.level, posts=plan.posts,
            document=plan.document, has_member=False,
        )  # fmt: skip
        before = self._known.plans.get(draft.place)
        case = replace(
            case_of(draft, Recorded(), self._policy, self._moment), last_on=before.on_date if before else None
        )
        found = findings_of(case, self._policy.articles)
        self.findings += [replace(each, field=f"{field}.{each.field}") for each in found]
        if not found:
            so_far = (before.posts or 0) if before else 0
            self.written.append(planned(draft, so_far, self._keeper, self._moment))

    def _found(self, code: str, zh: str, en: str, field: str) -> None:
        self.findings.append(Finding(code, zh, en, field, tuple(self._policy.basis("staffing_ledger"))))


FIELDS = {"since": "employed_on"}
"""What a row calls a field of a movement, where it differs."""
OF_ROW = ("member", "cause")
"""What is wrong with the row as a whole: whom it is of."""


def _within(row: str, part: str, finding: Finding) -> Finding:
    """A finding on a movement as one on a row."""
    told = str(finding.field)
    return replace(
        finding, field=f"{row}.name" if told in OF_ROW else f"{row}.{part}.{FIELDS.get(told, told)}"
    )


def repeated(batch: Batch) -> set[object]:
    """Accounts, levels, and names without account to tell them apart, that are there more than once."""
    accounts = Counter(each.person_id for each in batch.openings if each.person_id)
    levels = Counter((each.pool, each.level) for each in batch.plans)
    names = Counter(each.name for each in batch.openings)
    nameless = {each.name for each in batch.openings if each.person_id is None}
    several = {name for name, count in names.items() if count > 1 and name in nameless}
    return several | {key for counted in (accounts, levels) for key, count in counted.items() if count > 1}


def drafts_of(row: Opening, on: date) -> Iterator[tuple[str, Draft]]:
    """The movements that a row of a roster makes, each with the part of the row it is of."""
    if row.post is not None:
        post = row.post
        yield "post", Draft(
            cause=Cause.OPENING_POST, on_date=on, pool=post.pool, level=post.level, title=post.title,
            post_grade=post.post_grade, since=post.employed_on, document=row.document,
        )  # fmt: skip
    if row.qualified is not None:
        told = row.qualified
        waits = Draft(
            cause=Cause.OPENING_QUALIFIED, on_date=on, pool=told.pool, level=told.level, title=told.title,
            by_examination=told.by_examination or None, document=row.document,
        )  # fmt: skip
        yield "qualified", waits
        if told.takes_post is not None:
            yield "qualified", Draft(
                cause=Cause.POST_DECISION, on_date=on, pool=told.pool, level=told.level,
                takes_post=told.takes_post, reason=told.reason, document=row.document,
            )  # fmt: skip
