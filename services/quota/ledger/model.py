"""What a unit's posts of a year and pool are counted by."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from services.quota.base import Base, one_of
from services.quota.contract import PostPool, TitleLevel


class Ledger(Base):
    """One row per unit, year and pool from the first approval on.

    Whoever takes a place, or changes how many there are, locks this row first. It is the one place where grants of a
    unit queue up, so that no two of them count the same vacancy. The general pool is counted by the approved form, and
    by a decision where there is one; the targeted pool by its plan.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        CheckConstraint(one_of("pool", PostPool), name="1_4_1_pool"),
        CheckConstraint(
            "(pool = 'GENERAL') = (form_id is not null) and (pool = 'TARGETED') = (targeted_plan_id is not null)"
            " and (pool = 'GENERAL' or decision_id is null)",
            name="1_4_1_counted_by_its_own",
        ),
    )

    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    pool: Mapped[str] = mapped_column(
        String(20), primary_key=True, default=PostPool.GENERAL, server_default=PostPool.GENERAL
    )
    form_id: Mapped[UUID | None] = mapped_column(ForeignKey("annual_form.id"), unique=True)
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("post_decision.id"))
    targeted_plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("targeted_plan.id"))


class CountedPerson(Base):
    """Somebody with an account who is in the figures of a form or plan (`counted_by`): in post, or waiting for one.

    What the HRSS approved is counted, and not what the unit's ledger says since: a post that is not in the figures is not
    deemed vacant, and who is in them already asks for no place of his own any more.
    """

    __tablename__ = "counted_person"
    __table_args__ = (CheckConstraint(one_of("level", TitleLevel), name="level"),)

    counted_by: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    in_post: Mapped[bool] = mapped_column(primary_key=True)
