"""Who gives an account to whom (附件3 四): the unit or its internal department, or the county for those without one."""

from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature, PersonKind
from services.accounts.person.errors import CountyOnly, NotAtThisUnit, RestsOnMissing, RestsOnNeedless
from services.accounts.person.states import RestsOn
from services.accounts.policy import Policy
from services.kit.errors import Basis


def judge(
    policy: Policy,
    kind: PersonKind,
    unit: tuple[OrganisationKind, OrganisationLevel, OrganisationNature | None],
    rests_on: RestsOn | None,
) -> tuple[Basis, ...]:
    """The articles on which a unit gives someone of `kind` an account.

    Raises:
        CountyOnly: people of this kind get theirs from the county HRSS.
        NotAtThisUnit: a unit of this nature has no such people.
        RestsOnMissing, RestsOnNeedless: what makes the county the right one is missing, or told of an employee.
    """
    rule, articles = policy.people.kinds[kind], policy.articles
    basis = articles[rule.article]
    place = rule.creator
    if place is not None and (place.kind, place.level) != unit[:2]:
        raise CountyOnly(
            kind_zh=rule.zh, kind_en=rule.en, field="organisation_id", basis=(basis, articles["place"])
        )
    if place is None and unit[2] not in rule.natures:
        raise NotAtThisUnit(kind_zh=rule.zh, kind_en=rule.en, field="kind", basis=(basis,))
    if place is None:
        if rests_on is not None:
            raise RestsOnNeedless(field="rests_on", basis=(basis,))
        return (basis,)
    if rests_on is None:
        both = tuple(articles[key] for key in policy.people.county_rests_on.values())
        raise RestsOnMissing(field="rests_on", basis=both)
    return (articles[policy.people.county_rests_on[rests_on]],)
