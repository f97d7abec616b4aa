"""The words of quota that others use: the levels posts are counted by, the pools of posts, where a reservation stands."""

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


class PostPool(Word):
    """The two separate stocks of posts of a unit: they never mix (一（四）1)."""

    GENERAL = "GENERAL", "一般岗位"
    TARGETED = "TARGETED", "“双定向”岗位"
