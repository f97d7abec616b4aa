"""What live inboxes refuse."""

from services.kit.errors import Invalid, TooMany, Unavailable


class CursorMalformed(Invalid):
    """What is given as a cursor is none of this service's."""

    code = "CURSOR_MALFORMED"
    zh = "续传位置无效，请重新加载收件箱"
    en = "This is no cursor of an inbox. Load the inbox anew."


class TooManyStreams(TooMany):
    """The account listens already as often as it may."""

    code = "TOO_MANY_STREAMS"
    zh = "该账号打开的实时连接已达 {limit} 个，请关闭其他页面或 {seconds} 秒后再试"
    en = "This account has {limit} streams open already. Close another one or try again in {seconds} seconds."


class StreamsFull(Unavailable):
    """The process holds as many streams as it can; another one may have room."""

    code = "STREAMS_FULL"
    zh = "实时连接数已满，请 {seconds} 秒后再试"
    en = "No more streams can be opened here now. Try again in {seconds} seconds."
