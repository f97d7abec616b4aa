"""`publicity.yaml`: how long things stay public before a decision may rest on them."""

from typing import Annotated, ClassVar

from pydantic import Field

from services.kit.policy import PolicyFile


class PublicityPolicy(PolicyFile):
    """`working_days` counts official working days, the first of them after the day of publication."""

    used: ClassVar[frozenset[str]] = frozenset(
        {"publicity_unit", "publicity_working_days", "publicity_result", "objection_handled"}
    )

    working_days: Annotated[int, Field(ge=1)]
