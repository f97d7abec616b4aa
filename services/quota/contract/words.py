"""The words of quota that others use: levels and pools of posts, where a reservation stands, grounds that take no post, movements of staff."""

from services.kit.words import Word


class TitleLevel(Word):
    """The levels of titles that posts are counted by."""

    FULL_SENIOR = "FULL_SENIOR", "正高级"
    ASSOCIATE_SENIOR = "ASSOCIATE_SENIOR", "副高级"
    MIDDLE = "MIDDLE", "中级"
    JUNIOR = "JUNIOR", "初级"


class ReservationState(Word):
    """Where a reservation of a post stands."""

    HELD = "HELD", "已预留"
    CONFIRMED = "CONFIRMED", "已占用"
    RELEASED = "RELEASED", "已释放"
    EXEMPT = "EXEMPT", "不占岗位"


class Bearing(Word):
    """Whether places bear a live recommendation."""

    BORNE = "BORNE", "有岗位依据"
    UNBORNE = "UNBORNE", "失去岗位依据"


class PostPool(Word):
    """The two separate stocks of posts of a unit: they never mix (一（四）1)."""

    GENERAL = "GENERAL", "一般岗位"
    TARGETED = "TARGETED", "“双定向”岗位"


class Ground(Word):
    """On what ground a unit recommends someone outside its numbers, after an assessment of its own."""

    FRONT_LINE_SKILLED = "FRONT_LINE_SKILLED", "生产一线突出贡献高技能人才"
    IMPORTED_TALENT = "IMPORTED_TALENT", "引进的高层次人才"
    URGENTLY_NEEDED = "URGENTLY_NEEDED", "引进的急需紧缺人才"
    POSTDOC = "POSTDOC", "博士后研究人员"


class StaffingCause(Word):
    """Why the staffing ledger of a unit moves (附件2)."""

    PLAN_SET = "PLAN_SET", "核定岗位"
    OPENING_POST = "OPENING_POST", "期初在岗"
    OPENING_QUALIFIED = "OPENING_QUALIFIED", "期初已取得资格未聘"
    QUALIFIED = "QUALIFIED", "取得资格"
    EMPLOYED = "EMPLOYED", "聘任"
    PROMOTED = "PROMOTED", "晋升聘任"
    LOWERED = "LOWERED", "低聘"
    REGRADED = "REGRADED", "岗位等级调整"
    RELEASED = "RELEASED", "解聘"
    TRANSFERRED_IN = "TRANSFERRED_IN", "调入"
    RETIRED = "RETIRED", "退休"
    TRANSFERRED_OUT = "TRANSFERRED_OUT", "调出"
    RESIGNED = "RESIGNED", "辞职"
    DECEASED = "DECEASED", "死亡"
    POST_DECISION = "POST_DECISION", "占岗认定"
    REVERSAL = "REVERSAL", "冲正"


class StaffingMeasure(Word):
    """What the staffing ledger counts per level."""

    APPROVED = "APPROVED", "核准岗位数"
    EMPLOYED = "EMPLOYED", "人员聘任数"
    QUALIFIED = "QUALIFIED", "已取得资格未聘人数"
    EXIT = "EXIT", "退出人数"
