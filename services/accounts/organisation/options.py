"""What an organisation may create, told before it tries, so that a front end can draw its form from it.

It reads the same rows in the same way as `rules.judge`; a test asks both about every proposal there is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature
from services.accounts.organisation.policy import Industry, Need, OrganisationRules
from services.accounts.organisation.regions import Region
from services.accounts.organisation.rules import Creator, Proposal, ways_open


@dataclass(frozen=True, slots=True)
class Option:
    """A sort of organisation that a creator may create, where, and what has to be told of it."""

    kind: OrganisationKind
    level: OrganisationLevel
    nature: OrganisationNature | None
    regions: tuple[Region, ...]
    industries: Mapping[str, Industry]
    fields: Mapping[str, Need]
    articles: tuple[str, ...]


def options(rules: OrganisationRules, regions: Mapping[str, Region], creator: Creator) -> Iterator[Option]:
    """Everything that `creator` may create."""
    for kind, level, nature in _sorts(rules):
        ways = ways_open(rules, Proposal(kind, level, nature, None, creator.region), creator)
        leads = [each for each in regions.values() if any(way.leads_to(creator, each) for way in ways.routes)]
        if leads:
            articles = dict.fromkeys([*ways.articles, *(way.article for way in ways.routes)])
            need = fields_of(rules, kind, nature)
            industries = dict(_industries(rules, kind, creator, need["industry"]))
            yield Option(kind, level, nature, tuple(leads), industries, need, tuple(articles))


def _sorts(
    rules: OrganisationRules,
) -> Iterator[tuple[OrganisationKind, OrganisationLevel, OrganisationNature | None]]:
    for kind, rule in rules.kinds.items():
        for level in OrganisationLevel:
            for nature in (*rule.natures,) or (None,):
                yield kind, level, nature


def fields_of(
    rules: OrganisationRules, kind: OrganisationKind, nature: OrganisationNature | None
) -> dict[str, Need]:
    """What has to be told, may be, and must not be, by the name of the field."""
    rule, special = rules.kinds[kind], rules.special_for(nature)
    told = Need.FORBIDDEN if not rule.natures else Need.OPTIONAL if rule.default_nature else Need.REQUIRED
    return {
        "name": Need.REQUIRED,
        "nature": told,
        "industry": special.industry if special and special.industry else rule.industry,
        "region_code": Need.REQUIRED,
        "uscc": rule.uscc,
        "manager": Need.REQUIRED,
    }


def _industries(
    rules: OrganisationRules, kind: OrganisationKind, creator: Creator, need: Need
) -> Iterator[tuple[str, Industry]]:
    for code, industry in rules.industries.items():
        above = industry.only_under
        here = above is None or (creator.kind, creator.level) == (above.kind, above.level)
        if need is not Need.FORBIDDEN and kind in industry.kinds and here:
            yield code, industry
