"""What the list of sessions refuses."""

from services.kit.errors import NotFound


class SessionNotFound(NotFound):
    """No such session of the caller's, or not any longer."""

    code = "SESSION_NOT_FOUND"
    zh = "没有找到该会话，或已结束"
    en = "There is no such session, or it is over."
