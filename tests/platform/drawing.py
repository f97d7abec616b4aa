"""What properties are tried with: what hypothesis thinks of by itself, and nothing that it reads in our code.

It would look through every module that was imported so far, for seconds in each process of a fresh clone, and what a property
is tried with would hang on which tests came before it: here it is the same wherever tests are spread.
"""

from __future__ import annotations

from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants


def leave_our_code_out() -> None:
    """For every property of this process; hypothesis has no setting for it."""
    setattr(HypothesisProvider, "_local_constants", Constants())  # noqa: B010  to assign it, checkers take it for a method
