"""Rows of recommendation plans and recommendations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.kit.ids import new_id
from services.quota.contract import PostPool
from services.workflow.base import Base
from services.workflow.route.states import NORMAL


class RecommendationPlan(Keyed, Versioned, Base):
    """What a unit tells its staff before it recommends anybody (三（六）2)."""

    __tablename__ = "recommendation_plan"
    __table_args__ = (
        UniqueConstraint("unit_id", "cycle_id"),
        Index("ix_recommendation_plan_lineage", "lineage", postgresql_using="gin"),
    )

    unit_id: Mapped[UUID]
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    policy_text: Mapped[str] = mapped_column(Text)
    conditions: Mapped[str] = mapped_column(Text)
    procedure: Mapped[str] = mapped_column(Text)
    posts: Mapped[list[dict[str, Any]]]
    state: Mapped[str] = mapped_column(String(24))
    published_at: Mapped[datetime | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class Recommendation(Keyed, Versioned, Base):
    """A unit's recommendation of one person; it carries the facts of the person as accounts told them.

    The id follows from person, cycle, wish and attempt; `place` is the time-ordered key that lists go by.
    `route` is a code of the year's routes. `pool` is the stock of posts it is from; `ground` is why it takes none, where
    the unit says so, and `assessment` the document of the unit's assessment where the route rests on one; `nominators` are
    the experts where it rests on those: [{name, title, unit}].
    `aid` is the posting of an aid-Qinghai talent: who sends, on whose authority, how long (二（四）1).
    `rank` is the place on the unit's list by which it was the person's turn; neither where no post is taken.
    `path` is the line of organisations from the root to the person's department or unit: [{id, name, kind, level}];
    `lineage` are its ids. `answering` are the accounts of who took a step with it, and those on whose behalf (三（一）).
    """

    __tablename__ = "recommendation"
    __table_args__ = (
        Index(
            "uq_recommendation_live",
            "person_id",
            "cycle_id",
            unique=True,
            postgresql_where=text("state <> 'WITHDRAWN'"),
        ),
        CheckConstraint("pool in ('GENERAL', 'TARGETED')", name="1_4_1_pool"),
        CheckConstraint(
            "ground in ('FRONT_LINE_SKILLED', 'IMPORTED_TALENT', 'URGENTLY_NEEDED', 'POSTDOC')", name="ground"
        ),
        CheckConstraint("ground is null or assessment is not null", name="1_7_2_assessed"),
        CheckConstraint("ground is null or route <> 'NORMAL'", name="1_5_4_1_route"),
        Index("ix_recommendation_lineage", "lineage", postgresql_using="gin"),
        Index("ix_recommendation_person", "person_id", "cycle_id"),
        Index("ix_recommendation_plan", "plan_id", "place"),
    )

    place: Mapped[UUID] = mapped_column(default=new_id, unique=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation_plan.id"))
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    unit_id: Mapped[UUID]
    person_id: Mapped[UUID]
    account_id: Mapped[UUID]
    person_name: Mapped[str] = mapped_column(String(120))
    person_kind: Mapped[str] = mapped_column(String(24))
    unit_nature: Mapped[str | None] = mapped_column(String(40))
    series: Mapped[str] = mapped_column(String(40))
    specialty_id: Mapped[UUID | None] = mapped_column(ForeignKey("specialty.id"))
    level: Mapped[str] = mapped_column(String(24))
    ranked_list_id: Mapped[UUID | None] = mapped_column(ForeignKey("ranked_list.id"))
    rank: Mapped[int | None]
    pool: Mapped[str] = mapped_column(String(20), default=PostPool.GENERAL, server_default=PostPool.GENERAL)
    ground: Mapped[str | None] = mapped_column(String(40))
    route: Mapped[str] = mapped_column(String(40), default=NORMAL, server_default=NORMAL)
    assessment: Mapped[str | None] = mapped_column(String(200))
    aid: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    nominators: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    state: Mapped[str] = mapped_column(String(24))
    reservation_id: Mapped[UUID]
    publicity_id: Mapped[UUID | None] = mapped_column(ForeignKey("publicity.id"))
    answering: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid), default=list, server_default=text("'{}'::uuid[]")
    )
    path: Mapped[list[dict[str, Any]]]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class RecommendationVerdict(Keyed, Base):
    """What was found of one material of a person, as a step of the unit rested on it (append-only, 三（二）).

    A verdict stays as it was first taken: `judged_for` is the act before which it was asked. A record that changes
    afterwards has another version, and a verdict of its own. `confirmer_id` is the organisation that answers for it.
    """

    __tablename__ = "recommendation_verdict"
    __table_args__ = (
        UniqueConstraint(
            "recommendation_id",
            "record_id",
            "record_version",
            name="uq_recommendation_verdict_record_version",
        ),
        CheckConstraint("verdict in ('CONFIRMED', 'REFUSED')", name="3_2_1_decided"),
        CheckConstraint("verdict <> 'REFUSED' or reason is not null", name="3_1_refused_with_reason"),
    )

    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation.id"))
    record_id: Mapped[UUID]
    record_version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    verdict: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(1000))
    sha256: Mapped[str | None] = mapped_column(String(64))
    confirmer_id: Mapped[UUID]
    decided_at: Mapped[datetime | None]
    judged_for: Mapped[str] = mapped_column(String(24))


class GivenUp(Base):
    """An id under which no recommendation will ever come to be: quota was told so, and gives its place back (append-only)."""

    __tablename__ = "recommendation_given_up"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
