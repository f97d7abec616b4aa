"""Certificate numbers: how one is put together, and how a mistyped or invented one is told at once.

A number is prefix (province), year, series code, level code, running number and a check character (ISO 7064 MOD 11-2,
as in resident ids: it catches every wrong digit and every swap of neighbours), all of fixed width: `63 2023 03 2 00001 X`.
Widths and codes are the policy's. Certificates of earlier years have numbers of every shape, with letters, brackets and
Chinese characters, and no check character; in one form (`normalise`) they are looked up like ours.
"""

import unicodedata
from dataclasses import dataclass

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2


class SequenceExhausted(ValueError):
    """More certificates than the running number has digits for."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a running number counts: one province, year, series and level."""

    prefix: str
    year: int
    series: str
    level: str

    @property
    def stem(self) -> str:
        """The part of the number before its running number."""
        return f"{self.prefix}{self.year:04}{self.series}{self.level}"


def compose(line: Line, sequence: int, digits: int) -> str:
    """The number of the `sequence`-th certificate of `line`.

    Raises:
        SequenceExhausted: the running number is longer than `digits`.
    """
    running = f"{sequence:0{digits}}"
    if len(running) > digits:
        raise SequenceExhausted(f"{line.stem}: {sequence} needs more than {digits} digits")
    body = line.stem + running
    return body + str(mod_11_2.calc_check_digit(body))


def normalise(told: str) -> str:
    """A number as people type it - spaces, hyphens, brackets, small letters, full-width digits - in its one form.

    Letters (Chinese characters too) and digits are what tells numbers apart: 青职证〔2008〕第 12 号 and 青职证(2008)第12号
    are one.
    """
    plain = unicodedata.normalize("NFKC", told).upper()
    return "".join(c for c in plain if c.isalnum())


def is_well_formed(number: str) -> bool:
    """Whether the check character of one of our own fits; anyone can compute it, so it proves nothing but a slip."""
    try:
        mod_11_2.validate(number)
    except ValidationError:
        return False
    return True
