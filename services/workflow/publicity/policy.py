"""`publicity.yaml`: how long things stay public before a decision may rest on them."""

from typing import Annotated, ClassVar

from pydantic import Field

from services.kit.policy import PolicyFile
from services.kit.steps import articles_used
from services.workflow.publicity.steps import OBJECTION_STEPS


class PublicityPolicy(PolicyFile):
    """`working_days` counts official working days, the first of them after the day of publication."""

    used: ClassVar[frozenset[str]] = frozenset(
        {"publicity_working_days", "publicity_result"} | articles_used(OBJECTION_STEPS)
    )

    working_days: Annotated[int, Field(ge=1)]
