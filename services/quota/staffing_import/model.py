"""An import of a roster as a row; the roster is sealed while it waits, and forgotten when the import has ended."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Table, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.quota.base import Base, one_of
from services.quota.staffing_import.states import ImportState
from services.quota.staffing_import.steps import ImportCase


class StaffingImport(Keyed, Versioned, Base):
    """One import; `refusals` are [{row_no, code, zh, en, field, basis}], `plans` the approved posts told beside the file."""

    __tablename__ = "staffing_import"
    __table_args__ = (
        CheckConstraint(one_of("state", ImportState), name="state"),
        Index(
            "uq_staffing_import_one_open",
            "unit_id",
            unique=True,
            postgresql_where=text("state in ('RECEIVING', 'RECEIVED', 'CHECKED')"),
        ),
        Index("ix_staffing_import_unit_id_id", "unit_id", "id"),
    )

    unit_id: Mapped[UUID]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    account_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(200))
    on_date: Mapped[date]
    plans: Mapped[list[dict[str, Any]]]
    state: Mapped[str] = mapped_column(String(20))
    rows: Mapped[int] = mapped_column(default=0, server_default="0")
    unmatched: Mapped[int] = mapped_column(default=0, server_default="0")
    """People whom no account of the unit was found for; they are recorded by name."""
    recorded: Mapped[int] = mapped_column(default=0, server_default="0")
    roster: Mapped[bytes | None] = mapped_column(LargeBinary)
    refusals: Mapped[list[dict[str, Any]]]
    refused: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many rows they are of."""

    def as_case(self) -> ImportCase:
        """What its steps are judged by."""
        return ImportCase(
            self.id, ImportState(self.state), self.version, tuple(self.lineage), self.unit_id, self.refused
        )


staffing_import = cast("Table", StaffingImport.__table__)
