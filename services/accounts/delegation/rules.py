"""What a delegation must hold when it is agreed, and when it is ended."""

from datetime import date, timedelta

from services.accounts.delegation.errors import PeriodWrong, RoleNotDelegable
from services.accounts.delegation.states import Handover
from services.accounts.role.policy import DelegationRule
from services.kit.errors import Basis
from services.kit.steps import Broken, rule


@rule(
    "DELEGATION_NOT_OVER",
    article="delegation",
    zh="已到期的委托无需结束",
    en="A delegation whose last day is over needs no end.",
)
def not_over(case: Handover) -> Broken | None:
    """It ends by itself with its last day."""
    if case.today <= case.ends_on:
        return None
    return Broken(f"该委托已于 {case.ends_on} 到期", f"It was over on {case.ends_on}.", "delegation")


def refuse_undelegable(rule: DelegationRule, role: str, basis: Basis) -> None:
    """Refuse a role that stays with its holder.

    Raises:
        RoleNotDelegable: names those that may be handed over.
    """
    if role not in rule.roles:
        possible = "、".join(rule.roles)
        raise RoleNotDelegable(role=role, possible=possible, field="role", basis=(basis,))


def refuse_period(rule: DelegationRule, begins_on: date, ends_on: date, today: date, basis: Basis) -> None:
    """Refuse a period that is past, upside down or too long.

    Raises:
        PeriodWrong: says what fits.
    """
    longest = timedelta(days=rule.longest_days)
    if begins_on < today or ends_on < begins_on or ends_on - begins_on >= longest:
        raise PeriodWrong(today=today, longest=rule.longest_days, field="begins_on", basis=(basis,))
