"""Shapes of registrations of interest and ranked lists."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from services.kit.http import BasisOut
from services.quota.contract import PostPool, TitleLevel
from services.workflow.registration.model import RankedList, RankedPerson, Registration
from services.workflow.registration.states import RegistrationState
from services.workflow.shapes import Code, In, Out, Stated, without_nul

MOST_RANKED = 1000
"""How many one list ranks."""

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(without_nul),
]


class RegistrationIn(In):
    """For which posts of the plan the caller wishes to be recommended; the route follows where none is named.

    The pool TARGETED is chosen instead of the province-wide review (双定向, 一（四）1).
    """

    plan_id: UUID
    series: Code
    specialty_id: UUID | None = None
    level: TitleLevel
    pool: PostPool = PostPool.GENERAL
    route: Code | None = None


class RegistrationOut(Stated):
    """A registration of interest."""

    id: UUID
    plan_id: UUID
    cycle_id: UUID
    person_id: UUID
    person_name: str
    series: str
    specialty_id: UUID | None
    level: TitleLevel
    pool: PostPool
    route: str
    state: RegistrationState
    created_at: datetime
    version: int


class RankIn(In):
    """Where the unit puts one who has registered, and why: by a score (more is better) or by a place.

    `change_reason`: why the person moves up compared with the list before.
    """

    registration_id: UUID
    score: float | None = Field(None, ge=0, le=1000, allow_inf_nan=False)
    place: int | None = Field(None, ge=1, le=MOST_RANKED)
    reason: Reason
    change_reason: Reason | None = None


class RankedListIn(In):
    """Everybody who has registered for the posts of a level and pool, measured alike; the same measure makes equals."""

    plan_id: UUID
    level: TitleLevel
    pool: PostPool = PostPool.GENERAL
    ranked: Annotated[list[RankIn], Field(min_length=1, max_length=MOST_RANKED)]

    @model_validator(mode="after")
    def _measured_alike(self) -> Self:
        measures = Counter((each.score is not None, each.place is not None) for each in self.ranked)
        if len(measures) > 1 or not set(measures) <= {(True, False), (False, True)}:
            raise ValueError("give everybody a score, or everybody a place")
        if len({each.registration_id for each in self.ranked}) < len(self.ranked):
            raise ValueError("name each registration once")
        return self


class RankedPersonOut(Out):
    """One on the list: the place, what the unit gave, why, and by which article before an equal."""

    registration_id: UUID
    person_id: UUID
    person_name: str
    series: str
    specialty_id: UUID | None
    place: int
    score: float | None
    given: int | None
    posted: bool
    reason: str
    change_reason: str | None
    basis: list[BasisOut]

    @classmethod
    def of(cls, one: RankedPerson, registration: Registration) -> Self:
        """One of the list, with the name and the wish that were registered."""
        about = {"person_id", "person_name", "series", "specialty_id"}
        told = {name: getattr(registration if name in about else one, name) for name in cls.model_fields}
        return cls.model_validate(told)


class RankedListOut(Out):
    """A ranked list; of several of a level and pool the one with the highest `no` is in force."""

    id: UUID
    plan_id: UUID
    level: TitleLevel
    pool: PostPool
    no: int
    created_at: datetime
    ranked: list[RankedPersonOut]

    @classmethod
    def of(cls, row: RankedList, ranked: list[RankedPersonOut]) -> Self:
        """The list with its people."""
        named = {name: getattr(row, name) for name in cls.model_fields if name != "ranked"}
        return cls.model_validate(named | {"ranked": ranked})
