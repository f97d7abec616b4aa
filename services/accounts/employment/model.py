"""Rows of employments with their periods, and of changes of employer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.accounts.employment.states import ChangeCase, State
from services.kit.db import Keyed, Versioned

LIVE_SQL = "state in ('ASKED', 'CONSENTED', 'OBJECTED')"


class Employment(Keyed, Base):
    """A period in which someone belonged to an employer in one way; a new kind or department begins a new period.

    `since` is when he or she came to this employer. Rows are kept for ever; the one without end is the present one.
    """

    __tablename__ = "employment"
    __table_args__ = (
        CheckConstraint("ended_on >= began_on", name="ends_after_it_begins"),
        CheckConstraint("(ended_on is null) = (ending is null)", name="ended_for_a_reason"),
        CheckConstraint("(kind = 'AID_QINGHAI') = (aid is not null)", name="2_4_1_aid_has_a_sender"),
        Index(
            "uq_employment_2_2_1_one_present",
            "person_id",
            unique=True,
            postgresql_where=text("ended_on is null"),
        ),
        Index("ix_employment_person_id_id", "person_id", "id"),
        Index("ix_employment_organisation_id", "organisation_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(40))
    since: Mapped[date]
    began_on: Mapped[date]
    ended_on: Mapped[date | None]
    ending: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Text)
    contract: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    aid: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class EmployerChange(Keyed, Versioned, Base):
    """A unit asks that someone's account be moved to it; `masked_number` is of the document it named."""

    __tablename__ = "employer_change"
    __table_args__ = (
        Index("uq_employer_change_2_2_1_one_live", "person_id", unique=True, postgresql_where=text(LIVE_SQL)),
        Index("ix_employer_change_due_on", "due_on", postgresql_where=text("due_on is not null")),
        Index("ix_employer_change_asker_id_id", "asker_id", "id"),
        Index("ix_employer_change_employer_id_id", "employer_id", "id"),
        Index("ix_employer_change_superior_id_id", "superior_id", "id"),
        Index("ix_employer_change_person_id_id", "person_id", "id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    asker_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    superior_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    document_kind: Mapped[str] = mapped_column(String(40))
    masked_number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    rests_on: Mapped[str | None] = mapped_column(String(20))
    contract: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    aid: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date | None]
    asked_at: Mapped[datetime]

    def as_case(self, today: date, note: str | None = None) -> ChangeCase:
        """The change as its steps judge it."""
        return ChangeCase(
            id=self.id,
            state=State(self.state),
            version=self.version,
            person_id=self.person_id,
            asker_id=self.asker_id,
            department_id=self.department_id,
            employer_id=self.employer_id,
            superior_id=self.superior_id,
            due_on=self.due_on,
            today=today,
            note=note,
        )
