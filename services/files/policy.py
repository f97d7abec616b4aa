"""What a policy says of files: which types are taken, how large, how long links last, what shows as classified."""

import re

from pydantic import Field

from services.kit.policy import Entry, PolicyFile


class FileType(Entry):
    """A type of file that is taken, and how such files are named."""

    media_type: str
    suffixes: tuple[str, ...]


class Limits(Entry):
    """How large, how many pages, how long."""

    file_bytes: int = Field(gt=0)
    pdf_pages: int = Field(gt=0)
    image_pixels: int = Field(gt=0)
    image_shortest_side: int = Field(ge=0)
    sharpness: float = Field(ge=0, description="of the sharpest part of a picture, as `looks` measures it")
    ink: float = Field(ge=0, description="how far the greys of a picture spread that shows something")
    upload_minutes: int = Field(gt=0)
    download_minutes: int = Field(gt=0)


class ClassifiedSigns(Entry):
    """How classified files show themselves."""

    words: tuple[str, ...] = Field(description="in a title or a file's name")
    patterns: tuple[re.Pattern[str], ...] = Field(
        description="in the text of a document, on a line without its blanks"
    )


class FileRules(PolicyFile):
    """Base of a policy file that speaks of files."""

    limits: Limits
    types: tuple[FileType, ...]
    classified: ClassifiedSigns

    def type_named(self, file_name: str) -> FileType | None:
        """The type that a file's name tells."""
        name = file_name.lower()
        return next((each for each in self.types if name.endswith(each.suffixes)), None)
