"""What a committee's levels ask of it."""

from collections.abc import Collection, Iterable

from services.accounts.contract import OrganisationLevel
from services.quota.contract import TitleLevel
from services.workflow.committee.policy import CommitteePolicy, SizeRule

RANKED = (TitleLevel.JUNIOR, TitleLevel.MIDDLE, TitleLevel.ASSOCIATE_SENIOR, TitleLevel.FULL_SENIOR)
"""Title levels, lowest first."""

NEARNESS = (OrganisationLevel.COUNTY, OrganisationLevel.PREFECTURE, OrganisationLevel.PROVINCE)
"""Levels of HRSS, lowest first."""


def highest(levels: Iterable[str]) -> TitleLevel:
    """The highest of some title levels."""
    return max((TitleLevel(level) for level in levels), key=RANKED.index)


def approving_levels(policy: CommitteePolicy, levels: Iterable[str]) -> frozenset[OrganisationLevel]:
    """The levels of HRSS that may approve a committee for `levels`: the one named for its highest, and those above."""
    needed = policy.approved_at[highest(levels)]
    return frozenset(NEARNESS[NEARNESS.index(needed) :])


def size_rule(policy: CommitteePolicy, levels: Iterable[str]) -> SizeRule:
    """The rule of size that the highest level asks for."""
    top = highest(levels)
    return next(rule for rule in policy.sizes if top in rule.levels)


def least_size(rule: SizeRule, specialties: Collection[object]) -> int:
    """The least number of experts: of a committee of named specialties, else of the whole series."""
    return rule.by_specialty if specialties else rule.whole_series
