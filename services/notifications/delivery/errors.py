"""Why something about copies is refused."""

from services.kit.errors import Conflict, NotFound


class CopyNotFound(NotFound):
    """No copy by that id."""

    code = "COPY_NOT_FOUND"
    zh = "没有找到该发送记录"
    en = "There is no such copy."


class NoticeWithdrawn(Conflict):
    """Nothing is sent of a notice that was withdrawn."""

    code = "NOTICE_WITHDRAWN"
    zh = "该消息已撤回，不再发送"
    en = "The notice was withdrawn. Nothing is sent of it any more."
