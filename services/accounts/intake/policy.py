"""Limits and columns of imports, as data: the notice gives none, so all are this installation's choice."""

from pydantic import Field

from services.accounts.intake.states import Kind
from services.kit.policy import Entry, PolicyFile


class Limits(Entry):
    """How much is taken, and for how long what came of it is kept."""

    file_bytes: int = Field(ge=1024)
    unpacked_bytes: int = Field(ge=1024)
    rows: int = Field(ge=1, le=1_000_000)
    columns: int = Field(ge=1, le=26)
    cell_characters: int = Field(ge=20)
    reading_seconds: int = Field(ge=1)
    reading_memory_bytes: int = Field(ge=268_435_456)
    unfinished: int = Field(ge=1)
    link_minutes: int = Field(ge=1)
    keep_days: int = Field(ge=1)


class Column(Entry):
    """A column of a file: which field it fills, what it is called, and what it may hold."""

    field: str
    zh: str
    also: tuple[str, ...] = ()
    needed: bool = False
    sample: str = ""
    note: str = ""


class IntakeRules(PolicyFile):
    """intake.yaml."""

    limits: Limits
    columns: dict[Kind, list[Column]]
    sample_mark: str
