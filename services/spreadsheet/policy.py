"""What a policy says of spreadsheets: how much is taken, which columns there are."""

from pydantic import Field

from services.kit.policy import Entry


class ReadingLimits(Entry):
    """How much is taken; `reading_*` is what the process that reads a file may take."""

    file_bytes: int = Field(ge=1024)
    unpacked_bytes: int = Field(ge=1024)
    rows: int = Field(ge=1, le=1_000_000)
    columns: int = Field(ge=1, le=26)
    cell_characters: int = Field(ge=20)
    reading_seconds: int = Field(ge=1)
    reading_memory_bytes: int = Field(ge=268_435_456)


class Column(Entry):
    """A column of a file: which field it fills, what it is called, and what it may hold."""

    field: str
    zh: str
    also: tuple[str, ...] = ()
    needed: bool = False
    sample: str = ""
    note: str = ""
