"""The words of quota that others use: levels and pools of posts, where a reservation stands, grounds that take no post."""

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
