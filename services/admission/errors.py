"""What who comes in a rush hears."""

from services.kit.errors import Unavailable


class TooBusy(Unavailable):
    """As much is under way as can be answered in time; nothing was done, and nothing counted against anyone."""

    code = "TOO_BUSY"
    zh = "当前办理人数过多，请 {seconds} 秒后再试"
    en = "Too many are here at once. Try again in {seconds} seconds."
