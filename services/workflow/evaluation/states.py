"""Words of evaluations: how an item was judged, what kind of item it is, what a figure is computed from."""

from services.kit.words import Word


class Verdict(Word):
    """How an item of the criteria was judged; NEEDS_HUMAN is what no machine can tell."""

    MET = "MET", "符合"
    NEEDS_HUMAN = "NEEDS_HUMAN", "待人工判断"
    NOT_MET = "NOT_MET", "不符合"


class ItemKind(Word):
    """What is judged."""

    GATE = "GATE", "基本条件"
    MENU = "MENU", "成果菜单"
    ENTRY = "ENTRY", "菜单选项"


class Source(Word):
    """What the figure of a condition is computed from."""

    PRESENT_TITLE = "PRESENT_TITLE", "取得现专业技术资格之日至截止日的整年数"
    APPOINTED = "APPOINTED", "聘任之日至截止日的整年数"
    WORK = "WORK", "参加工作之日至截止日的整年数"
    EDUCATION = "EDUCATION", "最高学历的层次"
    DEGREE_FIELD = "DEGREE_FIELD", "所学专业是否为申报专业或条件所列专业（是为1，否为0）"
    ENTITLED = "ENTITLED", "在已公布的享受政策人员名单中（在为1，不在为0）"
    HUMAN = "HUMAN", "由评委会办事机构判断"
