"""Why something about supervision is refused."""

from services.kit.errors import Invalid, NotFound


class FlagNotFound(NotFound):
    """No flag by that id in the caller's reach."""

    code = "FLAG_NOT_FOUND"
    zh = "没有找到该审核速度提示"
    en = "There is no such flag."


class PaceCursorUnreadable(Invalid):
    """The cursor was not given by this list."""

    code = "CURSOR_UNREADABLE"
    zh = "翻页标记无效，请从第一页重新开始"
    en = "The cursor is none of this list. Begin with the first page again."
