"""Shapes of materials, links and verdicts."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.workflow.material.model import Material
from services.workflow.material.states import MaterialState, Verdict
from services.workflow.shapes import Code, In, Line, Out, Prose


class MaterialIn(In):
    """A material to bring: what it proves, how its file is called, which one it replaces."""

    item: Code
    title: Line
    file_name: Line
    obtained_on: date | None = None
    replaces_id: UUID | None = None


class VerdictIn(In):
    """What a reviewer found of a material."""

    verdict: Verdict
    reason: Prose | None = None


class VerdictOut(Out):
    """What a reviewer found of a material; the reason is told to the chain's reviewers, and of what is returned to the applicant."""

    organisation_id: UUID
    reviewer_name: str
    round: int
    verdict: Verdict
    reason: str | None
    judged_at: datetime


class MaterialOut(Out):
    """A material and, once it is there, its file."""

    id: UUID
    declaration_id: UUID
    item: str
    title: str
    file_name: str
    state: MaterialState
    media_type: str | None
    size: int | None
    sha256: str | None
    obtained_on: date | None
    replaces_id: UUID | None
    stored_at: datetime | None
    verdicts: list[VerdictOut] = Field(default_factory=list)

    @classmethod
    def of(cls, row: Material, verdicts: Iterable[VerdictOut] = ()) -> "MaterialOut":
        """The material as told."""
        same = ("id", "declaration_id", "item", "title", "file_name", "media_type", "size", "obtained_on")
        return cls.model_validate(
            {
                **{name: getattr(row, name) for name in (*same, "replaces_id", "stored_at")},
                "state": row.standing,
                "sha256": row.sha256.hex() if row.sha256 else None,
                "verdicts": list(verdicts),
            }
        )


class PartsIn(In):
    """How many bytes the file of a material has that is sent in parts."""

    size: int = Field(gt=0)


class MaterialInParts(MaterialIn, PartsIn):
    """A material whose file is sent in parts."""


class WholeIn(In):
    """All parts are there: the SHA-256 of the file that they make."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class PartOut(Out):
    """A part of a file: the bytes from `offset` on, and where to PUT them unless they are there."""

    number: int
    offset: int
    size: int
    url: str | None


class PartsOut(MaterialOut):
    """A material, and what of its file is still to be sent before the links end; whoever is late asks for others."""

    parts: list[PartOut]
    whole_url: str
    expires_at: datetime


class UploadOut(MaterialOut):
    """A material, and where to PUT the raw bytes of its file before the link ends."""

    upload_url: str
    expires_at: datetime
    limit_bytes: int


class DownloadOut(Out):
    """Where to GET the file before the link ends."""

    download_url: str
    expires_at: datetime
