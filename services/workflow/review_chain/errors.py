"""Why a question about reviews is refused."""

from services.kit.errors import Invalid


class CursorUnreadable(Invalid):
    """The cursor was not given by this list."""

    code = "CURSOR_UNREADABLE"
    zh = "翻页标记无效，请从第一页重新开始"
    en = "The cursor is none of this list. Begin with the first page again."
