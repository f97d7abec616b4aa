"""Why something about copies is refused."""

from services.kit.errors import NotFound


class CopyNotFound(NotFound):
    """No copy by that id."""

    code = "COPY_NOT_FOUND"
    zh = "没有找到该发送记录"
    en = "There is no such copy."
