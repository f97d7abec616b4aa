"""Administrative divisions (GB/T 2260): province, prefectures, counties."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.accounts.contract import OrganisationLevel

LEVELS = (OrganisationLevel.PROVINCE, OrganisationLevel.PREFECTURE, OrganisationLevel.COUNTY)


class Listed(Protocol):
    """A division as the policy lists it."""

    @property
    def code(self) -> str:
        """Its code."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def below(self) -> Sequence["Listed"]:
        """Those that lie in it."""
        ...


@dataclass(frozen=True, slots=True)
class Region:
    """One division; `parent` is the one it lies in."""

    code: str
    name: str
    level: OrganisationLevel
    parent: "Region | None"

    def line(self) -> Iterator["Region"]:
        """The division itself, then those it lies in."""
        region: Region | None = self
        while region is not None:
            yield region
            region = region.parent

    def lies_in(self, other: "Region") -> bool:
        """Whether it is `other` or lies in it."""
        return other in self.line()

    def at(self, level: OrganisationLevel) -> "Region | None":
        """The division of `level` that this one is or lies in; None when this one is above it."""
        return next((region for region in self.line() if region.level == level), None)


def regions_of(province: Listed) -> Mapping[str, Region]:
    """Every division by its code."""
    found: dict[str, Region] = {}

    def add(listed: Listed, parent: Region | None, depth: int) -> None:
        found[listed.code] = region = Region(listed.code, listed.name, LEVELS[depth], parent)
        for each in listed.below:
            add(each, region, depth + 1)

    add(province, None, 0)
    return found
