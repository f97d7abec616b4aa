"""What the notice says of materials: kinds and of whom they are asked, file types, limits, classified words."""

from typing import ClassVar

from pydantic import Field

from services.accounts.contract import OrganisationNature, PersonKind
from services.kit.errors import Basis
from services.kit.policy import Entry, PolicyFile
from services.quota.contract import TitleLevel


class Asked(Entry):
    """Of whom a material is asked: of everyone whom no condition excludes."""

    person_kinds: tuple[PersonKind, ...] = ()
    natures: tuple[OrganisationNature, ...] = ()
    levels: tuple[TitleLevel, ...] = ()
    present_title: bool = Field(False, description="only of those who hold a title")

    def of(self, *, person_kind: str, nature: str | None, level: str, present_title: bool) -> bool:
        """Whether it is asked of such a person for such a level."""
        return (
            (not self.person_kinds or person_kind in self.person_kinds)
            and (not self.natures or nature in self.natures)
            and (not self.levels or level in self.levels)
            and (present_title or not self.present_title)
        )


class Item(Entry):
    """A kind of material."""

    code: str
    name: str
    at_least: int = Field(0, ge=0)
    at_most: int = Field(ge=1)
    asked: Asked = Asked()
    cite: str
    summary: str

    def basis(self) -> Basis:
        """The article that asks for it."""
        return Basis(self.cite, self.summary)


class FileType(Entry):
    """A type of file that is taken, and how such files are named."""

    media_type: str
    suffixes: tuple[str, ...]


class Limits(Entry):
    """How large, how many, how long."""

    file_bytes: int = Field(gt=0)
    pdf_pages: int = Field(gt=0)
    image_pixels: int = Field(gt=0)
    image_shortest_side: int = Field(ge=0)
    upload_minutes: int = Field(gt=0)
    download_minutes: int = Field(gt=0)


class Classified(Entry):
    """How classified material shows itself."""

    words: tuple[str, ...] = Field(description="in a title or a file's name")
    marks: tuple[str, ...] = Field(description="in the text of a document, blanks left out")


class MaterialPolicy(PolicyFile):
    """material.yaml."""

    used: ClassVar[frozenset[str]] = frozenset(
        {"clear_materials", "nothing_classified", "materials_fixed", "no_one_click"}
    )

    limits: Limits
    types: tuple[FileType, ...]
    classified: Classified
    items: tuple[Item, ...]

    def item(self, code: str) -> Item | None:
        """The kind of material of that code."""
        return next((each for each in self.items if each.code == code), None)

    def type_named(self, file_name: str) -> FileType | None:
        """The type that a file's name tells."""
        name = file_name.lower()
        return next((each for each in self.types if name.endswith(each.suffixes)), None)
