"""Shapes of sections that are saved one by one, of rounds, and of what changed between two."""

from datetime import datetime
from math import isfinite
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from services.kit.http import FindingOut
from services.workflow.declaration.content import Content
from services.workflow.declaration.states import Change
from services.workflow.shapes import In, Out, without_nul

DEEPEST = 8
"""How deep a value may be nested that is kept as it was typed; a well-formed section needs three."""


def keepable(value: Any, depth: int = 0) -> Any:
    """A value that the database can keep and anybody can read, whatever it means."""
    if depth > DEEPEST:
        raise ValueError("must not be nested so deeply")
    if isinstance(value, str):
        without_nul(value).encode()
    elif isinstance(value, float) and not isfinite(value):
        raise ValueError("must be a finite number")
    elif isinstance(value, list | dict):
        for each in (*value, *value.values()) if isinstance(value, dict) else value:
            keepable(each, depth + 1)
    return value


class SectionIn(In):
    """One section as it is written, finished or not; null empties it. `base` is the digest of it that the writer has read."""

    value: Annotated[Any, AfterValidator(keepable)]
    base: str = Field(pattern=r"^[0-9a-f]{64}$")


class SectionOut(Out):
    """A section for who writes it: what to name as `base`, and what was typed where it is not finished."""

    section: str
    digest: str
    complete: bool
    unfinished: Any = None


class SavedOut(Out):
    """A section that was saved; `findings` are what keeps it from being finished."""

    declaration_id: UUID
    section: str
    digest: str
    complete: bool
    version: int
    findings: list[FindingOut]


class RoundMaterial(Out):
    """A material as it was submitted."""

    id: UUID
    item: str
    title: str
    sha256: str | None


class RoundOut(Out):
    """A declaration as it was submitted."""

    round: int
    content: Content
    materials: list[RoundMaterial]
    submitted_at: datetime


class ChangeOut(Out):
    """What changed between two rounds; of lists the places of the entry, from 1 on, before and after."""

    section: str
    item: str | None
    change: Change
    before: Any
    after: Any
    place_before: int | None
    place_after: int | None
