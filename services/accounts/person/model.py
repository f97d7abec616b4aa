"""Rows of people. Resident id and telephone are sealed; an id is found by its keyed digest."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.kit.db import Keyed, Versioned


class Person(Keyed, Versioned, Base):
    """An applicant; `lineage` runs from the root down to the employer, or to its department."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(
            "(kind in ('SELF_EMPLOYED', 'FREELANCER')) = (rests_on is not null)", name="a3_4_2_which_county"
        ),
        CheckConstraint("employer_id = any(lineage)", name="a3_4_1_belongs_to_its_unit"),
        Index("ix_person_lineage", "lineage", postgresql_using="gin"),
        Index("ix_person_employer_id_id", "employer_id", "id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    rests_on: Mapped[str | None] = mapped_column(String(20))
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    resident_id_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    resident_id_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
