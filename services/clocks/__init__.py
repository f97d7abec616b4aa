"""Clocks of machines differ, run ahead and are put right again: what is tolerated, and what they leave behind.

A time that lies further ahead than any was ever set for was set by a clock that was ahead. Nobody waits for it.
"""

from datetime import timedelta
from typing import Any

from joserfc import jwt
from sqlalchemy import ColumnElement, func, or_

TOLERATED_SECONDS = 60
"""How far ahead of ours the clock of whoever signed a token may be: machines are told the time, none of them exactly."""


FAR = 10
"""So many times as far ahead as we give a lease for lies none that another process gave whose settings are others."""


class Claims(jwt.JWTClaimsRegistry):
    """Claims of a token as they are judged here: made a little later than now is made now; over is over."""

    def validate_iat(self, value: Any) -> None:
        """When it was made, by the signer's clock."""
        told = isinstance(value, int | float) and not isinstance(value, bool)
        super().validate_iat(value - TOLERATED_SECONDS if told else value)


def is_over(until: Any, longest: timedelta) -> ColumnElement[bool]:
    """Whether a lease is over that this process gives for `longest`, or was never given; by the database's clock."""
    now = func.clock_timestamp()
    return or_(until.is_(None), until < now, until > now + FAR * longest)
