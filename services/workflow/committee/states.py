"""States and actions of committees; the state of an expert in the pool."""

from services.kit.words import Word


class CommitteeState(Word):
    """Where a committee stands."""

    PROPOSED = "PROPOSED", "待批准"
    APPROVED = "APPROVED", "已批准组建"
    WITHDRAWN = "WITHDRAWN", "已撤销"


class CommitteeAction(Word):
    """What can be done with a committee."""

    APPROVE = "APPROVE", "批准组建"
    WITHDRAW = "WITHDRAW", "撤销"


class Lack(Word):
    """Why a committee may not take a declaration."""

    WITHDRAWN = "WITHDRAWN", "该评委会已被撤销"
    ANOTHER_OFFICE = "ANOTHER_OFFICE", "受理机构不是该评委会的办事机构"
    ANOTHER_SUBJECT = "ANOTHER_SUBJECT", "该系列、专业或层级不在其评审权限内"
    ANOTHER_PLACE = "ANOTHER_PLACE", "该单位或地区不在其评审权限内"
    DELEGATION_ENDED = "DELEGATION_ENDED", "其评审权限的下放已经终止"
