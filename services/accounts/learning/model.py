"""Rows of attempts at the online test."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.accounts.learning.states import Chosen, Paper, State
from services.accounts.question_bank.question import Question
from services.accounts.question_bank.states import Kind
from services.kit.db import Keyed, Versioned


class Attempt(Keyed, Versioned, Base):
    """One paper of a person in a cycle; questions are those drawn from a version of the bank, in their order.

    `answers` holds what was saved, and once it is judged what was judged. Papers of before there were versions have no
    `bank_id`, and no time that could be up.
    """

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
        Index("ix_test_attempt_open", "expires_at", postgresql_where=text("state = 'OPEN'")),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    bank_id: Mapped[UUID | None] = mapped_column(ForeignKey("question_bank.id"))
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    seed: Mapped[int] = mapped_column(BigInteger)
    question_ids: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    pass_mark: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(20))
    score: Mapped[int | None] = mapped_column(SmallInteger)
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    judged_at: Mapped[datetime | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))

    @property
    def saved(self) -> Chosen:
        """What was answered so far; papers of before hold one option as plain text."""
        told = (self.answers or {}).items()
        return {key: [given] if isinstance(given, str) else given for key, given in told}

    def time_is_up(self, instant: datetime) -> bool:
        """Whether nothing can be answered any more; at once for a paper of before there was a time."""
        return self.state == State.OPEN and (self.expires_at is None or instant >= self.expires_at)

    @property
    def timed_out(self) -> bool:
        """Whether it was judged because its time was up, not because it was handed in."""
        return None not in (self.judged_at, self.expires_at) and self.judged_at == self.expires_at

    def as_paper(self, questions: list[Question], answers: Chosen) -> Paper:
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
            single={question.id for question in questions if question.kind is not Kind.MULTIPLE},
            answers=answers,
        )
