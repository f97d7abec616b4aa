"""What the notice says of materials: kinds and of whom they are asked; of their files, as every policy of files does."""

from typing import ClassVar

from pydantic import Field

from services.accounts.contract import OrganisationNature, PersonKind
from services.files.policy import FileRules
from services.kit.errors import Basis
from services.kit.policy import Entry
from services.quota.contract import TitleLevel


class Asked(Entry):
    """Of whom a material is asked: of everyone whom no condition excludes."""

    person_kinds: tuple[PersonKind, ...] = ()
    natures: tuple[OrganisationNature, ...] = ()
    levels: tuple[TitleLevel, ...] = ()
    routes: tuple[str, ...] = ()
    present_title: bool = Field(False, description="only of those who hold a title")

    def of(
        self, *, person_kind: str, nature: str | None, level: str, route: str, present_title: bool
    ) -> bool:
        """Whether it is asked of such a person for such a level by such a route."""
        return (
            (not self.person_kinds or person_kind in self.person_kinds)
            and (not self.natures or nature in self.natures)
            and (not self.levels or level in self.levels)
            and (not self.routes or route in self.routes)
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


class MaterialPolicy(FileRules):
    """material.yaml."""

    used: ClassVar[frozenset[str]] = frozenset(
        {"clear_materials", "nothing_classified", "materials_fixed", "no_one_click"}
    )

    items: tuple[Item, ...]
    part_bytes: int = Field(gt=0, description="of a file that is sent in parts, but for the last")

    def item(self, code: str) -> Item | None:
        """The kind of material of that code."""
        return next((each for each in self.items if each.code == code), None)
