"""Resident ids (GB 11643): form, date and check digit must be right; the region is only advice.

The library's own check refuses real people numbered after a boundary change, so its region table does not block.
"""

import re
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

LENGTH = 18
SHAPE = re.compile(r"[0-9]{17}[0-9X]")
OLDEST = 120


def compact(resident_id: str) -> str:
    """The id without blanks, X in capitals."""
    return ric.compact(resident_id)


def looks_like_one(text: str) -> bool:
    """Whether a text has the form of a resident id."""
    return len(text) >= LENGTH and SHAPE.fullmatch(compact(text)) is not None


def is_right(resident_id: str, today: date) -> bool:
    """Whether a compact id has the right form, a possible date of birth, and the right check digit."""
    if not SHAPE.fullmatch(resident_id) or ric.calc_check_digit(resident_id) != resident_id[-1]:
        return False
    try:
        born = ric.get_birth_date(resident_id)
    except ValidationError:
        return False
    return born <= today and today.year - born.year <= OLDEST


def region_is_known(resident_id: str) -> bool:
    """Whether the region of a right id is in the library's table."""
    try:
        ric.get_birth_place(resident_id)
    except (ValidationError, KeyError):
        return False
    return True
