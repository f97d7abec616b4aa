"""Who gives an account to whom (附件3 四): the unit or its internal department, or the county for those without one."""

from collections.abc import Sequence
from datetime import date

from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature
from services.accounts.person.errors import (
    AidMissing,
    AidNeedless,
    ContractMissing,
    CountyOnly,
    NotAtThisUnit,
    PeriodWrong,
    RestsOnMissing,
    RestsOnNeedless,
)
from services.accounts.person.policy import PersonRule
from services.accounts.person.states import Belonging
from services.accounts.policy import Policy
from services.kit.errors import Basis

Unit = tuple[OrganisationKind, OrganisationLevel, OrganisationNature | None]
"""What is looked at of a unit."""


def judge(policy: Policy, belonging: Belonging, unit: Unit, today: date) -> tuple[Basis, ...]:
    """The articles on which a unit gives someone an account, or takes someone on.

    Raises:
        CountyOnly: people of this kind get theirs from the county HRSS.
        NotAtThisUnit: a unit of this nature has no such people.
        RestsOnMissing, RestsOnNeedless: what makes the county the right one is missing, or told of an employee.
        ContractMissing, AidMissing, AidNeedless, PeriodWrong: what the kind has to tell is missing, too much or wrong.
    """
    rule, articles = policy.people.kinds[belonging.kind], policy.articles
    basis = articles[rule.article]
    _refuse_elsewhere(policy, rule, unit)
    if belonging.contract is None and rule.contract:
        raise ContractMissing(kind_zh=rule.zh, kind_en=rule.en, field="contract", basis=(basis,))
    if belonging.aid is None and rule.aid:
        raise AidMissing(field="aid", basis=(basis,))
    if belonging.aid is not None and not rule.aid:
        raise AidNeedless(field="aid", basis=(basis,))
    _refuse_wrong_periods(belonging, today, (basis,))
    return _rests_on(policy, rule, belonging)


def _refuse_elsewhere(policy: Policy, rule: PersonRule, unit: Unit) -> None:
    basis = [policy.articles[rule.article]]
    if rule.creator is None:
        if unit[2] not in rule.natures:
            raise NotAtThisUnit(kind_zh=rule.zh, kind_en=rule.en, field="kind", basis=basis)
    elif (rule.creator.kind, rule.creator.level) != unit[:2]:
        if rule.rests_on:
            basis.append(policy.articles["place"])
        raise CountyOnly(kind_zh=rule.zh, kind_en=rule.en, field="organisation_id", basis=basis)


def _refuse_wrong_periods(belonging: Belonging, today: date, basis: Sequence[Basis]) -> None:
    contract, aid = belonging.contract, belonging.aid
    if contract is not None and (
        contract.signed_on > today or (contract.until is not None and contract.until < contract.signed_on)
    ):
        raise PeriodWrong(field="contract", basis=basis)
    if aid is not None and aid.until < aid.starts_on:
        raise PeriodWrong(field="aid", basis=basis)


def _rests_on(policy: Policy, rule: PersonRule, belonging: Belonging) -> tuple[Basis, ...]:
    articles, told = policy.articles, belonging.rests_on
    if not rule.rests_on:
        if told is not None:
            raise RestsOnNeedless(field="rests_on", basis=(articles[rule.article],))
        return (articles[rule.article],)
    if told is None:
        both = tuple(articles[key] for key in policy.people.county_rests_on.values())
        raise RestsOnMissing(field="rests_on", basis=both)
    return (articles[policy.people.county_rests_on[told]],)
