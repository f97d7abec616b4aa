"""Words of the person concept."""

from services.kit.words import Word


class RestsOn(Word):
    """What makes a county the right one for someone without employer (二（二）2 and 附件3 四（二） differ)."""

    RESIDENCE = "RESIDENCE", "户口所在地"
    PLACE = "PLACE", "所在地"


class State(Word):
    """Where an account's person stands."""

    ACTIVE = "ACTIVE", "有效"
