"""`sending_side.yaml`: of whom the sending side's agreement is asked, and on which kind of material it stands."""

from typing import ClassVar

from pydantic import Field

from services.accounts.contract import PersonKind
from services.kit.policy import PolicyFile


class SendingSidePolicy(PolicyFile):
    """What the notice says of the sending side."""

    used: ClassVar[frozenset[str]] = frozenset({"sending_side_agrees"})

    kinds: tuple[PersonKind, ...] = Field(min_length=1)
    item: str
