"""A movement as it is asked for, and the facts it is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.staffing.standing import Place, Standing, Step
from services.quota.staffing.states import EXITS

TERMS = {
    "member": "人员",
    "pool": "岗位类别",
    "level": "级别",
    "posts": "核定岗位数",
    "title": "任职资格名称",
    "post_grade": "岗位等级",
    "document": "文号或证明材料",
    "reason": "原因",
    "since": "聘任时间",
    "by_examination": "是否以考代评",
    "takes_post": "是否占岗",
}
"""What a movement may tell, besides its cause and date."""

LONGEST = {"title": 60, "post_grade": 40, "document": 200, "reason": 300}
"""How many characters each text may have; the annual form has room for them."""


LEVELLED = tuple(
    each for each in Cause if each not in {*EXITS, Cause.REGRADED, Cause.RELEASED, Cause.REVERSAL}
)
"""Causes that name a level; the others are of the post that the person holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A movement as it is asked for; `named` are the fields of `TERMS` that it tells."""

    cause: Cause
    on_date: date
    pool: PostPool | None = None
    level: TitleLevel | None = None
    posts: int | None = None
    title: str | None = None
    post_grade: str | None = None
    document: str | None = None
    reason: str | None = None
    since: date | None = None
    by_examination: bool | None = None
    takes_post: bool | None = None
    has_member: bool = True

    @property
    def place(self) -> Place:
        """The level it names; without a pool it is the general one."""
        assert self.level is not None
        return self.pool or PostPool.GENERAL, self.level

    def told(self) -> set[str]:
        """Which fields it tells."""
        named = {name for name in TERMS if name != "member" and getattr(self, name) not in {None, ""}}
        return named | ({"member"} if self.has_member else set())

    def step(self, id: UUID) -> Step:
        """What it does to where its person stands, once its place is settled."""
        return Step(
            id=id,
            cause=self.cause,
            on_date=self.on_date,
            pool=self.pool or PostPool.GENERAL,
            level=self.level,
            title=self.title,
            post_grade=self.post_grade,
            since=self.since,
            by_examination=bool(self.by_examination),
            takes_post=self.takes_post,
        )


def settled(draft: Draft, standing: Standing) -> Draft:
    """The same with what the ledger knows already: the title that waited, or the post that is left or changed."""
    if draft.cause in LEVELLED:
        pool, level = draft.place
        waiting = standing.waits_at((pool, level))
        title = draft.title or (waiting.title if waiting else None)
        return replace(draft, pool=pool, title=title)
    held = standing.held
    if held is None:
        first = standing.waiting[0]
        return replace(draft, pool=first.place[0], title=first.title or first.place[1].zh)
    return replace(
        draft,
        pool=held.place[0],
        level=held.place[1],
        title=held.title or f"{held.place[1].zh}岗位",
        post_grade=draft.post_grade or held.post_grade,
    )


NOWHERE = Standing()
"""Where somebody stands of whom the ledger knows nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """The facts that a movement is judged by; `last_on` is the date of what it follows, `begun`: more than openings."""

    draft: Draft
    today: date
    pool_levels: Mapping[PostPool, frozenset[TitleLevel]]
    standing: Standing = NOWHERE
    last_on: date | None = None
    begun: bool = False
