"""`credit_listing.yaml`: for how many days a platform's answer is waited for before a declaration is accepted."""

from datetime import date, timedelta
from typing import ClassVar

from pydantic import Field

from services.kit.policy import PolicyFile
from services.kit.steps import articles_used
from services.workflow.credit_listing.steps import LISTING_STEPS

AWAITED = "credit_answer_awaited"


class CreditListingPolicy(PolicyFile):
    """credit_listing.yaml; nought days: acceptance does not wait."""

    used: ClassVar[frozenset[str]] = frozenset({AWAITED, *articles_used(LISTING_STEPS)})

    acceptance_waits_days: int = Field(ge=0)

    def awaited_until(self, today: date) -> date | None:
        """The last day on which an answer is waited for that is asked for today."""
        days = self.acceptance_waits_days
        return today + timedelta(days=days) if days else None
