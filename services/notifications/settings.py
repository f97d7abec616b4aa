"""What this process reads from its environment beyond what every service does."""

from pydantic import Field, SecretStr

from services.kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of the notifications service."""

    port: int = 8104
    service_name: str = "notifications"
    credit_platforms: SecretStr = Field(
        SecretStr("{}"),
        description='JSON {"name": {"title": "...", "url": "https://...", "key": "base64"}}: who is told of misconduct',
    )
    credit_seconds: float = 2.0
    reminder_seconds: float = 30.0
    channels: SecretStr = Field(
        SecretStr("{}"),
        description='JSON {"EMAIL": {"host": "...", "sender": "..."}}: through what copies of notices leave the platform',
    )
    delivery_seconds: float = 1.0
    webhook_seconds: float = 1.0
    webhook_own_machine: bool = Field(
        default=False, description="webhooks may go to this very machine, over http too: for development"
    )
