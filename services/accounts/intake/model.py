"""Rows of imports: the import, who works on it and how far, and the rows of its file with what was found of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.accounts.intake.states import Kind, State
from services.accounts.intake.steps import IntakeCase
from services.kit.db import Keyed, Versioned


class Intake(Keyed, Versioned, Base):
    """One import; `organisation_id` is the seat it is made from, `account_id` whoever began it."""

    __tablename__ = "intake"
    __table_args__ = (
        CheckConstraint("accepted + refused <= rows", name="counts_are_of_rows"),
        Index("ix_intake_at_work", "id", postgresql_where="state in ('CHECKING', 'APPLYING')"),
        Index("ix_intake_organisation_id_id", "organisation_id", "id"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    account_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    rows: Mapped[int] = mapped_column(default=0, server_default="0")
    accepted: Mapped[int] = mapped_column(default=0, server_default="0")
    refused: Mapped[int] = mapped_column(default=0, server_default="0")
    created: Mapped[int] = mapped_column(default=0, server_default="0")
    failure: Mapped[str | None] = mapped_column(String(60))
    ended_at: Mapped[datetime | None]
    codes_until: Mapped[datetime | None]

    def as_case(self, *, skip_refused: bool = False) -> IntakeCase:
        """What its steps are judged by."""
        return IntakeCase(
            self.id,
            State(self.state),
            self.version,
            self.organisation_id,
            self.accepted,
            self.refused,
            skip_refused,
        )

    @property
    def what(self) -> Kind:
        """What its rows are."""
        return Kind(self.kind)


class IntakeWork(Base):
    """Who works on an import and until when nobody else does; how far its present phase has come.

    It is a row of its own, so that progress is written, and seen, while the import's row is locked by the transaction
    that imports everything.
    """

    __tablename__ = "intake_work"

    intake_id: Mapped[UUID] = mapped_column(ForeignKey("intake.id", ondelete="CASCADE"), primary_key=True)
    lease: Mapped[UUID | None]
    until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    cursor: Mapped[int] = mapped_column(default=0, server_default="0")
    done: Mapped[int] = mapped_column(default=0, server_default="0")


class IntakeRow(Base):
    """One row of a file. Its cells are sealed; in the open is what rows find each other by.

    `parent_id` or `parent_row` is the superior that was found, `same` what no other row may share, `depth` how many rows
    are above it, `refusals` what is wrong (None: nothing), `subject_id` what came of it, `code` its activation code.
    """

    __tablename__ = "intake_row"
    __table_args__ = (
        Index("ix_intake_row_depth", "intake_id", "depth", "row_no", postgresql_where="refusals is null"),
        Index("ix_intake_row_refused", "intake_id", "row_no", postgresql_where="refusals is not null"),
    )

    intake_id: Mapped[UUID] = mapped_column(ForeignKey("intake.id", ondelete="CASCADE"), primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[bytes | None] = mapped_column(LargeBinary)
    name: Mapped[str | None] = mapped_column(String(400))
    uscc: Mapped[str | None] = mapped_column(String(400))
    login: Mapped[str | None] = mapped_column(String(400))
    parent: Mapped[str | None] = mapped_column(String(400))
    parent_id: Mapped[UUID | None]
    parent_row: Mapped[int | None]
    same: Mapped[str | None] = mapped_column(String(400))
    depth: Mapped[int] = mapped_column(default=0, server_default="0")
    refusals: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    subject_id: Mapped[UUID | None]
    code: Mapped[bytes | None] = mapped_column(LargeBinary)
