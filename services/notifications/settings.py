"""What this process reads from its environment beyond what every service does."""

from pydantic import Field, SecretStr

from services.connections import plain_url
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
    reconciliation_seconds: float = 60.0
    channels: SecretStr = Field(
        SecretStr("{}"),
        description='JSON {"EMAIL": {"host": "...", "sender": "..."}}: through what copies of notices leave the platform',
    )
    delivery_seconds: float = 1.0
    webhook_seconds: float = 1.0
    webhook_own_machine: bool = Field(
        default=False, description="webhooks may go to this very machine, over http too: for development"
    )
    listen_database_url: SecretStr = Field(
        SecretStr(""),
        description="the same database without a pooler in between, to LISTEN on; empty: DATABASE_URL",
    )
    live_poll_seconds: float = 1.0
    """How often changes are looked for where no notification comes."""
    live_heartbeat_seconds: float = 15.0
    live_recheck_seconds: float = 60.0
    """How often accounts is asked whether a stream's seats are still held."""
    live_streams: int = 5000
    live_streams_per_account: int = 10
    live_queue: int = 256
    """How many changes wait for one stream before it is cut off."""
    live_send_seconds: float = 20.0
    """How long one event may take to be taken."""
    live_count_seconds: float = 0.5
    """Changes within it are followed by one count of what is unread."""
    live_replay_days: int = 7

    @property
    def listen_url(self) -> str:
        """Where notifications of commits are heard."""
        return plain_url(self.listen_database_url.get_secret_value() or self.database_url.get_secret_value())
