"""Rows of people and of the documents they are known by. Numbers are sealed; a document is found by its keyed digest."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.base import Base
from services.accounts.contract import PersonState
from services.accounts.person.states import PersonCase
from services.kit.db import Keyed, Versioned


class Person(Keyed, Versioned, Base):
    """An applicant; `lineage` runs from the root down to the employer, or to its department.

    Without employer it ends at the HRSS department that looks after the account.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(
            "(kind in ('SELF_EMPLOYED', 'FREELANCER')) = (rests_on is not null)", name="a3_4_2_which_county"
        ),
        CheckConstraint("employer_id = any(lineage)", name="a3_4_1_belongs_to_its_unit"),
        CheckConstraint("(state = 'ACTIVE') = (employer_id is not null)", name="2_2_1_active_at_an_employer"),
        Index("ix_person_employer_id_id", "employer_id", "id"),
        Index("ix_person_kind_id", "kind", "id"),
        Index("ix_person_state_id", "state", "id"),
        Index("ix_person_characters", func.name_characters(text("name")), postgresql_using="gin"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    rests_on: Mapped[str | None] = mapped_column(String(20))
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    documents: Mapped[list["PersonDocument"]] = relationship(
        lazy="selectin", order_by="PersonDocument.id", viewonly=True
    )

    @property
    def employers(self) -> list[UUID]:
        """The present employer, as the end of a line; nobody where there is none."""
        return [self.employer_id] if self.employer_id else []

    def as_case(self) -> PersonCase:
        """The person as its steps judge it."""
        return PersonCase(self.id, PersonState(self.state), self.version, self.lineage, self.employer_id)


class PersonDocument(Keyed, Base):
    """A document of a person; two accounts never share one."""

    __tablename__ = "person_document"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    nationality: Mapped[str | None] = mapped_column(String(3))
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    added_by: Mapped[UUID | None]
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
