"""`delivery.yaml`: how often and how long apart copies are tried, and when a provider is left alone."""

import random
from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from services.kit.policy import PolicyFile
from services.notifications.delivery.steps import ARTICLE

DOUBLINGS = 30


class DeliveryPolicy(PolicyFile):
    """delivery.yaml."""

    used: ClassVar[frozenset[str]] = frozenset({ARTICLE})

    attempts: int = Field(ge=1)
    first_wait_seconds: float = Field(gt=0)
    longest_wait_seconds: float = Field(gt=0)
    failures_to_open: int = Field(ge=1)
    first_probe_seconds: float = Field(gt=0)
    longest_probe_seconds: float = Field(gt=0)
    patience_seconds: float = Field(gt=0)
    refusing_days: int = Field(ge=1)
    refusals_forgotten_days: int = Field(ge=1)
    kept_days: int = Field(ge=1)
    legal_kept_days: int = Field(ge=1)

    def wait(self, attempts: int) -> timedelta:
        """How long after the so-manieth attempt the next one comes."""
        return jittered(attempts, self.first_wait_seconds, self.longest_wait_seconds)

    def probe(self, failures: int) -> timedelta:
        """How long a provider is left alone after so many failures in a row."""
        return jittered(
            failures - self.failures_to_open + 1, self.first_probe_seconds, self.longest_probe_seconds
        )

    @property
    def patience(self) -> timedelta:
        """How long a provider may be away before the next channel has its turn."""
        return timedelta(seconds=self.patience_seconds)

    @property
    def forgotten(self) -> timedelta:
        """How long after a refusal it counts no more."""
        return timedelta(days=self.refusals_forgotten_days)

    def kept_for(self, *, legal: bool) -> timedelta:
        """How long copies are kept, with their receipts."""
        return timedelta(days=self.legal_kept_days if legal else self.kept_days)


def jittered(times: int, first: float, longest: float) -> timedelta:
    """Full jitter: anything from nothing to the first wait doubled each time, so that many do not come back at once."""
    most = min(longest, first * 2.0 ** min(times - 1, DOUBLINGS))
    return timedelta(seconds=random.uniform(0, most))  # noqa: S311 - jitter, not a secret
