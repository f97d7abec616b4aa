"""What callers send and see of imports of historic certificates."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from services.kit.auth import Actor
from services.kit.errors import Language
from services.kit.http import BasisOut
from services.kit.steps import available_actions
from services.workflow.historic.model import HistoricImport, HistoricImportRow
from services.workflow.historic.states import ImportAction, ImportState
from services.workflow.historic.steps import STEPS
from services.workflow.shapes import In, Line, Out, Prose, Stated


class ImportIn(In):
    """A file of historic certificates that is to be imported, and the SHA-256 of its bytes."""

    organisation_id: UUID
    file_name: Line
    sha256: Annotated[
        str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[0-9a-fA-F]{64}$")
    ]


class StepIn(In):
    """A step; `version` is the one that was read. An import is taken back by a document, with the reason."""

    version: int = Field(ge=1)
    document_number: Line | None = None
    reason: Prose | None = None


class ImportOut(Stated):
    """An import. `done`: rows of the present phase; `unlinked`: accepted rows of nobody who has an account.

    Whose such a certificate is, who issued it or stands above tells later (`holder.py`).
    """

    id: UUID
    organisation_id: UUID
    organisation_name: str
    file_name: str
    sha256: str
    actor_name: str
    state: ImportState
    rows: int
    done: int
    refused: int
    unlinked: int
    imported: int
    document_number: str | None
    reason: str | None
    created_at: datetime
    version: int

    @classmethod
    def told(cls, row: HistoricImport, actor: Actor, done: int = 0) -> Self:
        """An import as the caller sees it."""
        plain = {
            name: getattr(row, name) for name in cls.model_fields if name not in {"done", "available_actions"}
        }
        possible = available_actions(STEPS, row.as_case(), actor)
        return cls(
            **plain, done=done, available_actions=[each for each in possible if each != ImportAction.RECEIVE]
        )


class SendingOut(Out):
    """An import that waits for its file, and where to PUT it; the link is the right to do so."""

    record: ImportOut
    upload_url: str
    expires_at: datetime
    limit_bytes: int


class ReportOut(Out):
    """Where the refused rows can be fetched; the link is the right to do so."""

    path: str
    expires_at: datetime


class RefusalOut(Out):
    """What is wrong with a row, and in which of its columns; `message` is in the language asked for."""

    row_no: int
    field: str | None
    column: str | None
    code: str
    message: str
    zh: str
    en: str
    basis: list[BasisOut]

    @classmethod
    def each(cls, row: HistoricImportRow, language: Language) -> list[Self]:
        """Everything that is wrong with a row."""
        return [
            cls.model_validate({**told, "row_no": row.row_no, "message": told[language.value]})
            for told in row.refusals or ()
        ]


class RefusalsOut(Out):
    """The refusals of some rows in the order of the file; `next_row` is where to go on after, if there are more."""

    items: list[RefusalOut]
    next_row: int | None = None


class HolderIn(In):
    """Whose an imported certificate is, by which document, and what shows it."""

    person_id: UUID
    document_number: Line
    evidence: Prose
