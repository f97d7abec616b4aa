"""`spot_check.yaml`: what share of the reviews is checked unless a document says otherwise."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.spot_check.steps import ITEM_STEPS, SPOT_CHECK_STEPS


class Share(Entry):
    """The share of the results that is checked."""

    of_results: Decimal = Field(gt=0, le=1, max_digits=5, decimal_places=4)


class SpotCheckPolicy(PolicyFile):
    """spot_check.yaml."""

    used: ClassVar[frozenset[str]] = frozenset(articles_used(SPOT_CHECK_STEPS) | articles_used(ITEM_STEPS))

    share: Share
