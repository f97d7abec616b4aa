"""`credit.yaml`: how often and how long apart a delivery is tried; the platforms themselves are settings of the process."""

from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter

from services.kit.policy import PolicyFile


class CreditPolicy(PolicyFile):
    """credit.yaml."""

    used: ClassVar[frozenset[str]] = frozenset({"credit_shared"})

    attempts: int = Field(ge=1)
    first_wait_seconds: int = Field(ge=1)
    longest_wait_seconds: int = Field(ge=1)

    def wait(self, attempts: int) -> timedelta:
        """How long after the so-manieth attempt the next one comes: doubled each time, up to the longest."""
        return timedelta(
            seconds=min(self.first_wait_seconds * 2 ** (attempts - 1), self.longest_wait_seconds)
        )


class Platform(BaseModel):
    """A credit platform: where it takes messages, and the key that they are signed with (base64, `whsec_` before it or not)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1, max_length=120)
    url: str = Field(pattern=r"^https?://")
    key: SecretStr


def platforms_of(told: str) -> dict[str, Platform]:
    """The platforms of the settings, by name.

    Raises:
        ValueError: it is no JSON of that shape.
    """
    return TypeAdapter(dict[str, Platform]).validate_json(told)
