"""By what an approval is conspicuous, and where a flag stands."""

from services.kit.words import Word


class Ground(Word):
    """Why the pace of an approval is implausible."""

    HASTY = "HASTY", "打开材料后过快通过"
    BURST = "BURST", "短时间内通过过多"


class Group(Word):
    """Of whom figures are told."""

    REVIEWER = "REVIEWER", "审核人"
    ORGANISATION = "ORGANISATION", "审核机构"


class FlagState(Word):
    """Where a flag stands."""

    OPEN = "OPEN", "待核查"
    DISMISSED = "DISMISSED", "经核查无问题"


class FlagAction(Word):
    """What can be done with a flag."""

    DISMISS = "DISMISS", "核查后撤销提示"
