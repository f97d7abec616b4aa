"""Titles that are valid in some work alone: they count as a present title for such work only (二（五）5)."""

from collections.abc import Iterable

from services.accounts.contract import HeldTitle
from services.workflow.route.policy import TitleScope


def that_count(
    held: Iterable[HeldTitle], scopes: Iterable[TitleScope], series: str, specialty: str | None
) -> list[HeldTitle]:
    """The titles that count for a wish in a series and specialty."""
    outside = {each.limit for each in scopes if not each.covers(series, specialty)}
    return [each for each in held if not outside & set(each.limits)]
