"""States and actions of committees and of the entries of the expert pool."""

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


class ExpertState(Word):
    """Where an entry of the pool stands; only who is in the pool is drawn."""

    IN_POOL = "IN_POOL", "在库"
    SUSPENDED = "SUSPENDED", "已暂停"
    WITHDRAWN = "WITHDRAWN", "已退出"


class ExpertAction(Word):
    """What can be done with an entry of the pool."""

    RENEW = "RENEW", "续聘或更新"
    SUSPEND = "SUSPEND", "暂停"
    WITHDRAW = "WITHDRAW", "退出专家库"
    REINSTATE = "REINSTATE", "恢复入库"


class PoolAction(Word):
    """The actions that take an expert out of the pool and back; a renewal comes with what is renewed."""

    SUSPEND = ExpertAction.SUSPEND.value, ExpertAction.SUSPEND.zh
    WITHDRAW = ExpertAction.WITHDRAW.value, ExpertAction.WITHDRAW.zh
    REINSTATE = ExpertAction.REINSTATE.value, ExpertAction.REINSTATE.zh


class Ground(Word):
    """Why an expert is not in the pool."""

    OWN_REQUEST = "OWN_REQUEST", "本人申请"
    DISCIPLINE = "DISCIPLINE", "违反评审纪律"
    UNFIT = "UNFIT", "不再符合入库条件"
    OTHER = "OTHER", "其他"


class Lack(Word):
    """Why a committee may not take a declaration."""

    WITHDRAWN = "WITHDRAWN", "该评委会已被撤销"
    ANOTHER_OFFICE = "ANOTHER_OFFICE", "受理机构不是该评委会的办事机构"
    ANOTHER_SUBJECT = "ANOTHER_SUBJECT", "该系列、专业或层级不在其评审权限内"
    ANOTHER_PLACE = "ANOTHER_PLACE", "该单位或地区不在其评审权限内"
    DELEGATION_ENDED = "DELEGATION_ENDED", "其评审权限的下放已经终止"
