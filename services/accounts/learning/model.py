"""Rows of attempts at the online test."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.accounts.learning.policy import Question
from services.accounts.learning.states import Paper, State
from services.kit.db import Keyed, Versioned


class Attempt(Keyed, Versioned, Base):
    """One paper of a person in a cycle; questions are those drawn, in their order."""

    __tablename__ = "test_attempt"
    __table_args__ = (
        CheckConstraint("(state = 'OPEN') = (score is null)", name="2_3_judged_has_a_score"),
        CheckConstraint("score between 0 and 100", name="score_is_per_cent"),
        Index(
            "uq_test_attempt_2_3_one_open",
            "person_id",
            "cycle",
            unique=True,
            postgresql_where=text("state = 'OPEN'"),
        ),
        Index("ix_test_attempt_person_id_cycle_state", "person_id", "cycle", "state"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    seed: Mapped[int] = mapped_column(BigInteger)
    question_ids: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    pass_mark: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(20))
    score: Mapped[int | None] = mapped_column(SmallInteger)
    answers: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    judged_at: Mapped[datetime | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))

    def as_paper(self, questions: list[Question], answers: dict[str, str]) -> Paper:
        """The attempt as its steps judge it."""
        return Paper(
            id=self.id,
            state=State(self.state),
            version=self.version,
            lineage=self.lineage,
            person_id=self.person_id,
            pass_mark=self.pass_mark,
            right={question.id: question.answer for question in questions},
            options={question.id: tuple(question.options) for question in questions},
            answers=answers,
        )
