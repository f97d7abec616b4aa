"""Titles of limited validity: each counts as a present title for such wishes only as it is valid for (一（四）1, 二（五）5)."""

from collections.abc import Iterable, Sequence

from services.accounts.contract import HeldTitle
from services.workflow.route.policy import TitleScope
from services.workflow.route.states import Work


def outside(scopes: Iterable[TitleScope], work: Work) -> list[TitleScope]:
    """The scopes that a wish is outside of."""
    return [each for each in scopes if not each.covers(work)]


def that_count(held: Iterable[HeldTitle], against: Sequence[TitleScope]) -> list[HeldTitle]:
    """The titles that count for a wish which is outside of these scopes."""
    limits = {each.limit for each in against}
    return [each for each in held if not limits & set(each.limits)]
