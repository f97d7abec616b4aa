"""What the relay reads from its environment."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from services.kit.settings import ProcessSettings


class Settings(ProcessSettings):
    """Databases of the four services (each under that service's own role), timing, retention."""

    accounts_database_url: SecretStr
    workflow_database_url: SecretStr
    quota_database_url: SecretStr
    notifications_database_url: SecretStr
    gateway_url: str = ""
    """Where the gateway is told what changes the public answers that it keeps; empty: it goes by their age alone."""
    service_name: str = "relay"
    service_secret: SecretStr = SecretStr("")

    lanes_at_once: int = Field(
        8, ge=1, description="subjects delivered at once, for each schema and subscriber"
    )
    letters_per_lease: int = Field(
        50, ge=1, description="events of one subject before another subject gets its turn"
    )
    delivery_timeout_seconds: float = Field(10.0, gt=0)
    lease_seconds: float = Field(
        20.0, gt=0, description="after a crash a subject waits this long for another relay"
    )
    rejections: int = Field(
        5, ge=1, description="how often a subscriber may refuse an event before it is a dead letter"
    )
    poll_seconds: float = Field(1.0, gt=0)
    first_delay_seconds: float = Field(0.2, gt=0)
    longest_delay_seconds: float = Field(30.0, gt=0, description="between attempts at one event")
    longest_pause_seconds: float = Field(
        5.0, gt=0, description="between attempts at a subscriber that is away"
    )
    seal_seconds: float = Field(1.0, gt=0)
    seal_thoroughly_seconds: float = Field(
        3600.0, gt=0, description="between looks for audit lines whose transaction took more than a minute"
    )
    figures_seconds: float = Field(
        30.0, gt=0, description="between looks at queues and at what services count, for Prometheus"
    )
    audit_digest: Literal["sha256", "sm3"] = Field(
        "sha256", description="by what the audit chain goes on; a link states its own, so it may change"
    )
    outbox_retention_days: int = Field(30, ge=1)
    inbox_retention_days: int = Field(
        90, ge=1, description="longer than the outbox's: duplicates are known by it"
    )
    idempotency_retention_days: int = Field(7, ge=1)
    heartbeat_file: Path | None = Field(
        None, description="touched as long as the loop turns, for a probe to look at"
    )

    @model_validator(mode="after")
    def _leases_outlast_calls(self) -> Self:
        if self.lease_seconds <= self.delivery_timeout_seconds:
            raise ValueError("LEASE_SECONDS must be longer than DELIVERY_TIMEOUT_SECONDS")
        if self.inbox_retention_days <= self.outbox_retention_days:
            raise ValueError("INBOX_RETENTION_DAYS must be longer than OUTBOX_RETENTION_DAYS")
        return self

    @property
    def databases(self) -> dict[str, str]:
        """The URL of each service's schema."""
        return {
            "accounts": self.accounts_database_url.get_secret_value(),
            "workflow": self.workflow_database_url.get_secret_value(),
            "quota": self.quota_database_url.get_secret_value(),
            "notifications": self.notifications_database_url.get_secret_value(),
        }

    @property
    def subscribers(self) -> dict[str, str]:
        """The address of whoever may subscribe."""
        gateway = {"gateway": self.gateway_url} if self.gateway_url else {}
        return gateway | {
            "accounts": self.accounts_url,
            "workflow": self.workflow_url,
            "quota": self.quota_url,
            "notifications": self.notifications_url,
        }
