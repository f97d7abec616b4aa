"""What the inbox refuses."""

from services.kit.errors import NotFound


class MessageNotFound(NotFound):
    """No such message, or it is not addressed to the caller."""

    code = "MESSAGE_NOT_FOUND"
    zh = "没有找到该消息"
    en = "There is no such message for you."
