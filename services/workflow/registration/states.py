"""States and actions of a registration of interest."""

from services.kit.words import Word


class RegistrationState(Word):
    """Where a registration stands."""

    REGISTERED = "REGISTERED", "已登记"
    RANKED = "RANKED", "已列入排序"
    PASSED_OVER = "PASSED_OVER", "不予推荐"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class RegistrationAction(Word):
    """What can be done with a registration."""

    WITHDRAW = "WITHDRAW", "撤回登记"
    RANK = "RANK", "列入排序"
    PASS_OVER = "PASS_OVER", "不予推荐"
    END = "END", "终止登记（变动单位）"


class AskedAction(Word):
    """The actions that are asked for one by one; a list that is published and a change of employer take the others."""

    WITHDRAW = RegistrationAction.WITHDRAW.value, RegistrationAction.WITHDRAW.zh
    PASS_OVER = RegistrationAction.PASS_OVER.value, RegistrationAction.PASS_OVER.zh


LIVE = frozenset({RegistrationState.REGISTERED, RegistrationState.RANKED})
"""States in which it is the person's one registration in the plan."""
