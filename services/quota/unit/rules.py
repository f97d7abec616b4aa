"""What follows for a unit from its line: its own level, and who is its authority and its HRSS department."""

from collections.abc import Sequence
from uuid import UUID

from services.accounts.contract import (
    OrganisationKind,
    OrganisationLevel,
    OrganisationNature,
    OrganisationRef,
)
from services.quota.ratio.states import UnitLevel

TOWNSHIPS = frozenset({OrganisationNature.TOWNSHIP})
"""In the system a township stands on the county's level; itself, and all below it, lie below (附件3 三（六）)."""


def own_level(
    level: OrganisationLevel, nature: OrganisationNature | None, *, below_township: bool
) -> UnitLevel:
    """The level a unit belongs to by itself."""
    return UnitLevel.BELOW_COUNTY if below_township or nature in TOWNSHIPS else UnitLevel(level)


def perhaps_below(line: Sequence[OrganisationRef]) -> list[UUID]:
    """Which of a unit's superiors have to be asked for their nature, for one of them may be a township."""
    return [
        each.id
        for each in line[:-1]
        if each.kind == OrganisationKind.EMPLOYER and each.level == OrganisationLevel.COUNTY
    ]


def nearest(line: Sequence[OrganisationRef], kind: OrganisationKind) -> OrganisationRef | None:
    """The nearest organisation of a kind above the last one of a line."""
    return next((each for each in reversed(line[:-1]) if each.kind == kind), None)
