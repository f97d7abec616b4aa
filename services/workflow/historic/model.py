"""Rows of imports: the import, who works on it and how far, and the rows of its file with what was found of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base
from services.workflow.historic.states import ImportState
from services.workflow.historic.steps import ImportCase


class HistoricImport(Keyed, Versioned, Base):
    """One import; `lineage` ends at the importing organisation, `sha256` is of the file that was announced.

    `by_hrss`: the organisation is a department of human resources and social security, and vouches for what it imports.
    """

    __tablename__ = "historic_import"
    __table_args__ = (
        Index(
            "uq_historic_import_open",
            "organisation_id",
            unique=True,
            postgresql_where=text("state in ('RECEIVING', 'CHECKING', 'CHECKED', 'APPLYING')"),
        ),
        Index("ix_historic_import_organisation_id_id", "organisation_id", "id"),
        Index(
            "ix_historic_import_at_work",
            "id",
            postgresql_where=text("state in ('CHECKING', 'APPLYING', 'TAKING_BACK')"),
        ),
        CheckConstraint(
            "state not in ('TAKING_BACK', 'TAKEN_BACK')"
            " or num_nulls(document_number, reason, decided_by, decided_by_name) = 0",
            name="1_3_3_taken_back_by_document",
        ),
        CheckConstraint("state <> 'DONE' or (refused = 0 and imported = rows)", name="1_3_3_whole"),
    )

    organisation_id: Mapped[UUID]
    organisation_name: Mapped[str] = mapped_column(String(160))
    by_hrss: Mapped[bool]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    account_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    rows: Mapped[int] = mapped_column(default=0, server_default="0")
    refused: Mapped[int] = mapped_column(default=0, server_default="0")
    unlinked: Mapped[int] = mapped_column(default=0, server_default="0")
    imported: Mapped[int] = mapped_column(default=0, server_default="0")
    document_number: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None] = mapped_column(String(120))
    """By which document it was taken back, why, and by whom."""

    def as_case(self, *, in_charge: bool = True, reason: str | None = None) -> ImportCase:
        """What its steps are judged by."""
        who = self.id, ImportState(self.state), self.version, tuple(self.lineage)
        return ImportCase(*who, self.refused, in_charge, reason)


class HistoricImportWork(Base):
    """Who works on an import, until when nobody else does, and how far it has come.

    It is a row of its own, so that progress is written, and seen, while the import's row is locked.
    """

    __tablename__ = "historic_import_work"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("historic_import.id"), primary_key=True)
    lease: Mapped[UUID | None]
    until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    cursor: Mapped[int] = mapped_column(default=0, server_default="0")
    done: Mapped[int] = mapped_column(default=0, server_default="0")


class HistoricImportRow(Base):
    """One row of a file, forgotten when its import has ended. Its cells are sealed: they hold a resident id.

    The keys are those of the certificate it would become; `ready` is that certificate (None: the row cannot be read),
    `refusals` what is wrong (None: nothing).
    """

    __tablename__ = "historic_import_row"
    __table_args__ = (
        Index(
            "ix_historic_import_row_refused",
            "import_id",
            "row_no",
            postgresql_where=text("refusals is not null"),
        ),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("historic_import.id"), primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[bytes] = mapped_column(LargeBinary)
    number_key: Mapped[str | None] = mapped_column(Text)
    holder_key: Mapped[str | None] = mapped_column(Text)
    issuer_id: Mapped[UUID | None]
    ready: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    refusals: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
