"""Where a platform's answer about a declaration stands, what happens to it, and what of it a declaration's rules see."""

from dataclasses import dataclass
from datetime import date

from services.kit.words import Word


class ListingState(Word):
    """Where it stands."""

    ASKED = "ASKED", "待信用平台答复"
    CLEAR = "CLEAR", "未列为限制对象"
    LISTED = "LISTED", "列为限制对象"
    SET_ASIDE = "SET_ASIDE", "经核实不予采信"


class ListingAction(Word):
    """What happens to it."""

    ASK = "ASK", "重新查询信用平台"
    ANSWER = "ANSWER", "信用平台答复"
    SET_ASIDE = "SET_ASIDE", "决定不予采信"


@dataclass(frozen=True, slots=True)
class Listing:
    """That a platform lists the person as barred; without `until` for good."""

    platform: str
    document: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Awaited:
    """That a platform was asked of the person; its answer is waited for until and on a day."""

    platform: str
    until: date
