"""Rows of versions of the questions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, SmallInteger, String, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.accounts.question_bank.question import Question
from services.accounts.question_bank.states import Bank, State
from services.kit.db import Keyed, Versioned


class QuestionBank(Keyed, Versioned, Base):
    """A version of a cycle's questions, with their answers; its questions never change, so that papers stay judged."""

    __tablename__ = "question_bank"
    __table_args__ = (
        UniqueConstraint("province", "cycle", "number", name="uq_question_bank_number"),
        Index(
            "uq_question_bank_2_3_one_in_use",
            "province",
            "cycle",
            unique=True,
            postgresql_where=text("state = 'PUBLISHED'"),
        ),
    )

    cycle: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(20))
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20))
    published_at: Mapped[datetime | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))

    def every(self) -> list[Question]:
        """The questions with their answers."""
        return [Question.model_validate(each) for each in self.questions]

    def as_bank(self, *, at_least: int, by_topic: dict[str, int], replaced: bool = False) -> Bank:
        """The version as its steps judge it."""
        return Bank(
            id=self.id,
            state=State(self.state),
            version=self.version,
            lineage=self.lineage,
            questions=self.every(),
            at_least=at_least,
            by_topic=by_topic,
            replaced=replaced,
        )
