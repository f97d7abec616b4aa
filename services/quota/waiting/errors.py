"""Why somebody who waits cannot be shown or struck."""

from services.kit.errors import NotFound


class WaitingNotFound(NotFound):
    """Nobody by that id waits at the caller's unit."""

    code = "WAITING_NOT_FOUND"
    zh = "没有找到该等待记录"
    en = "Nobody by that id waits at your unit."
