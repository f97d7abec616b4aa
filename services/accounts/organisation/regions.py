"""Administrative divisions (GB/T 2260): province, prefectures, counties, and the codes and names they had before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.accounts.contract import OrganisationLevel
from services.accounts.organisation.policy import RegionEntry

LEVELS = (OrganisationLevel.PROVINCE, OrganisationLevel.PREFECTURE, OrganisationLevel.COUNTY)


@dataclass(frozen=True, slots=True)
class Region:
    """One division; `parent` is the one it lies in. It is valid from `since` (None: from the beginning) on."""

    code: str
    name: str
    level: OrganisationLevel
    parent: "Region | None"
    since: date | None = None

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


@dataclass(frozen=True, slots=True)
class Former:
    """A code or name that a division had until a day; `successor` is the division."""

    code: str
    name: str
    since: date | None
    until: date
    successor: Region


def regions_of(province: RegionEntry) -> Mapping[str, Region]:
    """Every division by its code."""
    return {region.code: region for region, _ in _walk(province, None, 0)}


def formers_of(province: RegionEntry) -> tuple[Former, ...]:
    """Every code and name that went out of use."""
    return tuple(
        Former(former.code, former.name, former.since, former.until, region)
        for region, listed in _walk(province, None, 0)
        for former in listed.formerly
    )


def _walk(listed: RegionEntry, parent: Region | None, depth: int) -> Iterator[tuple[Region, RegionEntry]]:
    region = Region(listed.code, listed.name, LEVELS[depth], parent, listed.since)
    yield region, listed
    for each in listed.below:
        yield from _walk(each, region, depth + 1)
